"""The evidence of a signed act, that anybody can check without Navette."""
