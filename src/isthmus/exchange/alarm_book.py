"""What to do about each alarm: the one table that pages, commands and the guide read.

Whoever raises an alarm writes its entry here; a test fails for a code that has none.
"""

from functools import cache

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.advice import Advice
from isthmus.exchange.alarm_book_recovery import RECOVERY

_COMPARE = _("Open the partner's streams: the evidence stands there, both signed texts beside each other.")
_CALL = _("Call the partner's operator and compare the numbers and the first signs of the leaves by voice.")
_THAW = _(
    "When both of you know which history holds, thaw the stream on that page and write down why. "
    "Nothing is lost meanwhile: what is published waits."
)

_STREAMS = (
    Advice(
        "exchange.undelivered",
        _("Records wait too long for a partner"),
        _(
            "The oldest record without a receipt is older than ISTHMUS_ALARM_HOURS. Nothing is lost: it "
            "waits."
        ),
        (
            _("Read the last error on the partner's page: it says whether name, line, TLS or answer fails."),
            _("Look whether this node reaches others: the other streams and `isthmus doctor` say so."),
            _("If the partner is down, tell its operator; the node goes on trying and needs no help."),
            _("If the line stays down, carry a bundle on a USB stick: `isthmus bundle export`."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.equivocation",
        _("A partner signed two different records under one number"),
        _(
            "The partner's own signature stands under two contents. The stream is frozen on both sides; this "
            "node keeps both texts. The cause may be a restored backup or a tampered node."
        ),
        (
            _COMPARE,
            _CALL,
            _("Ask whether the partner was restored from a backup; then the stream begins a new epoch."),
            _THAW,
        ),
        stops=True,
    ),
    Advice(
        "exchange.frozen",
        _("A partner has frozen a stream of ours"),
        _("The partner refuses further records of this stream until its people have looked at its evidence."),
        (_("Call the partner's operator and ask what its alarm says."), _COMPARE, _THAW),
        stops=True,
    ),
    Advice(
        "exchange.other-stream",
        _("A partner does not know our stream under this name"),
        _("What was sent carries the name of a stream that the partner does not expect from this node."),
        (
            _("Ask the partner whether it knows this node under the same short name and epoch."),
            _("Look whether this node or the partner was restored from a backup or set up anew."),
            _THAW,
        ),
        stops=True,
    ),
    Advice(
        "exchange.receipt-for-other-record",
        _("A partner's receipt is about records that this node did not send"),
        _("Number and leaf in a signed receipt do not belong together here. The stream is frozen."),
        (
            _("Look whether this node was restored from a backup: then follow the guide on restoring."),
            _COMPARE,
            _CALL,
            _THAW,
        ),
        stops=True,
    ),
)

_FILES = (
    Advice(
        "exchange.partner-share-full",
        _("The files of one partner take all the room that it may have"),
        _(
            "Its further files are refused until there is room, and it goes on offering them. Files of "
            "others are not held up. What it promised and did not send makes room by itself after some days."
        ),
        (
            _("Ask the partner why it sends so much, if you do not know."),
            _("Raise ISTHMUS_ATTACHMENT_PARTNER_PERCENT or ISTHMUS_ATTACHMENT_STORAGE_MIB."),
            _("Or have records erased whose retention has ended: `isthmus erase due`."),
        ),
        heals=True,
        stops=True,
    ),
    Advice(
        "exchange.storage-full",
        _("There is no room for the files of partners"),
        _(
            "The files that this node keeps have reached ISTHMUS_ATTACHMENT_STORAGE_MIB. Records still come "
            "and go; the partner's files wait there and are offered again and again."
        ),
        (
            _("Look how much disk is free: `isthmus doctor`."),
            _("Raise ISTHMUS_ATTACHMENT_STORAGE_MIB and start the node anew."),
            _("Or have records erased whose retention has ended: `isthmus erase due`."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.files-missing",
        _("Files that records name are not here"),
        _(
            "A record was accepted, or came back after a restore, but a file that it names has not been "
            "whole here for longer than ISTHMUS_ALARM_HOURS. The record counts; only the file is missing."
        ),
        (
            _("Read the last error: `isthmus attachment partners`."),
            _("Carry a bundle to the partner: it asks for lost files. The one that comes back brings them."),
            _("If the partner has erased the file, keep it again from the papers, or erase the record."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.files-undelivered",
        _("Files wait too long for a partner"),
        _(
            "The partner has accepted records, but a file that they name has been on its way for longer than "
            "ISTHMUS_ALARM_HOURS. Nothing is lost: the node goes on where it stopped."
        ),
        (
            _("Read the last error: `isthmus attachment partners`."),
            _("If the partner has no room for files, call its operator."),
            _("If the line is too slow, carry a bundle: `isthmus bundle export`."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.attachment-unused",
        _("An application could not use a file that arrived"),
        _("The file is whole and kept under its record; what the application does with it failed."),
        (
            _("Open the record's page and download the file, so that work can go on."),
            _("Report the message to whoever maintains the application."),
        ),
    ),
)

_KEYS = (
    Advice(
        "trust.key-ending",
        _("A certificate of this node ends soon"),
        _("After its last day partners refuse what the key signs, or cannot write to this node any more."),
        (
            _("Roll the key over: `isthmus key roll PURPOSE`, or the page Keys; partners are told."),
            _("If it has ended already: roll it over all the same, then hand every partner the new card."),
            _("The root is not rolled over: plan a new first contact with every partner before it ends."),
        ),
        heals=True,
    ),
    Advice(
        "trust.partner-key-ending",
        _("A certificate of a partner ends soon"),
        _("After its last day this node refuses what the partner signs under it, or cannot write to it."),
        (
            _("Tell the partner's operator: rolling a key over takes a minute."),
            _("If its record does not come through, ask for its present card and add it under Partners."),
        ),
        heals=True,
    ),
    Advice(
        "trust.own-key-refused",
        _("A partner does not accept the key that this node signs with"),
        _(
            "The partner does not know the key, or knows a newer one. The usual cause is a backup from "
            "before a roll-over, on one of the two sides. Records wait; nothing is lost."
        ),
        (
            _(
                "If this node was restored: put back the newest keys folder, or roll the key over anew with "
                "`isthmus key roll seal --old-key-lost`."
            ),
            _("Send the partner your present card (`isthmus card`), and have it add it under Partners."),
            _("If neither node was restored, call the partner: somebody else may be using an old key."),
        ),
        heals=True,
    ),
    Advice(
        "trust.records-in-doubt",
        _("Records are dated after their key was revoked"),
        _("They arrived and took effect before the revocation was known. Some may be a forger's."),
        (
            _("Open the records that the message names and go through them with the partner by voice."),
            _("Undo in the application what the partner did not sign itself."),
            _("Clear the alarm with a note of what you both found."),
        ),
    ),
)

_CALL_ABOUT_LOG = _(
    "Call the partner over a line you trust, and ask whether its node was restored from a backup, and when."
)
_NEW_HISTORY = _(
    "If it was restored, its recovery record arrives for an approver here; accepting it closes the old "
    "history. Without such a record an approver can accept the history by hand on the evidence's page."
)
_SUSPEND = _(
    "If nobody can explain it, suspend the partner and keep the evidence file: `isthmus verify` proves it to "
    "anybody. Records that crossed stay valid; what is doubtful is the order and the time of its log."
)

_LOGS = (
    Advice(
        "exchange.split-view",
        _("A partner's log has two histories"),
        _(
            "The partner's log key signed two heads of one size with different roots: it showed one history "
            "here and another elsewhere, or its log was rewritten. Its log is not cosigned any more; the "
            "streams go on, because each record is signed by itself."
        ),
        (
            _("Open Log, Witnesses: both signed heads stand there side by side, with a file as evidence."),
            _CALL_ABOUT_LOG,
            _NEW_HISTORY,
            _SUSPEND,
        ),
    ),
    Advice(
        "exchange.proof-wrong",
        _("A partner's proof about its log does not hold"),
        _(
            "The partner was to show that its log continues a head it signed before, and what it sent does "
            "not. Either its node has a fault, or the log was rewritten."
        ),
        (_CALL_ABOUT_LOG, _NEW_HISTORY, _SUSPEND),
    ),
    Advice(
        "exchange.proof-owed",
        _("A partner does not show that its log only grew"),
        _(
            "The partner signed a head some time ago and has been asked since to connect its log to it. A "
            "node that was restored from a backup cannot; neither can one whose log was rewritten."
        ),
        (
            _("Look whether the partner can be reached at all; a long fault there may explain it."),
            _CALL_ABOUT_LOG,
            _NEW_HISTORY,
            _SUSPEND,
        ),
        heals=True,
    ),
    Advice(
        "exchange.own-log-behind",
        _("This node's log is shorter than what a partner holds"),
        _(
            "A partner holds a head that this node signed over more entries than its log has now: entries at "
            "its end are gone, most likely because this node was restored from an older backup."
        ),
        (
            _("Stop and find out who restored this node, and from which backup."),
            _("Follow docs/guide/backup-and-restore.md: what was lost is fetched back from partners."),
            _("Run `isthmus log verify`, which names what was altered or removed."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.own-log-forked",
        _("This node's key signed a head that its log does not have"),
        _(
            "A partner holds a head of this node's log with another root than the log has at that size. "
            "This node was restored from a backup and went on, somebody rewrote its database, or its log key "
            "is in other hands."
        ),
        (
            _("Find out whether this node was restored from a backup: then follow the guide on restoring."),
            _("If it was not, roll over the log key with `isthmus key roll`, and call your partners."),
            _("Keep a copy of the database as it is; `isthmus log verify` says what does not fit."),
        ),
    ),
)

_MACHINE = (
    Advice(
        "node.disk-low",
        _("Little room is left on the disk"),
        _("Less than 1 GB is free where the node keeps its files. At none, nothing is received or sent."),
        (
            _("See what takes the room: `sudo du -xh --max-depth=2 / | sort -h | tail -20`."),
            _("Old messages go with `sudo journalctl --vacuum-size=500M`; move backups to another disk."),
            _("Enlarge the disk; nothing has to be restarted."),
        ),
        heals=True,
    ),
)

_UNKNOWN = Advice(
    "",
    _("An alarm of a part that is not described here"),
    _("The release that raised it knew more than this one."),
    (_("Read its message and follow its next step."), _("Ask those who maintain the node.")),
)


@cache
def _by_code() -> dict[str, Advice]:
    return {advice.code: advice for advice in every_advice()}


def every_advice() -> tuple[Advice, ...]:
    """All entries, in the order in which the guide lists them."""
    return (*_STREAMS, *RECOVERY, *_KEYS, *_FILES, *_LOGS, *_MACHINE)


def is_known(code: str) -> bool:
    """Whether the book has an entry for a code."""
    return code in _by_code()


def advice_on(code: str) -> Advice:
    """What to do about an alarm; words that help also for a code of another release."""
    return _by_code().get(code, _UNKNOWN)
