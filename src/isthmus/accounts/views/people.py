"""People: the list, one person, invitations, roles, shutting out and letting in."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts import queries, services
from isthmus.accounts.forms import InviteForm, PeopleFilter, RoleForm
from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.models import Membership, Officer
from isthmus.accounts.policy import can, require, visible
from isthmus.accounts.roles import Role
from isthmus.accounts.views.acts import carry_out, confirmed, find, secret_page, submitted
from isthmus.ui.components import Empty, Fact, Link, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "accounts.person.view"
MANAGE = "accounts.person.manage"


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("People"), reverse("accounts:people"))


def state_of(officer: Officer) -> State:
    """Active, deactivated, or invited and not yet here."""
    if not officer.is_active:
        return State("off", gettext_lazy("Deactivated"))
    if officer.last_login is None:
        return State("wait", gettext_lazy("Has not signed in yet"))
    return State("ok", gettext_lazy("Active"))


def _roles_of(officer: Officer) -> str:
    return "; ".join(
        f"{Role(held.role).label}, {held.organisation.name}" for held in officer.memberships.all()
    )


_COLUMNS: tuple[Column[Officer], ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        str,
        kind="link",
        sort="full_name",
        url=lambda officer: reverse("accounts:person", args=[officer.pk]),
    ),
    Column("email", gettext_lazy("Email address"), "email", sort="email"),
    Column("roles", gettext_lazy("Roles"), _roles_of),
    Column("second_factor", gettext_lazy("Second factor"), "guarded"),
    Column("last_login", gettext_lazy("Last sign-in"), "last_login", kind="date", sort="last_login"),
    Column("state", gettext_lazy("State"), state_of, kind="state", sort=("is_active", "full_name")),
)


@require_GET
@authorised(VIEW)
def people(request: ActorRequest) -> HttpResponseBase:
    """Everybody the visitor may see, with their roles."""
    seen = visible(request.actor, "accounts.organisation.view", queries.organisations())
    page = ListPage(
        request,
        visible(request.actor, VIEW, queries.people()),
        _COLUMNS,
        name="people",
        filters=PeopleFilter.among(seen),
        default_sort="name",
        views=(
            SavedView(_("Everybody")),
            SavedView(_("Approvers"), "role=approver&state=active"),
            SavedView(_("Deactivated"), "state=inactive"),
        ),
        empty=Empty(_("Nobody is here yet"), _("An approver invites people and gives them roles.")),
    )
    context = {
        "lead": _("Who acts for which organisation, and in which role."),
        "manage": can(request.actor, MANAGE),
    }
    return page.respond(_("People"), "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
@proven
def invite(request: ActorRequest) -> HttpResponse:
    """A new person with a first role; then the link to hand over."""
    form = InviteForm(request.POST or None)
    if request.method == "POST":

        def act(given: dict[str, object]) -> Officer:
            return services.invite(
                email=str(given["email"]),
                full_name=str(given["full_name"]),
                organisation=given["organisation"],  # type: ignore[arg-type]  # a ModelChoiceField gives one
                role=str(given["role"]),
                actor=request.actor,
            )

        officer = submitted(form, act)
        if officer is not None:
            return _link_page(request, officer)
    context = {
        "form": form,
        "title": _("Invite a person"),
        "lead": _("You get a link for the person to choose a password. Hand it over yourself."),
        "submit": _("Make the invitation"),
        "cancel_url": reverse("accounts:people"),
        "crumbs": [crumb()],
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """One person: roles, state, and for approvers what can be changed."""
    return _person_page(request, _seen(request, pk), RoleForm())


@require_POST
@authorised(MANAGE)
@proven
def grant(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a role."""
    officer = find(queries.people(), pk)
    form = RoleForm(request.POST)

    def act(given: dict[str, object]) -> Membership:
        return services.grant(officer, given["organisation"], str(given["role"]), actor=request.actor)  # type: ignore[arg-type]  # a ModelChoiceField gives one

    if submitted(form, act) is None:
        return _person_page(request, officer, form)
    return redirect("accounts:person", pk=pk)


