"""What Excise's returns declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

HOUSE = House(
    access_rules=(
        Rule(
            "excise.return.view",
            _("See returns of excise and accounts of operators"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.return.declare",
            _("Declare and amend returns of excise"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "excise.return.assess",
            _("Assess returns, post penalties, interest and payments"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            "excise.return.decide",
            _("Approve refunds, and take back what was posted"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "excise.book.view",
            _("See the duty book of all operators"),
            frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
            Reach.NODE,
        ),
    ),
    event_words={
        "excise.return-declared": _("Declared a return of excise"),
        "excise.return-adjusted": _("Adjusted a return of excise"),
        "excise.return-assessed": _("Assessed a return of excise"),
        "excise.return-penalised": _("Posted a penalty"),
        "excise.return-interest": _("Posted interest"),
        "excise.return-payment": _("Posted a payment of excise"),
        "excise.return-refund": _("Approved a refund of excise"),
        "excise.return-refund-paid": _("Posted a refund as paid out"),
        "excise.return-withdrawn": _("Took back an entry of the duty book"),
    },
    organisation_paths={
        "excise.DutyReturn": "operator__organisation_id",
        "excise.DutyReturnLine": "duty_return__operator__organisation_id",
    },
    pages=(
        Page("excise.return.view", _("Returns"), "excise:returns"),
        Page("excise.book.view", _("Duty book"), "excise:duty-book"),
    ),
)
