"""Settings of Navette: `base` reads the environment, `test` is the base made strict and fast."""
