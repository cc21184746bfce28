"""Django's registration of Excise and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.apps.excise.registered_records import RECORD_TYPES
from isthmus.exchange.application import Application
from isthmus.jobs.declare import JobKind, every


class ExciseConfig(AppConfig):
    """Excise on alcoholic products."""

    name = "isthmus.apps.excise"
    label = "excise"
    default = True

    application = Application(
        name="excise",
        title=_("Excise"),
        purpose=_("Work out what is due on alcohol, and see why."),
        icon="excise",
        record_types=RECORD_TYPES,
        urls="isthmus.apps.excise.urls",
        root_urls="isthmus.apps.excise.stamps.urls",
        front="excise:duty",
        sections="isthmus.apps.excise.sections:sections",
        api="isthmus.apps.excise.api:router",
        commands="isthmus.apps.excise.cli:excise",
    )
    access_rules = (
        Rule("excise.tariff.view", _("See tariffs and work out duty"), frozenset(Role), Reach.NODE),
        Rule(
            "excise.stamp.view",
            _("See tax stamps"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.registry.view",
            _("See operators, warehouses, authorisations and products of excise"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.event.view",
            _("See events of goods"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.event.capture",
            _("Capture events of goods"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule("excise.stamp.ask", _("Ask for tax stamps"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
        Rule(
            "excise.stamp.decide",
            _("Approve, issue and print tax stamps"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "excise.stamp.handle",
            _("Note what was done with tax stamps, and hand them over"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule("excise.stamp.inspect", _("Inspect tax stamps"), frozenset(Role), Reach.NODE),
        Rule("excise.stamp.verify", _("Check tax stamps by program"), frozenset(Role), Reach.NODE),
    )
    event_words = {
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
        "excise.events-captured": _("Captured events of goods"),
        "excise.stamp-key-made": _("Made a key for tax stamps"),
        "excise.stamp-codes-taken": _("Took codes of tax stamps for printing"),
        "excise.stamps-asked": _("Asked for tax stamps"),
        "excise.stamps-approved": _("Approved tax stamps"),
        "excise.stamps-refused": _("Refused tax stamps"),
        "excise.stamps-issued": _("Issued tax stamps"),
        "excise.stamps-print": _("Noted tax stamps as printed"),
        "excise.stamps-hand-over": _("Handed tax stamps over"),
        "excise.stamps-receive": _("Confirmed receipt of tax stamps"),
        "excise.stamps-take-back": _("Took tax stamps back"),
        "excise.stamps-activate": _("Activated tax stamps"),
        "excise.stamps-sell": _("Noted tax stamps as sold"),
        "excise.stamps-spoil": _("Noted tax stamps as spoiled"),
        "excise.stamps-cancel": _("Cancelled tax stamps"),
        "excise.stamps-destroy": _("Noted tax stamps as destroyed"),
        "excise.stamps-lose": _("Noted tax stamps as lost"),
        "excise.stamps-find": _("Noted tax stamps as found again"),
    }
    jobs = (
        JobKind(
            "excise.stamp-list",
            "isthmus.apps.excise.stamps.jobs:keep_filter",
            schedule=every(hours=1),
            lease_seconds=600,
        ),
    )
    organisation_paths = {
        "excise.EpcisEvent": "organisation_id",
        "excise.EventItem": "event__organisation_id",
        "excise.Operator": "organisation_id",
        "excise.TaxWarehouse": "operator__organisation_id",
        "excise.Authorisation": "operator__organisation_id",
        "excise.Suspension": "authorisation__operator__organisation_id",
        "excise.Product": "operator__organisation_id",
        "excise.RegistryChange": "operator__organisation_id",
        "excise.StampRequest": "organisation_id",
    }
