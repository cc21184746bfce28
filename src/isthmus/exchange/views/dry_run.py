"""The page of the dry run, for agreements and for drafts."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.exchange import queries, trial, wording
from isthmus.exchange.forms import DryRunForm
from isthmus.exchange.records import GrantV1
from isthmus.exchange.views.acts import posted
from isthmus.exchange.views.agreements import VIEW, crumb, page_of, seen
from isthmus.kit.limits import FORM_BYTES, takes
from isthmus.ui.components import Link
from isthmus.wire import codec


def _choices(grants: Sequence[GrantV1]) -> list[tuple[str, str]]:
    known = wording.known_nodes()
    return [
        (
            str(number),
            _("%(title)s, from %(sender)s to %(receiver)s")
            % {
                "title": wording.type_title(grant.record_type),
                "sender": wording.name_of(grant.sender, known),
                "receiver": wording.name_of(grant.receiver, known),
            },
        )
        for number, grant in enumerate(grants)
    ]


def _label(candidate: trial.Candidate) -> str:
    if candidate.cut:
        return _("%(title)s (as it was sent, already cut down)") % {"title": candidate.title}
    return candidate.title


def try_out(
    request: ActorRequest, grants: Sequence[GrantV1], *, title: str, back: str, crumbs: Sequence[Link]
) -> HttpResponse:
    """Let a person choose a grant and a record, and show both sides. A POST, because a body may be pasted."""
    # What this node would send comes first: that is what its officers must answer for.
    ordered = sorted(grants, key=lambda grant: grant.sender != queries.me())
    found = trial.candidates(request.actor, frozenset(grant.record_type for grant in ordered))
    form = DryRunForm(
        posted(request),
        grants=_choices(ordered),
        bodies=[(candidate.key, _label(candidate)) for candidate in found],
    )
    outcome = grant = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        grant = ordered[int(given["grant"])]
        chosen = next((one for one in found if one.key == given["body"]), None)
        if given["pasted"] is None and chosen is not None and chosen.record_type != grant.record_type:
            form.add_error("body", _("This record is of another type than the one you chose to send."))
        else:
            body = given["pasted"] if given["pasted"] is not None else chosen.body if chosen else {}
            outcome = trial.run(body, grant)
            if outcome is None:
                form.add_error("grant", _("This node does not know the record type."))
    context = {
        "title": title,
        "lead": _(
            "Exactly what the partner would receive of a record, and what is withheld. Nothing is sent."
        ),
        "crumbs": crumbs,
        "form": form,
        "outcome": outcome,
        "receiver": wording.tile_of(grant.receiver, wording.known_nodes()) if grant and outcome else None,
        "back": back,
    }
    return render(request, "exchange/dry_run.html", context)


@require_http_methods(["GET", "POST"])
@takes(FORM_BYTES + 3 * codec.MAX_BYTES)  # a form triples what it escapes
@authorised(VIEW)
def dry_run(request: ActorRequest, uuid: UUID) -> HttpResponse:
    """The dry run of an agreement that is here."""
    row = seen(request, uuid)
    return try_out(
        request,
        row.content.grants,
        title=_("Dry run of “%(title)s”") % {"title": row.title},
        back=page_of(row),
        crumbs=[crumb(), Link(row.title, page_of(row))],
    )
