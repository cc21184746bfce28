"""A person's own page: name, language, password, second factors, and what has happened to the account."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from isthmus.accounts import queries, services
from isthmus.accounts.adapter import remember_language
from isthmus.accounts.forms import ProfileForm
from isthmus.accounts.guard import ActorRequest, signed_in
from isthmus.accounts.models import AuditEvent
from isthmus.accounts.roles import Role
from isthmus.accounts.views.acts import submitted
from isthmus.accounts.wording import words_for
from isthmus.ui.table import Column, tabulate

_EVENTS: tuple[Column[AuditEvent], ...] = (
    Column("occurred", gettext_lazy("When"), "occurred", kind="date"),
    Column("what", gettext_lazy("What"), lambda event: words_for(event.kind)),
    Column("actor", gettext_lazy("Who"), "actor"),
)
_SHOWN_EVENTS = 10


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: ActorRequest) -> HttpResponse:
    """The visitor's own account."""
    officer = queries.people().get(pk=request.user.pk)
    initial = {"full_name": officer.full_name, "language": officer.language, "digest": officer.digest}
    form = ProfileForm(request.POST or None, initial=initial)

    def act(given: dict[str, Any]) -> bool:
        services.change_profile(
            officer,
            full_name=given["full_name"],
            language=given["language"],
            digest=given["digest"],
            actor=request.actor,
        )
        return True

    if request.method == "POST" and submitted(form, act):
        with translation.override(officer.language or translation.get_language()):
            messages.success(request, _("Your profile is saved."))
        return remember_language(redirect("accounts:profile"), officer.language)
    kinds = list(Authenticator.objects.filter(user=officer).values_list("type", flat=True))
    context = {
        "title": _("My profile"),
        "form": form,
        "officer": officer,
        "held": [(one, Role(one.role)) for one in officer.memberships.all()],
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "events": tabulate(_EVENTS, queries.events_about(officer.email)[:_SHOWN_EVENTS], _("Latest events")),
    }
    return render(request, "accounts/profile.html", context)
