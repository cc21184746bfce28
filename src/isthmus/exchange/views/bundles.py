"""Bundles on the pages: saved for a USB stick, read from one."""

from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.exchange import queries
from isthmus.exchange.services.bundles import Exported, ImportReport, export_bundle, import_bundle
from isthmus.exchange.views.acts import find, posted, submitted
from isthmus.exchange.views.recovery import crumbs
from isthmus.kit.errors import IsthmusError
from isthmus.kit.limits import FORM_BYTES, takes
from isthmus.trust.models import Partner
from isthmus.ui.components import Fact

CARRY = "exchange.bundle.carry"
LARGEST_UPLOAD = 100 * 1024 * 1024
"""Bytes that a page takes, more than it ever saves; a larger bundle is read by the command."""


class BundleForm(forms.Form):
    """A bundle from a stick."""

    file = forms.FileField(
        label=gettext_lazy("Bundle"),
        help_text=gettext_lazy("A file that ends in .isb, as the partner gave it to you."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """The upload, unless it is larger than a page should take."""
        uploaded = cast("UploadedFile[bytes]", self.cleaned_data["file"])
        if uploaded.size is None or uploaded.size > LARGEST_UPLOAD:
            raise ValidationError(
                _("This file is too large for a page. Read it with “isthmus bundle import” on the server.")
            )
        return uploaded


def _partner(request: ActorRequest, node_id: str) -> Partner:
    return find(visible(request.actor, "trust.partner.view", Partner.objects.all()), node_id=node_id)


def _say_what_was_saved(request: ActorRequest, done: Exported) -> None:
    """Told on the next page: the answer to this request is the file itself."""
    counts = done.manifest.counts
    messages.success(
        request,
        _("Bundle saved. Records: %(records)d. Answers: %(answers)d.")
        % {"records": counts.records, "answers": counts.receipts + counts.refusals},
    )
    if done.frozen:
        messages.warning(request, _("The stream is frozen: its records stay here until it is thawed."))
    elif done.left:
        messages.warning(
            request,
            _(
                "Records that did not fit: %(left)d. Carry the answers back first, or write the rest with"
                " “isthmus bundle export --after %(last)d”."
            )
            % {"left": done.left, "last": done.last},
        )


@require_POST
@authorised(CARRY)
def save(request: ActorRequest, node_id: str) -> HttpResponseBase:
    """Write what waits for a partner to a file that the browser saves."""
    row = _partner(request, node_id)
    file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115  the answer closes it when it is sent
    try:
        done = export_bundle(row, file, actor=request.actor.label)
    except IsthmusError as error:
        file.close()
        messages.error(request, str(error))
        return redirect("exchange:streams", node_id)
    except BaseException:
        file.close()
        raise
    _say_what_was_saved(request, done)
    file.seek(0)
    name = f"{queries.me()}-{row.node_id}-{done.manifest.created:%Y%m%d-%H%M%S}.isb"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")


def _facts(report: ImportReport) -> list[Fact]:
    manifest = report.manifest
    return [
        Fact(_("From"), manifest.sender),
        Fact(_("Written on"), manifest.created),
        Fact(_("New records taken"), report.taken),
        Fact(_("Of these refused, with a signed reason"), report.refused),
        Fact(_("Of these erased by their sender before they came"), report.erased or None),
        Fact(_("Records that were here already"), report.repeated),
        Fact(_("Records of ours that have their receipt now"), report.settled),
    ]


@require_http_methods(["GET", "POST"])
@takes(LARGEST_UPLOAD + FORM_BYTES)
@authorised(CARRY)
def read(request: ActorRequest, node_id: str) -> HttpResponse:
    """Take what a bundle brings, and say what became of it."""
    row = _partner(request, node_id)
    back = reverse("exchange:streams", args=[row.node_id])
    form = BundleForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST":
        report = submitted(form, lambda given: import_bundle(given["file"], actor=request.actor.label))
        if report is not None:
            context = {
                "title": _("What the bundle brought"),
                "crumbs": crumbs(row),
                "found": _facts(report),
                "problems": report.problems,
                "answered": bool(report.answers),
                "back": back,
            }
            return render(request, "exchange/bundle_read.html", context)
    context = {
        "form": form,
        "title": _("Read a bundle"),
        "lead": _(
            "It is checked as a whole first. One that is damaged, or not for this node, changes nothing."
        ),
        "submit": _("Read the bundle"),
        "cancel_url": back,
        "crumbs": crumbs(row),
    }
    return render(request, "ui/form.html", context)