@require_POST
@authorised(MANAGE)
def revoke(request: ActorRequest, pk: int, membership: int) -> HttpResponse:
    """Take a role away."""
    held = find(Membership.objects.select_related("organisation", "officer").filter(officer=pk), membership)
    return carry_out(
        request,
        lambda: services.revoke(held.officer, held.organisation, held.role, actor=request.actor),
        _("The role was taken away."),
        reverse("accounts:person", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def deactivate(request: ActorRequest, pk: int) -> HttpResponse:
    """Shut a person out, after asking."""
    officer = find(Officer.objects.all(), pk)
    return confirmed(
        request,
        lambda: services.deactivate(officer, actor=request.actor),
        title=_("Deactivate %(name)s") % {"name": officer},
        lead=_("All sessions end at once and the password is forgotten. What the person did stays."),
        submit=_("Deactivate"),
        done=_("%(name)s is deactivated.") % {"name": officer},
        back=reverse("accounts:person", args=[pk]),
        crumbs=_crumbs(officer),
    )


@require_POST
@authorised(MANAGE)
def activate(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    officer = find(Officer.objects.all(), pk)
    return carry_out(
        request,
        lambda: services.activate(officer, actor=request.actor),
        _("%(name)s is active. Make a link for a new password.") % {"name": officer},
        reverse("accounts:person", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
@proven
def remove_second_factors(request: ActorRequest, pk: int) -> HttpResponse:
    """Forget the second factors of a person who lost the phone or the key, after asking."""
    officer = find(Officer.objects.all(), pk)
    return confirmed(
        request,
        lambda: services.remove_second_factors(officer, actor=request.actor),
        title=_("Remove the second factors of %(name)s") % {"name": officer},
        lead=_("Do this when the phone or the key is lost, and only once you know who asks."),
        submit=_("Remove them"),
        done=_("The second factors are gone and every session of the account has ended."),
        back=reverse("accounts:person", args=[pk]),
        crumbs=_crumbs(officer),
    )


@require_POST
@authorised(MANAGE)
@proven
def link(request: ActorRequest, pk: int) -> HttpResponse:
    """A new link to choose a password; shown once."""
    officer = find(Officer.objects.all(), pk)
    if not officer.is_active:
        return redirect("accounts:person", pk=pk)
    return _link_page(request, officer)


def _link_page(request: ActorRequest, officer: Officer) -> HttpResponse:
    made = services.invitation_link(officer, actor=request.actor)
    context = {
        "title": _("Link for %(name)s") % {"name": officer},
        "officer": officer,
        "link": made,
        "crumbs": _crumbs(officer),
    }
    return secret_page(request, "accounts/link.html", context)


def _crumbs(officer: Officer) -> list[Link]:
    return [crumb(), Link(str(officer), reverse("accounts:person", args=[officer.pk]))]


def _seen(request: ActorRequest, pk: int) -> Officer:
    officer = find(queries.people(), pk)
    require(request.actor, VIEW, officer)
    return officer


def _person_page(request: ActorRequest, officer: Officer, form: RoleForm) -> HttpResponse:
    languages = {"": _("The node’s language"), **dict(settings.LANGUAGES)}
    facts = [
        Fact(_("Email address"), officer.email),
        Fact(_("State"), state_of(officer)),
        Fact(_("Language"), languages.get(officer.language, officer.language)),
        Fact(_("Second factor"), officer.guarded),  # type: ignore[attr-defined]  # annotated by queries.people
        Fact(_("Joined"), officer.date_joined),
        Fact(_("Last sign-in"), officer.last_login or _("Never")),
    ]
    held = [(one, Role(one.role)) for one in officer.memberships.all()]
    context = {
        "title": str(officer),
        "crumbs": [crumb()],
        "officer": officer,
        "facts_of_person": facts,
        "held": held,
        "form": form,
        "manage": can(request.actor, MANAGE),
        "own": request.actor.officer_id == officer.pk,
    }
    return render(request, "accounts/person.html", context)
