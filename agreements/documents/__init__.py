"""The act as a file: rendering, signing, sealing, verifying, archiving.

Functions over bytes and the dataclasses of `model`; nothing here knows a Django model."""
