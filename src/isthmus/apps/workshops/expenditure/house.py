"""What expenditure declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House

APPROVE = "workshops.expenditure.approve"

HOUSE = House(
    access_rules=(
        Rule(
            APPROVE,
            _("Approve expenditure of programmes, move money between lines, and close a programme"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "workshops.budget-set": _("Set the budget of a programme"),
        "workshops.totals-declared": _("Noted what is declared to the fund"),
        "workshops.entry": _("Noted an entry of expenditure"),
        "workshops.entry-approved": _("Approved an entry of expenditure"),
        "workshops.entry-reversed": _("Took back an entry of expenditure"),
        "workshops.receipt": _("Put the file of a receipt beside its entry"),
        "workshops.rate-corrected": _("Corrected a rate of exchange"),
        "workshops.programme-closed": _("Closed the book of a programme"),
    },
    organisation_paths={
        "workshops.BudgetLine": "programme__organisation_id",
        "workshops.DeclaredTotal": "programme__organisation_id",
        "workshops.Entry": "programme__organisation_id",
        "workshops.ReceiptFile": "entry__programme__organisation_id",
    },
)
