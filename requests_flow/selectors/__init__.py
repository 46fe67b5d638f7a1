"""Reads of requests: read models of the pages, in a constant number of queries."""
