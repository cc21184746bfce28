"""Countersigning a received record, and the pair of signed texts as a file."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import require
from isthmus.exchange import wording
from isthmus.exchange.key_forms import CountersignForm
from isthmus.exchange.services import countersignatures as services
from isthmus.exchange.views.acts import ask, download, posted
from isthmus.exchange.views.records import VIEW, crumb, seen, url_of
from isthmus.ui.components import Fact, Facts, Link

COUNTERSIGN = "exchange.record.countersign"


@require_http_methods(["GET", "POST"])
@authorised(COUNTERSIGN)
@proven
def countersign(request: ActorRequest, leaf: str) -> HttpResponse:
    """Sign a received record as its second node."""
    row = seen(request, leaf)
    require(request.actor, COUNTERSIGN, row)
    partner = row.stream.partner
    return ask(
        request,
        CountersignForm(posted(request)),
        lambda given: services.countersign(row, given["words"], actor=request.actor.label),
        title=_("Countersign %(subject)s") % {"subject": row.subject},
        lead=_(
            "This node signs the record of %(name)s as well. Both nodes then hold a document signed by both; "
            "it cannot be taken back."
        )
        % {"name": partner.name},
        submit=_("Countersign"),
        done=_("The record is signed by both nodes now."),
        back=url_of(row),
        crumbs=[crumb(), Link(row.subject, url_of(row))],
        groups=[
            Facts(
                _("What you sign"),
                (
                    Fact(_("Record type"), wording.type_title(row.key)),
                    Fact(_("Subject"), row.subject, url=url_of(row)),
                    Fact(_("From"), wording.partner_tile(partner)),
                    Fact(_("Issued"), row.issued),
                    Fact(_("Leaf in the log"), row.leaf),
                ),
            )
        ],
    )


@require_GET
@authorised(VIEW)
def pair(request: ActorRequest, leaf: str) -> HttpResponse:
    """Both signed texts in one file, for `isthmus verify`."""
    row = seen(request, leaf)
    name = row.stream.name.replace(">", "-").replace("#", "-")
    return download(services.pair_of(row).rstrip("\n"), f"pair-{name}-{row.seq}.jws")
