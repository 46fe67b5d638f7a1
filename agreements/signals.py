"""What the apps above are told; sent inside the transaction that makes it true.

Each sends `agreement` (an Agreement, as it stands after the move) and `by` (a User, or None for
the clock or the worker).
"""

from django.dispatch import Signal

agreement_signed = Signal()
agreement_abandoned = Signal()
agreement_in_force = Signal()
# Also sends `reason` (what is told of the suspension, in a sentence).
agreement_suspended = Signal()
agreement_resumed = Signal()
# The term of the act moved, by an amendment: `agreement.end_on` is the new last day.
agreement_prolonged = Signal()
# Expired, terminated or superseded: `agreement.stage` says which.
agreement_ended = Signal()
agreement_winding_up = Signal()
agreement_archived = Signal()
