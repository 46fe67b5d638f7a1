"""What the apps above are told; sent inside the transaction that makes it true."""

from django.dispatch import Signal

# Both send `agreement` (an Agreement) and `by` (a User, or None for the worker).
agreement_signed = Signal()
agreement_abandoned = Signal()
