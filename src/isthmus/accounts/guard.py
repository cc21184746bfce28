"""The guard before a page: who is not signed in is asked to, who may not is refused in plain words."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from isthmus.accounts import audit, duty
from isthmus.accounts.models import Officer
from isthmus.accounts.policy import Actor, actor_of, require

P = ParamSpec("P")


class ActorRequest(HttpRequest):
    """A request behind the guard: somebody has signed in, and ``actor`` says as whom. For type checking."""

    user: Officer
    actor: Actor


View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]
OpenView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def authorised(action: str) -> Callable[[View[P]], OpenView[P]]:
    """Let a view run only for an actor who may do ``action``; sets ``request.actor``.

    Nobody signed in: the sign-in page, which leads back. Not allowed: ``Refused("access.refused")``, which
    the node's error page shows. For one object the view asks again: ``require(request.actor, action, obj)``.
    """
    return _guarded(action)


def signed_in(view: View[P]) -> OpenView[P]:
    """Let a view run for everybody who has signed in: a person's own profile."""
    return _guarded(None)(view)


def proven(view: View[P]) -> View[P]:
    """Let a view run only for who proved within five minutes to be the one who is signed in.

    Stands below ``authorised``, before what binds the country or opens the node: signing, keys, erasing,
    roles. Anybody else is asked for the second factor, or the password where there is none, and comes back.
    """

    @wraps(view)
    def asked(request: ActorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not duty.proved_lately(request, request.user):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked


def _guarded(action: str | None) -> Callable[[View[P]], OpenView[P]]:
    def decorate(view: View[P]) -> OpenView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if not actor.active:
                return _ask_to_sign_in(request)
            # A refusal in the view may roll its transaction back; the event about it stays.
            with audit.lasting():
                if action is not None:
                    require(actor, action)
                return view(request, *args, **kwargs)  # type: ignore[arg-type]  # actor_of made it one

        return guarded

    return decorate


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    # A fragment cannot hold the sign-in page: the whole page goes there, and comes back to itself.
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    here = page._replace(scheme="", netloc="").geturl()
    if not url_has_allowed_host_and_scheme(here, allowed_hosts=None) or not here.startswith("/"):
        here = "/"
    answer = HttpResponse()
    answer["HX-Redirect"] = redirect_to_login(here).url
    return answer
