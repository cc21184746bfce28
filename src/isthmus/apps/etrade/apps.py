"""Django's registration of E-Trade and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.apps.etrade.registered_records import RECORD_TYPES
from isthmus.exchange.application import Application, Command
from isthmus.jobs.declare import JobKind, every


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
        record_types=RECORD_TYPES,
        urls="isthmus.apps.etrade.urls",
        front="etrade:declarations",
        sections="isthmus.apps.etrade.sections:sections",
        card="isthmus.apps.etrade.queries:card",
        api="isthmus.apps.etrade.api:router",
        commands="isthmus.apps.etrade.cli:etrade",
        more_commands=(
            Command(
                "reference",
                "isthmus.apps.etrade.reference.cli:reference",
                _("Load and look up code lists: the HS, places, units, exchange rates."),
            ),
        ),
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
        Rule(
            "etrade.arrival.mark",
            _("Mark goods as arrived, held or released"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.document.view",
            _("See certificates, licences, permits, movements and manifests"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "etrade.document.state",
            _("State certificates, licences, permits, movements and manifests, and what became of them"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.document.send",
            _("Send certificates, licences, permits, movements and manifests to a partner"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.document.decide",
            _("Use certificates, draw on licences, state where movements are"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.query.view",
            _("See questions and answers"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "etrade.query.write",
            _("Ask partners and answer them"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.mapping.view",
            _("See mappings"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "etrade.mapping.make",
            _("Make mappings"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.source.view",
            _("See sources and targets"),
            frozenset({Role.OPERATOR, Role.APPROVER, Role.AUDITOR}),
            Reach.NODE,
        ),
        Rule(
            "etrade.source.manage",
            _("Add and run sources and targets"),
            frozenset({Role.OPERATOR}),
            Reach.NODE,
        ),
        Rule(
            "etrade.case.view",
            _("See cases: what does not tally, and why"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "etrade.case.decide",
            _("Decide cases, and ask partners about them"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "etrade.match.view",
            _("See what was matched privately"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "etrade.match.ask",
            _("Ask partners by keyed hashes which declarations they know as well"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule("etrade.reference.view", _("Look codes up"), frozenset(Role), Reach.NODE),
    )
    event_words = {
        "etrade.mapping-kept": _("Kept a mapping"),
        "etrade.mapping-retired": _("Retired a mapping"),
        "etrade.source-added": _("Added a source"),
        "etrade.source-changed": _("Changed a source"),
        "etrade.target-added": _("Added a target"),
        "etrade.target-changed": _("Changed a target"),
        "etrade.push-retried": _("Tried again what a target refused"),
        "etrade.declarations-sent": _("Sent declarations"),
        "etrade.event-entered": _("Entered what happened to a declaration"),
        "etrade.arrival-marked": _("Marked what became of goods"),
        "etrade.document-stated": _("Stated a trade document"),
        "etrade.document-sent": _("Sent a trade document"),
        "etrade.certificate-used": _("Recorded the use of a certificate"),
        "etrade.licence-drawn": _("Drew on a licence"),
        "etrade.licence-not-drawn": _("Could not draw on a licence"),
        "etrade.query-asked": _("Asked a partner"),
        "etrade.query-answered": _("Answered a partner"),
        "etrade.case-accepted": _("Confirmed a case"),
        "etrade.case-escalated": _("Escalated a case"),
        "etrade.case-dismissed": _("Dismissed a case"),
        "etrade.case-reopened": _("Opened a case again"),
        "etrade.match-asked": _("Asked a partner by keyed hashes"),
        "etrade.match-answered": _("Answered a partner's keyed hashes"),
        "etrade.corridor-calibrated": _("Calibrated a corridor"),
        "etrade.reference-loaded": _("Loaded a code list"),
    }
    jobs = (
        JobKind(
            "etrade.run-sources",
            "isthmus.apps.etrade.services.sources:run_sources",
            schedule=every(minutes=1),
        ),
        JobKind("etrade.push", "isthmus.apps.etrade.targets.services:push_all", schedule=every(minutes=1)),
        JobKind(
            "etrade.send-news", "isthmus.apps.etrade.services.news:send_news", schedule=every(minutes=10)
        ),
        JobKind(
            "etrade.reconcile",
            "isthmus.apps.etrade.cases.jobs:reconcile",
            schedule=every(minutes=5),
            lease_seconds=600,
        ),
        JobKind(
            "etrade.answer-matches",
            "isthmus.apps.etrade.matching.jobs:answer",
            schedule=every(minutes=30),
            lease_seconds=600,
        ),
        JobKind("etrade.send-matched", "isthmus.apps.etrade.matching.jobs:send"),
        JobKind(
            "etrade.calibrate",
            "isthmus.apps.etrade.cases.jobs:calibrate",
            schedule=every(hours=168),
            lease_seconds=600,
        ),
    )
    organisation_paths = {
        "etrade.Declaration": "organisation_id",
        "etrade.SourceDocument": "organisation_id",
        "etrade.TradeDocument": "organisation_id",
        "etrade.DeclarationEvent": "organisation_id",
        "etrade.Utilisation": "organisation_id",
        "etrade.Query": "organisation_id",
        "etrade.Case": "organisation_id",
        "etrade.MatchRound": "organisation_id",
        "etrade.Mapping": "organisation_id",
        "etrade.Source": "organisation_id",
        "etrade.Target": "organisation_id",
    }
