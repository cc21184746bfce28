"""What to do about the alarms of a node, or a partner, that came back from an older state."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.advice import Advice

_GUIDE = _("Follow docs/guide/backup-and-restore.md, which has a section for each case.")
_CALL = _("Call the partner's operator: only people know who put which backup back, and why.")

RECOVERY = (
    Advice(
        "exchange.older-state",
        _("This node is in an older state than its partners know"),
        _(
            "A partner has shown records or receipts that this node signed and does not know: somebody put "
            "back a backup or a machine's snapshot without `isthmus restore`. Nothing goes out, so that no "
            "number is used twice; what is published waits. The node asks its partners by itself."
        ),
        (
            _("Find out who put the older state back, and from when it is."),
            _("Look at `isthmus stream list`: a stream that is open again is sure."),
            _("Where the line to a partner is down, carry bundles both ways."),
            _GUIDE,
        ),
        heals=True,
        stops=True,
    ),
    Advice(
        "exchange.older-claimed",
        _("A partner says that this node is in an older state"),
        _(
            "It names a number that this node has not sent, or another record under one that it has, and has "
            "proved nothing. Only the streams with this partner stand still; the node asks it for what it "
            "claims to hold. What this node signed itself would be a proof, and stop the other streams too."
        ),
        (
            _("Find out whether a backup or a machine's snapshot was put back; then follow the guide."),
            _("If not, call the partner's operator: its node is wrong, or somebody else acts for it."),
            _("If it does not take back what it says, suspend the partner; what is published for it waits."),
            _GUIDE,
        ),
        heals=True,
        stops=True,
    ),
    Advice(
        "exchange.two-histories",
        _("This node signed two records under one number"),
        _(
            "After it came back from an older state it used a number again that the partner holds with other "
            "content. The stream stands still; it goes on in a new epoch that both sides sign."
        ),
        (
            _CALL,
            _("Begin the new epoch on the page of the streams, or with `isthmus stream epoch PARTNER`."),
            _("The partner's approver accepts; what was not delivered is sent again in the new epoch."),
        ),
        stops=True,
    ),
    Advice(
        "exchange.not-ours",
        _("A partner gave back records that this node did not sign"),
        _("None of them was taken: under the keys of this node, the signature of one does not hold."),
        (
            _("If a key was rolled over after the backup was made, put the present keys folder back."),
            _CALL,
        ),
        heals=True,
        stops=True,
    ),
    Advice(
        "exchange.not-returned",
        _("A partner holds more of this node's records than it gives back"),
        _("It has signed a higher number than the last record that it gave back. Nothing is sent meanwhile."),
        (_CALL, _("Let it run `isthmus log verify`: its log names a record whose text is gone.")),
        heals=True,
        stops=True,
    ),
    Advice(
        "exchange.partner-restored",
        _("A partner came back from an older state and asks for this node's word"),
        _(
            "It asks to close a stream and begin a new epoch, or says from which entry on its log has a new "
            "history. An approver decides; until then its new epoch waits."
        ),
        (
            _CALL,
            _("If it confirms, an approver accepts on the page of the streams, or `isthmus stream accept`."),
            _("If it knows nothing of it, decline, and treat its node as broken into."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.partner-behind",
        _("A partner asks again for records that it has receipted"),
        _("It was probably restored from a backup. The records are sent again by themselves."),
        (_CALL, _("Clear this alarm once the partner has confirmed.")),
    ),
    Advice(
        "exchange.epoch-declined",
        _("A partner has declined a new epoch"),
        _("The stream stands still. The partner's reason is in the message."),
        (_CALL, _("When its approver has accepted after all, thaw the stream.")),
        stops=True,
    ),
    Advice(
        "node.backup-old",
        _("The last good backup is too old"),
        _("No backup was made and proved within ISTHMUS_BACKUP_ALARM_HOURS."),
        (
            _("Set ISTHMUS_BACKUP_FOLDER and ISTHMUS_BACKUP_RECIPIENTS, so that the node makes one a day."),
            _("Look at the job node.backup: it says why the last one failed, such as a full disk."),
            _("Make one by hand now: `isthmus backup FOLDER`."),
        ),
        heals=True,
    ),
    Advice(
        "exchange.verdict-changed",
        _("A partner's second receipt contradicts its first"),
        _("It accepted a record once and refused it once. Both receipts are kept; the first counts here."),
        (_CALL, _("Agree on which receipt holds, and write down what you agreed.")),
    ),
)
