"""Django's registration of the exchange, its control records and who may do what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.jobs.declare import JobKind, daily

CONTROL_TYPES = (
    RecordType(
        "exchange.agreement",
        1,
        _("Agreement"),
        "isthmus.exchange.records:AgreementV1",
        "isthmus.exchange.services.agreements:receive_proposal",
        control=True,
    ),
    RecordType(
        "exchange.agreement-answer",
        1,
        _("Answer to an agreement"),
        "isthmus.exchange.records:AgreementAnswerV1",
        "isthmus.exchange.services.agreements:receive_answer",
        control=True,
    ),
)

_EVERYONE = frozenset(Role)
_OPERATOR = frozenset({Role.OPERATOR})
_APPROVER = frozenset({Role.APPROVER})


class ExchangeConfig(AppConfig):
    """Agreements, streams, receipts, log."""

    name = "isthmus.exchange"
    label = "exchange"
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    access_rules = (
        Rule(
            "exchange.record.view",
            _("See the records of the own organisation"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.OPERATOR, Role.APPROVER, Role.AUDITOR}),
        ),
        Rule(
            "exchange.record.publish",
            _("Publish records for the own organisation"),
            frozenset({Role.OFFICER, Role.OPERATOR}),
            Reach.ORGANISATION,
        ),
        Rule(
            "exchange.desk.manage",
            _("Say which organisation receives which records"),
            frozenset({Role.OPERATOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule("exchange.stream.view", _("See streams and receipts"), _EVERYONE, Reach.NODE),
        Rule("exchange.agreement.view", _("See agreements"), _EVERYONE, Reach.NODE),
        Rule(
            "exchange.agreement.propose",
            _("Draft and propose an agreement"),
            frozenset({Role.APPROVER, Role.OPERATOR}),
            Reach.NODE,
        ),
        Rule(
            "exchange.agreement.sign", _("Sign, decline or withdraw from an agreement"), _APPROVER, Reach.NODE
        ),
        Rule(
            "exchange.quarantine.view",
            _("See what waits in quarantine"),
            frozenset({Role.OPERATOR, Role.AUDITOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule("exchange.quarantine.resolve", _("Run again or set aside"), _OPERATOR, Reach.NODE),
        Rule(
            "exchange.alarm.view",
            _("See alarms and the evidence of frozen streams"),
            frozenset({Role.OPERATOR, Role.AUDITOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule("exchange.alarm.clear", _("Clear alarms, thaw streams"), _OPERATOR, Reach.NODE),
        Rule("exchange.bundle.carry", _("Write and read bundles for a USB stick"), _OPERATOR, Reach.NODE),
        Rule("exchange.log.view", _("See the log and its checkpoints"), _EVERYONE, Reach.NODE),
    )
    event_words = {
        "exchange.agreement-proposed": _("Signed and proposed an agreement"),
        "exchange.agreement-signed": _("Signed an agreement"),
        "exchange.agreement-declined": _("Declined an agreement"),
        "exchange.agreement-withdrawn": _("Withdrew from an agreement"),
        "exchange.alarm-raised": _("Raised an alarm"),
        "exchange.alarm-cleared": _("Cleared an alarm"),
        "exchange.desk-set": _("Said which organisation receives a type of record"),
        "exchange.desk-removed": _("Removed the desk of a type of record"),
        "exchange.quarantine-run": _("Ran a quarantined record again"),
        "exchange.quarantine-dismissed": _("Set a quarantined record aside"),
        "exchange.record-exported": _("Downloaded the signed text of a record"),
        "exchange.record-published": _("Published a record by the API"),
        "exchange.stream-thawed": _("Let a frozen stream move again"),
    }
    organisation_paths = {
        "exchange.Record": "organisation_id",
        "exchange.Stream": "",
        "exchange.Agreement": "",
        "exchange.LogEntry": "",
        "exchange.Alarm": "",
    }
    jobs = (
        JobKind("exchange.log-verify", "isthmus.exchange.jobs:verify_log"),
        JobKind(
            "exchange.answers-prune", "isthmus.exchange.services.idempotency:prune", schedule=daily(2, 20)
        ),
    )
