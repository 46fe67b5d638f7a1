"""Readers of the field's formats: each turns a file into rows, and never writes."""
