"""What the apps above are told; sent inside the transaction that makes it true."""

from django.dispatch import Signal

# Sends `report` (a verification.Report) after each control of the whole journal.
journal_checked = Signal()
