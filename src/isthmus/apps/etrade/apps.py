"""Django's registration of E-Trade and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import Application, RecordType


class EtradeConfig(AppConfig):
    """Trade information shared between countries' systems."""

    name = "isthmus.apps.etrade"
    label = "etrade"
    default = True

    application = Application(
        name="etrade",
        title=_("E-Trade"),
        purpose=_("See what left a neighbour for you before it arrives."),
        icon="declaration",
        record_types=(
            RecordType(
                "etrade.export-declaration",
                1,
                _("Export declaration"),
                "isthmus.apps.etrade.records:ExportDeclarationV1",
                "isthmus.apps.etrade.services:receive_export_declaration",
                samples="isthmus.apps.etrade.queries:samples",
            ),
        ),
        urls="isthmus.apps.etrade.urls",
        front="etrade:declarations",
        sections="isthmus.apps.etrade.sections:sections",
        card="isthmus.apps.etrade.queries:card",
        api="isthmus.apps.etrade.api:router",
        commands="isthmus.apps.etrade.cli:etrade",
    )
    access_rules = (
        Rule(
            "etrade.declaration.view",
            _("See declarations"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "etrade.declaration.import",
            _("Read declarations from files"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.declaration.send",
            _("Send declarations to a partner"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
    )
    event_words = {"etrade.declarations-sent": _("Sent export declarations")}
    organisation_paths = {
        "etrade.ExportDeclaration": "organisation_id",
        "etrade.SourceDocument": "organisation_id",
    }
