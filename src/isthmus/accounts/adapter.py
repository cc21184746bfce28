"""How sign-in works on a node: by invitation only, every step noted.

allauth offers signals for the same moments. Its adapter hooks are used instead: they are called by name, in
the order in which they stand here, and nothing has to be connected when the process starts.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from isthmus.accounts import audit, browsers, duty
from isthmus.accounts.addresses import caller_of
from isthmus.accounts.attempts import Counted, TooManyRequests, begin
from isthmus.accounts.models import Officer, normal_email
from isthmus.accounts.patience import BY_KNOWN_BROWSER, BY_ONE_ADDRESS, FROM_ONE_ADDRESS, ON_ONE_ACCOUNT
from isthmus.accounts.sessions import end_others

_LOG = logging.getLogger("isthmus.audit")

# What allauth would write a mail about -> the kind of our event, and what it was about.
_CHANGES = {
    "account/email/password_reset": ("accounts.password.chosen", {"by": "link"}),
    "account/email/password_changed": ("accounts.password.changed", {}),
    "account/email/password_set": ("accounts.password.chosen", {"by": "page"}),
    "mfa/email/totp_activated": ("accounts.second-factor.added", {"kind": "totp"}),
    "mfa/email/totp_deactivated": ("accounts.second-factor.removed", {"kind": "totp"}),
    "mfa/email/webauthn_added": ("accounts.second-factor.added", {"kind": "webauthn"}),
    "mfa/email/webauthn_removed": ("accounts.second-factor.removed", {"kind": "webauthn"}),
    "mfa/email/recovery_codes_generated": ("accounts.second-factor.added", {"kind": "recovery-codes"}),
}

_ADDED = {"mfa/email/totp_activated": "totp", "mfa/email/webauthn_added": "webauthn"}


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts are made by an approver; nobody signs up. Failed tries are counted in the database."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; refuse further ones after too many.

        A refusal is a log line only, so that guessing cannot fill the disk, and the same whether or not the
        account is there: what is counted is the address as it was typed.
        """
        email, address = normal_email(str(credentials.get("email", ""))), caller_of(request)
        browser = browsers.known_as(request, email)
        counted = [Counted("sign-in from", (email, address), FROM_ONE_ADDRESS, proves=True)]
        if browser:
            counted = [Counted("sign-in by", (email, browser), BY_KNOWN_BROWSER, proves=True)]
        else:
            counted.append(Counted("sign-in at", (address,), BY_ONE_ADDRESS))
            counted.append(Counted("sign-in to", (email,), ON_ONE_ACCOUNT))
        try:
            self._tried = begin(*counted)
        except TooManyRequests as error:
            _LOG.warning("refused: accounts.sign-in.throttled", extra={"address": address})
            request.retry_after = error.retry_after  # type: ignore[attr-defined]  # ours: see Errors
            raise ValidationError(str(error)) from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The officer behind these credentials, or None; a success takes the count back."""
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if found is not None:
            self._tried.succeeded()
        return found

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing: allauth's own counter is not used."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:  # noqa: ARG002  allauth's signature
        """Whether to ask again who is there, before second factors or the password change."""
        user = self.request.user
        return not isinstance(user, Officer) or not duty.proved_lately(self.request, user)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:  # noqa: ANN401  allauth's signature
        """Not the password where there is a second factor: it may be what was stolen."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and duty.has_one(user.pk):
            return [method for method in methods if method["id"] != "reauthenticate"]
        return methods

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password, or an address that nobody has."""
        address = normal_email(str(credentials.get("email", "")))
        audit.note_refusal("accounts.sign-in.failed", actor=address, detail={"address": caller_of(request)})

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Note that a deactivated officer knew the password and was kept out."""
        audit.note_refusal("accounts.sign-in.inactive", actor=user.get_username())
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, and note it with the ways in which the officer proved who it is."""
        super().login(request, user)
        proofs = [step.get("type") or step["method"] for step in _steps(request)]
        audit.note("accounts.sign-in", actor=user.get_username(), detail={"proofs": proofs})

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Go on in the officer's own language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if isinstance(user, Officer):
            remember_language(response, user.language)
            browsers.remember(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Note who leaves, then end the session."""
        audit.note("accounts.sign-out", actor=request.user.get_username())
        super().logout(request)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Note a changed password or second factor: allauth tells the account's owner here, by mail."""
        if template_prefix in _CHANGES:
            kind, detail = _CHANGES[template_prefix]
            audit.note(kind, actor=user.get_username(), subject=user.get_username(), detail=dict(detail))
        if template_prefix.startswith("mfa/") and isinstance(user, Officer):
            end_others(self.request, user)
            if template_prefix in _ADDED:
                # Whoever has just set it up holds it: the next page need not ask for it again.
                record_authentication(
                    self.request, user, "mfa", type=_ADDED[template_prefix], reauthenticated=True
                )
        super().send_notification_mail(template_prefix, user, context, email)


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """Set the language cookie that Django's LocaleMiddleware reads; nothing for no choice."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


def _steps(request: HttpRequest) -> list[dict[str, Any]]:
    steps = request.session.get("account_authentication_methods", [])
    return [step for step in steps if isinstance(step, dict) and "method" in step]
