"""Sharings: what is delivered, and who may use it. Never the data."""

from sharing.models.deliveries import ApiMonth, Delivery
from sharing.models.persons import AuthorisedPerson

__all__ = ["ApiMonth", "AuthorisedPerson", "Delivery"]
