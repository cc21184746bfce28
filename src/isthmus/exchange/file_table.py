"""The files of a record as its page lists them: what they are, where they are, who may read them."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.accounts.policy import Actor, can
from isthmus.exchange.models import Attachment, AttachmentState, Direction, Naming, Record
from isthmus.ui.components import State
from isthmus.ui.table import Column, Table, tabulate

PERSONAL = "exchange.personal.read"


def namings_of(row: Record) -> list[Naming]:
    """The files that a record names, in the order of its text."""
    return list(Naming.objects.filter(leaf=row.leaf).select_related("attachment__subject_key"))


def state_of(naming: Naming, *, sent: bool) -> State:
    """Where a file is, in a word."""
    if naming.erased:
        return State("off", gettext_lazy("Erased"))
    if naming.attachment.state != AttachmentState.WHOLE:
        return State("wait", gettext_lazy("Not all here yet"))
    if sent and naming.arrived_at is None:
        return State("wait", gettext_lazy("On its way"))
    return State("ok", gettext_lazy("With the partner") if sent else gettext_lazy("Here"))


def is_personal(row: Attachment) -> bool:
    """Whether the file is encrypted under the key of the person whom it is about."""
    return row.subject_key_id is not None


def _may_read(actor: Actor, row: Record, naming: Naming) -> bool:
    readable = not naming.erased and naming.attachment.state == AttachmentState.WHOLE
    return readable and (not is_personal(naming.attachment) or can(actor, PERSONAL, row))


def table_of(actor: Actor, row: Record) -> Table | None:
    """The files of a record as a table; None where it names none."""
    namings = namings_of(row)
    sent = row.stream.direction == Direction.OUT

    def address(naming: Naming) -> str:
        if not _may_read(actor, row, naming):
            return ""
        return reverse("exchange:record_file", args=[row.leaf, naming.attachment.sha256])

    def erasing(naming: Naming) -> str:
        if naming.erased or not can(actor, "exchange.record.erase"):
            return ""
        return reverse("exchange:erase_file", args=[row.leaf, naming.attachment.sha256])

    columns: tuple[Column[Naming], ...] = (
        Column("name", _("File"), "name", kind="link", url=address),
        Column("kind", _("Kind"), _kind),
        Column("size", _("Size"), lambda found: -(-found.attachment.size // 1024), "number", unit="KiB"),
        Column("state", _("State"), lambda found: state_of(found, sent=sent), kind="state"),
        Column("erase", _("Erase"), lambda found: _("Erase") if erasing(found) else "", "link", url=erasing),
    )
    shown = columns if any(erasing(found) for found in namings) else columns[:-1]
    return tabulate(shown, namings, _("Files")) if namings else None


def _kind(naming: Naming) -> str:
    if is_personal(naming.attachment):
        return _("%(kind)s, about a person") % {"kind": naming.media_type}
    return naming.media_type
