"""Every write of the circuit, by the noun it is about."""
