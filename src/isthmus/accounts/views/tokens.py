"""API tokens: the list, a new one with its secret shown once, revoking."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts import queries, services
from isthmus.accounts.forms import TokenFilter, TokenForm
from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.models import ApiToken
from isthmus.accounts.policy import can, visible
from isthmus.accounts.roles import Role
from isthmus.accounts.views.acts import confirmed, find, secret_page, submitted
from isthmus.ui.components import Empty, Fact, Link, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "accounts.token.view"
MANAGE = "accounts.token.manage"


def _crumb() -> Link:
    return Link(_("API tokens"), reverse("accounts:tokens"))


def _state(token: ApiToken) -> State:
    match token.state:
        case "valid":
            return State("ok", gettext_lazy("Valid"))
        case "expired":
            return State("warn", gettext_lazy("Expired"))
        case _:
            return State("off", gettext_lazy("Revoked"))


_COLUMNS: tuple[Column[ApiToken], ...] = (
    Column("label", gettext_lazy("Program"), "label", sort="label"),
    Column("organisation", gettext_lazy("Organisation"), "organisation.name", sort="organisation__name"),
    Column("role", gettext_lazy("Role"), lambda token: Role(token.role).label, sort="role"),
    Column("created", gettext_lazy("Issued"), "created", kind="date", sort="created"),
    Column("created_by", gettext_lazy("Issued by"), "created_by", sort="created_by"),
    Column("last_used", gettext_lazy("Last used"), "last_used", kind="date", sort="last_used"),
    Column("expires", gettext_lazy("Expires"), "expires", kind="date", sort="expires"),
    Column("state", gettext_lazy("State"), _state, kind="state"),
)


def _revocation(token: ApiToken) -> Link | str:
    if token.revoked_at is not None:
        return ""
    return Link(
        _("Revoke %(label)s") % {"label": token.label}, reverse("accounts:revoke_token", args=[token.pk])
    )


_REVOKE: Column[ApiToken] = Column("revoke", gettext_lazy("Action"), _revocation)


@require_GET
@authorised(VIEW)
def tokens(request: ActorRequest) -> HttpResponseBase:
    """All tokens; none of their secrets."""
    manage = can(request.actor, MANAGE)
    page = ListPage(
        request,
        visible(request.actor, VIEW, queries.tokens()),
        (*_COLUMNS, _REVOKE) if manage else _COLUMNS,
        name="tokens",
        filters=TokenFilter,
        default_sort="-created",
        views=(SavedView(_("All tokens")), SavedView(_("Not revoked"), "state=open")),
        empty=Empty(_("No token yet"), _("A program needs one to send and read records by the API.")),
    )
    context = {"lead": _("By these, programs act for an organisation."), "manage": manage}
    return page.respond(_("API tokens"), "accounts/tokens.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
@proven
def issue(request: ActorRequest) -> HttpResponse:
    """A new token; its secret is on the answer to the POST and nowhere else."""
    form = TokenForm(request.POST or None)

    def act(given: dict[str, Any]) -> tuple[ApiToken, str]:
        return services.issue_token(
            given["organisation"], given["label"], given["role"], days=given["days"], actor=request.actor
        )

    if request.method == "POST" and (made := submitted(form, act)) is not None:
        token, secret = made
        shown: dict[str, Any] = {
            "title": _("Token for %(label)s") % {"label": token.label},
            "crumbs": [_crumb()],
            "secret": secret,
            "facts_of_token": [
                Fact(_("Organisation"), token.organisation.name),
                Fact(_("Role"), Role(token.role).label),
                Fact(_("Expires"), token.expires),
            ],
        }
        return secret_page(request, "accounts/token.html", shown)
    context = {
        "form": form,
        "title": _("Issue an API token"),
        "submit": _("Issue the token"),
        "cancel_url": reverse("accounts:tokens"),
        "crumbs": [_crumb()],
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """End a token, after asking."""
    token = find(queries.tokens(), pk)
    return confirmed(
        request,
        lambda: services.revoke_token(token, actor=request.actor),
        title=_("Revoke the token %(label)s") % {"label": token.label},
        lead=_(
            "Programs that use it are refused from now on. This cannot be undone; a new token can be issued."
        ),
        submit=_("Revoke"),
        done=_("The token is revoked."),
        back=reverse("accounts:tokens"),
        crumbs=[_crumb()],
    )
