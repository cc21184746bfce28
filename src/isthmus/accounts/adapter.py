"""How sign-in works on a node: by invitation only, every step noted.

allauth offers signals for the same moments. Its adapter hooks are used instead: they are called by name, in
the order in which they stand here, and nothing has to be connected when the process starts.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from isthmus.accounts import audit
from isthmus.accounts.models import Officer, normal_email

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


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts are made by an approver; nobody signs up. Wrong passwords are throttled by allauth."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse further tries after too many; a log line only, so that guessing cannot fill the disk."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _LOG.warning(
                "refused: accounts.sign-in.throttled", extra={"address": self.get_client_ip(request)}
            )
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password, or an address that nobody has."""
        address = normal_email(str(credentials.get("email", "")))
        audit.note_refusal(
            "accounts.sign-in.failed", actor=address, detail={"address": self.get_client_ip(request)}
        )

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
        response = super().post_login(request, user, **kwargs)
        return remember_language(response, user.language) if isinstance(user, Officer) else response

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
        super().send_notification_mail(template_prefix, user, context, email)


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """Set the language cookie that Django's LocaleMiddleware reads; nothing for no choice."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def _steps(request: HttpRequest) -> list[dict[str, Any]]:
    steps = request.session.get("account_authentication_methods", [])
    return [step for step in steps if isinstance(step, dict) and "method" in step]
