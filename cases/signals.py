"""What the apps above are told; sent inside the transaction that makes it true."""

from django.dispatch import Signal

# Sends `case` (the concrete case), once its stage and its dates are worked out again.
case_settled = Signal()
