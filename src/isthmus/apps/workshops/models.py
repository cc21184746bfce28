"""What Workshops keeps. Each part of the house has its own models; Django finds them here."""

from isthmus.apps.workshops.agenda.models import AgendaVersion, Material
from isthmus.apps.workshops.attendance.models import Badge, Mark
from isthmus.apps.workshops.certificates.models import Certificate
from isthmus.apps.workshops.delegates.models import DelegateLink
from isthmus.apps.workshops.embassies.models import Embassy, EmbassyTemplate
from isthmus.apps.workshops.evaluation.models import AnswerSheet, Evaluation, Ticket
from isthmus.apps.workshops.expenditure.models import BudgetLine, DeclaredTotal, Entry, ReceiptFile
from isthmus.apps.workshops.followups.models import FollowUp, HeldFollowUp
from isthmus.apps.workshops.funding.models import Endorsement
from isthmus.apps.workshops.letters.models import TravelDetails
from isthmus.apps.workshops.nominations.models import (
    Attendance,
    Call,
    Invitation,
    Nomination,
    Nominee,
    Selection,
)
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, PlanAnswer
from isthmus.apps.workshops.programme.models import Programme, Session, VirtualProject, Workshop
from isthmus.apps.workshops.selection.models import Assessment

__all__ = [
    "AgendaVersion",
    "AnswerSheet",
    "Assessment",
    "Attendance",
    "Badge",
    "BudgetLine",
    "Call",
    "Certificate",
    "CountryPlan",
    "DeclaredTotal",
    "DelegateLink",
    "Embassy",
    "EmbassyTemplate",
    "Endorsement",
    "Entry",
    "Evaluation",
    "FollowUp",
    "HeldAnswer",
    "HeldFollowUp",
    "HeldPlan",
    "Invitation",
    "Mark",
    "Material",
    "Nomination",
    "Nominee",
    "PlanAnswer",
    "Programme",
    "ReceiptFile",
    "Selection",
    "Session",
    "Ticket",
    "TravelDetails",
    "VirtualProject",
    "Workshop",
]
