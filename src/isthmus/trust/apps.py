"""Django's registration of the trust layer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role


class TrustConfig(AppConfig):
    """Own keys and partners."""

    name = "isthmus.trust"
    label = "trust"
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    access_rules = (
        Rule("trust.partner.view", _("See partners and their certificates"), frozenset(Role), Reach.NODE),
        Rule(
            "trust.partner.introduce",
            _("Add a partner's card"),
            frozenset({Role.OPERATOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "trust.partner.confirm", _("Confirm a partner's identity"), frozenset({Role.APPROVER}), Reach.NODE
        ),
        Rule(
            "trust.partner.suspend",
            _("Suspend or resume a partner"),
            frozenset({Role.OPERATOR, Role.APPROVER}),
            Reach.NODE,
        ),
    )
    event_words = {
        "trust.keys-made": _("Made the keys of this node"),
        "trust.partner-introduced": _("Added the card of a partner"),
        "trust.partner-confirmed": _("Confirmed a partner by its words"),
        "trust.words-differ": _("Typed words that are not those of the card"),
        "trust.partner-suspended": _("Suspended a partner"),
        "trust.partner-resumed": _("Resumed the exchange with a partner"),
        "trust.partner-forgotten": _("Removed the card of a partner"),
    }
    organisation_paths = {"trust.Partner": ""}
