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
        Rule("trust.key.view", _("See the keys of this node"), frozenset(Role), Reach.NODE),
        Rule(
            "trust.key.roll",
            _("Let a new key of this node take over; destroy a retired one"),
            frozenset({Role.OPERATOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "trust.key.revoke",
            _("Revoke a key of this node or of a partner"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    )
    event_words = {
        "trust.keys-made": _("Made the keys of this node"),
        "trust.key-rolled": _("Let a new key of this node take over"),
        "trust.key-revoked": _("Revoked a key of this node"),
        "trust.key-readopted": _("Had a key back that a restored node had lost"),
        "trust.key-destroyed": _("Destroyed a retired key of this node"),
        "trust.partner-key-rolled": _("Announced a new key"),
        "trust.partner-key-revoked": _("Revoked a key of a partner"),
        "trust.partner-key-added": _("Added a new key from a partner’s card"),
        "trust.partner-introduced": _("Added the card of a partner"),
        "trust.partner-confirmed": _("Confirmed a partner by its words"),
        "trust.words-differ": _("Typed words that are not those of the card"),
        "trust.partner-suspended": _("Suspended a partner"),
        "trust.partner-resumed": _("Resumed the exchange with a partner"),
        "trust.partner-forgotten": _("Removed the card of a partner"),
    }
    organisation_paths = {"trust.Partner": ""}
