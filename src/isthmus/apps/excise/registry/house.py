"""What Excise's operators, warehouses, authorisations and products declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.exchange.house import House, Page
from isthmus.jobs.declare import JobKind, daily

_EXTRACT = "isthmus.apps.excise.registry.services.extract"

HOUSE = House(
    access_rules=(
        Rule(
            "excise.registry.view",
            _("See operators, warehouses, authorisations and products of excise"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.registry.keep",
            _("Register operators of excise, and license, suspend and revoke"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            "excise.registry.look-up",
            _("Ask whether an operator is authorised, here or at a partner"),
            frozenset(Role),
            Reach.NODE,
        ),
        Rule(
            "excise.registry.send",
            _("Send the extract of the registry to partners"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "excise.operator-registered": _("Registered an operator"),
        "excise.operator-amended": _("Amended an operator's entry"),
        "excise.operator-retired": _("Retired an operator"),
        "excise.warehouse-opened": _("Opened a tax warehouse"),
        "excise.warehouse-closed": _("Closed a tax warehouse"),
        "excise.product-entered": _("Entered a product"),
        "excise.product-amended": _("Amended a product"),
        "excise.product-withdrawn": _("Withdrew a product"),
        "excise.authorisation-granted": _("Granted an authorisation"),
        "excise.authorisation-suspended": _("Suspended an authorisation"),
        "excise.suspension-lifted": _("Lifted a suspension"),
        "excise.authorisation-revoked": _("Revoked an authorisation"),
        "excise.extract-sent": _("Sent the extract of the registry"),
        "excise.extract-foreign": _("Passed over an extract about another country's number"),
    },
    organisation_paths={
        "excise.Operator": "organisation_id",
        "excise.TaxWarehouse": "operator__organisation_id",
        "excise.Authorisation": "operator__organisation_id",
        "excise.Suspension": "authorisation__operator__organisation_id",
        "excise.Product": "operator__organisation_id",
        "excise.RegistryChange": "operator__organisation_id",
    },
    record_types=(
        RecordType(
            "excise.registry-extract",
            1,
            _("Extract of the excise registry"),
            "isthmus.apps.excise.registry.records:RegistryExtractV1",
            f"{_EXTRACT}:receive_extract",
            samples="isthmus.apps.excise.registry.queries:extract_samples",
            erase=f"{_EXTRACT}:erase_extract",
            restored=f"{_EXTRACT}:restore_extract",
            numbered=f"{_EXTRACT}:take_number",
        ),
    ),
    jobs=(
        JobKind(
            "excise.registry-extract",
            "isthmus.apps.excise.registry.jobs:send_extracts",
            schedule=daily(3, 20),
            lease_seconds=600,
        ),
    ),
    pages=(
        Page("excise.registry.view", _("Operators"), "excise:operators"),
        Page("excise.registry.look-up", _("Is an operator authorised?"), "excise:registry-look-up"),
    ),
)
