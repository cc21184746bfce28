"""Erasing a record or one of its files, and the list of what was erased."""

from django import forms
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import visible
from isthmus.exchange import wording
from isthmus.exchange.forms import ReasonForm
from isthmus.exchange.models import Erased, ErasureGround, Naming, Record, Tombstone
from isthmus.exchange.services.erasure import erase, plan
from isthmus.exchange.services.erasure.retention import due_records
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.exchange.views.records import crumb
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Empty, Fact, Facts, Link, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column
from isthmus.wire.model import LONGEST_REASON

ERASE = "exchange.record.erase"
VIEW = "exchange.erasure.view"


class ErasureForm(ReasonForm):
    """On what ground a text goes, and why."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"), choices=ErasureGround.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "It is signed, kept for good and sent to the partner. Do not name the person."
        ),
    )
    field_order = ("ground", "reason")


def _what_goes(row: Record, name: str) -> Facts:
    found = plan([row] if not name else (), [name] if name else ())
    told = ", ".join(partner.name for partner in found.partners)
    files = ngettext("%(n)d file", "%(n)d files", found.attachments) % {"n": found.attachments}
    return Facts(
        _("What goes"),
        (
            Fact(_("Record"), row.subject if not name else _("Stays; only the file goes")),
            Fact(_("Files"), files),
            Fact(_("Told by a signed tombstone"), told),
            Fact(_("Stays"), _("The hash in the log, the receipts, and that it was erased.")),
        ),
    )


def _page(request: ActorRequest, row: Record, digest: str) -> HttpResponse:
    back = reverse("exchange:record", args=[row.leaf])
    records, files = ([], [digest]) if digest else ([row], [])
    return ask(
        request,
        ErasureForm(posted(request)),
        lambda given: erase(
            records,
            files,
            ground=given["ground"],
            reason=given["reason"],
            actor=request.actor.label,
        ),
        title=_("Erase a file") if digest else _("Erase a record"),
        lead=_("It cannot be brought back here, and the partner must erase its copy too."),
        submit=_("Erase for good"),
        done=_("Erased. The partner is told by a signed tombstone."),
        back=back,
        crumbs=[crumb(), Link(row.subject, back)],
        groups=(_what_goes(row, digest),),
    )


def _row(request: ActorRequest, leaf: str) -> Record:
    rows = Record.objects.select_related("stream__partner")
    return find(visible(request.actor, "exchange.record.view", rows), leaf=leaf)


@require_http_methods(["GET", "POST"])
@authorised(ERASE)
@proven
def record(request: ActorRequest, leaf: str) -> HttpResponse:
    """Ask for the ground and the reason, say what goes, and erase a record with its files."""
    return _page(request, _row(request, leaf), "")


@require_http_methods(["GET", "POST"])
@authorised(ERASE)
@proven
def file(request: ActorRequest, leaf: str, digest: str) -> HttpResponse:
    """The same for one file of a record; the record stays."""
    row = _row(request, leaf)
    if not Naming.objects.filter(leaf=row.leaf, attachment__sha256=digest, erased=False).exists():
        raise NotFound("exchange.no-attachment", _("The record names no such file, or it was erased."))
    return _page(request, row, digest)


@require_GET
@authorised(VIEW)
def erasures(request: ActorRequest) -> HttpResponseBase:
    """Every tombstone of this node and of its partners, the newest first, and what retention says is next."""
    known = wording.known_nodes()
    columns: tuple[Column[Tombstone], ...] = (
        Column("issued", _("Erased on"), "issued", kind="date", sort="issued"),
        Column("signer", _("Signed by"), lambda row: wording.tile_of(row.node_id, known), sort="node_id"),
        Column("partner", _("Partner"), lambda row: Tile(row.stream.partner.tile)),
        Column("ground", _("Ground"), lambda row: ErasureGround(row.ground).label, sort="ground"),
        Column("reason", _("Reason"), "reason"),
        Column("erased", _("Records and files"), lambda row: counts.get(row.pk, 0), kind="number"),
        Column(
            "place",
            _("Tombstone"),
            lambda row: _("Number %(seq)d") % {"seq": row.seq},
            kind="link",
            url=lambda row: reverse("exchange:record", args=[row.leaf]),
        ),
    )
    counts = _counts()
    page = ListPage(
        request,
        visible(request.actor, VIEW, Tombstone.objects.select_related("stream__partner")),
        columns,
        name="erasures",
        default_sort="-issued",
        empty=Empty(
            _("Nothing was erased yet"),
            _("A tombstone stands here for whatever an approver, a partner or agreed retention erased."),
        ),
    )
    lead = _("What was erased, by whom and why.")
    if due := due_records(clock.now()).count():
        lead = ngettext(
            "What was erased, by whom and why. Retention has ended for %(n)d record: it goes tonight.",
            "What was erased, by whom and why. Retention has ended for %(n)d records: they go tonight.",
            due,
        ) % {"n": due}
    return page.respond(_("Erasures"), context={"lead": lead, "crumbs": [crumb()]})


def _counts() -> dict[int, int]:
    """How many records and files each tombstone names."""
    found = Erased.objects.values_list("tombstone").annotate(number=Count("pk"))
    return dict(found.values_list("tombstone", "number"))
