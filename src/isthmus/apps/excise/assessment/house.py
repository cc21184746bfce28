"""What Excise's assessments declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

HOUSE = House(
    access_rules=(
        Rule(
            "excise.figures.view",
            _("See the figures of excise and the introduction to another country"),
            frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
            Reach.NODE,
        ),
        Rule(
            "excise.introduction.sign",
            _("Sign the introduction to another country"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "excise.introduction-signed": _("Signed an introduction of excise"),
    },
    pages=(
        Page("excise.figures.view", _("Figures"), "excise:figures"),
        Page("excise.figures.view", _("Introduction"), "excise:introduction"),
    ),
)
