"""The bench: what pages, steps and documents cost at 1 000, 10 000 and 100 000 requests.

`make bench` plays a small ministry through the services, multiplies it in its own database, serves
it with the production server and measures it with real sessions (docs/performance.md).
"""
