"""What Excise's operators, warehouses, authorisations and products declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House

HOUSE = House(
    access_rules=(
        Rule(
            "excise.registry.view",
            _("See operators, warehouses, authorisations and products of excise"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
    ),
    event_words={
        "excise.operator-registered": _("Registered an operator"),
        "excise.operator-amended": _("Amended an operator's entry"),
        "excise.operator-retired": _("Retired an operator"),
        "excise.warehouse-opened": _("Opened a tax warehouse"),
        "excise.warehouse-closed": _("Closed a tax warehouse"),
        "excise.product-entered": _("Entered a product"),
        "excise.authorisation-granted": _("Granted an authorisation"),
        "excise.authorisation-suspended": _("Suspended an authorisation"),
        "excise.suspension-lifted": _("Lifted a suspension"),
        "excise.authorisation-revoked": _("Revoked an authorisation"),
    },
    organisation_paths={
        "excise.Operator": "organisation_id",
        "excise.TaxWarehouse": "operator__organisation_id",
        "excise.Authorisation": "operator__organisation_id",
        "excise.Suspension": "authorisation__operator__organisation_id",
        "excise.Product": "operator__organisation_id",
        "excise.RegistryChange": "operator__organisation_id",
    },
)
