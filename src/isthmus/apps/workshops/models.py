"""What Workshops keeps. Each part of the house has its own models; Django finds them here."""

from isthmus.apps.workshops.delegates.models import DelegateLink
from isthmus.apps.workshops.expenditure.models import BudgetLine, DeclaredTotal, Entry, ReceiptFile
from isthmus.apps.workshops.nominations.models import (
    Attendance,
    Call,
    Invitation,
    Nomination,
    Nominee,
    Selection,
)
from isthmus.apps.workshops.programme.models import Programme, Session, VirtualProject, Workshop

__all__ = [
    "Attendance",
    "BudgetLine",
    "Call",
    "DeclaredTotal",
    "DelegateLink",
    "Entry",
    "Invitation",
    "Nomination",
    "Nominee",
    "Programme",
    "ReceiptFile",
    "Selection",
    "Session",
    "VirtualProject",
    "Workshop",
]
