"""Django's registration of the exchange, its control records and who may do what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.jobs.declare import JobKind, daily, every

CONTROL_TYPES = (
    RecordType(
        "exchange.agreement",
        1,
        _("Agreement"),
        "isthmus.exchange.records:AgreementV1",
        "isthmus.exchange.services.agreements:receive_proposal",
        control=True,
        restored="isthmus.exchange.services.agreements:receive_proposal",
        numbered="isthmus.exchange.services.agreements:take_number",
    ),
    RecordType(
        "exchange.agreement-answer",
        1,
        _("Answer to an agreement"),
        "isthmus.exchange.records:AgreementAnswerV1",
        "isthmus.exchange.services.agreements:receive_answer",
        control=True,
        restored="isthmus.exchange.services.agreements:receive_answer",
        numbered="isthmus.exchange.services.agreements:take_number",
    ),
    RecordType(
        "exchange.recovery",
        1,
        _("Return to an older state"),
        "isthmus.exchange.records:RecoveryV1",
        "isthmus.exchange.services.recovery.offers:receive_recovery",
        control=True,
    ),
    RecordType(
        "exchange.stream-epoch",
        1,
        _("New epoch of a stream"),
        "isthmus.exchange.records:StreamEpochV1",
        "isthmus.exchange.services.recovery.offers:receive_epoch",
        control=True,
    ),
    RecordType(
        "exchange.stream-epoch-answer",
        1,
        _("Answer to a new epoch"),
        "isthmus.exchange.records:StreamEpochAnswerV1",
        "isthmus.exchange.services.recovery.offers:receive_answer",
        control=True,
        restored="isthmus.exchange.services.recovery.offers:restore_answer",
    ),
    RecordType(
        "exchange.key-rollover",
        1,
        _("New key"),
        "isthmus.wire.rollover:KeyRollover",
        "isthmus.exchange.services.keys:receive_rollover",
        control=True,
        check="isthmus.exchange.services.keys:check_received_rollover",
    ),
    RecordType(
        "exchange.key-revocation",
        1,
        _("Revoked key"),
        "isthmus.wire.revocation:KeyRevocation",
        "isthmus.exchange.services.keys:receive_revocation",
        control=True,
        check="isthmus.exchange.services.keys:check_received_revocation",
    ),
    RecordType(
        "exchange.split-view",
        1,
        _("Evidence of a split view"),
        "isthmus.wire.cosignature:SplitView",
        "isthmus.exchange.services.witness.evidence:receive_split_view",
        control=True,
    ),
    RecordType(
        "exchange.tombstone",
        1,
        _("Erasure"),
        "isthmus.wire.tombstone:Tombstone",
        "isthmus.exchange.services.erasure.tombstones:receive_tombstone",
        control=True,
        check="isthmus.exchange.services.erasure.tombstones:check_tombstone",
        restored="isthmus.exchange.services.erasure.tombstones:restore_tombstone",
        numbered="isthmus.exchange.services.erasure.tombstones:renumber_tombstone",
    ),
    RecordType(
        "exchange.countersignature",
        1,
        _("Countersignature"),
        "isthmus.wire.countersignature:Countersignature",
        "isthmus.exchange.services.countersignatures:receive_countersignature",
        control=True,
        check="isthmus.exchange.services.countersignatures:check_countersignature",
        numbered="isthmus.exchange.services.countersignatures:take_number",
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
            "exchange.record.countersign",
            _("Countersign what the own organisation received"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=_APPROVER,
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
        Rule(
            "exchange.stream.recover",
            _("Ask a partner for what this node has lost, begin a new epoch"),
            frozenset({Role.OPERATOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "exchange.offer.decide",
            _("Accept what a partner asks for after it came back from an older state"),
            _APPROVER,
            Reach.NODE,
        ),
        Rule(
            "exchange.history.accept",
            _("Decide which history of a partner’s log goes on"),
            _APPROVER,
            Reach.NODE,
        ),
        Rule("exchange.bundle.carry", _("Write and read bundles for a USB stick"), _OPERATOR, Reach.NODE),
        Rule(
            "exchange.record.erase", _("Erase records and files, and tell partners so"), _APPROVER, Reach.NODE
        ),
        Rule(
            "exchange.erasure.view",
            _("See what was erased and why"),
            frozenset({Role.OPERATOR, Role.AUDITOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "exchange.personal.read",
            _("Read the files about persons of the own organisation"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule("exchange.log.view", _("See the log and its checkpoints"), _EVERYONE, Reach.NODE),
    )
    event_words = {
        "exchange.agreement-proposed": _("Signed and proposed an agreement"),
        "exchange.agreement-signed": _("Signed an agreement"),
        "exchange.agreement-declined": _("Declined an agreement"),
        "exchange.agreement-withdrawn": _("Withdrew from an agreement"),
        "exchange.alarm-raised": _("Raised an alarm"),
        "exchange.alarm-cleared": _("Cleared an alarm"),
        "exchange.attachment-kept": _("Kept a file"),
        "exchange.attachment-read": _("Downloaded a file of a record"),
        "exchange.erased": _("Erased records or files"),
        "exchange.subject-erased": _("Erased what was kept about a person"),
        "exchange.erased-for-partner": _("Erased what a partner had erased"),
        "exchange.desk-set": _("Said which organisation receives a type of record"),
        "exchange.desk-removed": _("Removed the desk of a type of record"),
        "exchange.evidence-unproved": _("Passed over evidence that proved nothing"),
        "exchange.head-set-aside": _("Set a head aside that was not the log’s"),
        "exchange.history-accepted": _("Accepted a new history of a partner’s log"),
        "exchange.quarantine-run": _("Ran a quarantined record again"),
        "exchange.quarantine-dismissed": _("Set a quarantined record aside"),
        "exchange.record-countersigned": _("Countersigned a record"),
        "exchange.record-exported": _("Downloaded the signed text of a record"),
        "exchange.record-published": _("Published a record by the API"),
        "exchange.stream-thawed": _("Let a frozen stream move again"),
        "exchange.partner-asked": _("Asked a partner how far it got"),
        "exchange.restored": _("Came back from an older state"),
        "exchange.records-returned": _("Took back records that a partner had kept"),
        "exchange.stream-recovered": _("Found out how far a partner got; the stream moves again"),
        "exchange.epoch-begun": _("Signed a new epoch of a stream"),
        "exchange.offer-accepted": _("Accepted what a partner asks for after it came back"),
        "exchange.offer-declined": _("Declined what a partner asks for after it came back"),
    }
    organisation_paths = {
        "exchange.Record": "organisation_id",
        "exchange.Stream": "",
        "exchange.Agreement": "",
        "exchange.LogEntry": "",
        "exchange.Alarm": "",
        "exchange.LogSplit": "",
        "exchange.Tombstone": "",
        "exchange.Offer": "",
    }
    jobs = (
        JobKind("exchange.log-verify", "isthmus.exchange.jobs:verify_log"),
        JobKind(
            "exchange.heads-prune",
            "isthmus.exchange.services.witness.retention:prune",
            schedule=daily(2, 40),
        ),
        JobKind("exchange.files-watch", "isthmus.exchange.file_watch:watch", schedule=every(hours=1)),
        JobKind("exchange.keys-watch", "isthmus.exchange.key_watch:watch", schedule=daily(3, 10)),
        JobKind(
            "exchange.retention", "isthmus.exchange.services.erasure.retention:run", schedule=daily(1, 40)
        ),
        JobKind(
            "exchange.answers-prune", "isthmus.exchange.services.idempotency:prune", schedule=daily(2, 20)
        ),
    )
