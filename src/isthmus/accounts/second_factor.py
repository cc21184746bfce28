"""allauth's second factors in our words and under our rules. See ``MFA_FORMS`` and ``MFA_ADAPTER``.

A code counts as a failed try until it is found right, and works once: the database remembers, whichever
process was asked. Secrets of apps and recovery codes are encrypted in the database, so that a copy of it
alone makes no codes.
"""

import base64
import logging
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from isthmus.accounts import audit, duty, once
from isthmus.accounts.attempts import Counted, TooManyRequests, begin
from isthmus.accounts.models import Officer
from isthmus.accounts.passwords import Plain
from isthmus.accounts.patience import SECOND_FACTOR
from isthmus.accounts.policy import actor_for
from isthmus.kit import clock

_LOG = logging.getLogger("isthmus.accounts")
_SEALED = "v1."
_NONCE_BYTES = 12


@lru_cache(maxsize=2)
def _cipher(secret_key: str) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=b"isthmus second factors").derive(secret_key.encode())
    return AESGCM(derived)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """How second factors are stored, and who may give one up."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret under a key that is derived from the node's secret key, which is no row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), None)
        return _SEALED + base64.urlsafe_b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret; one from before it was encrypted as it stands, and one of another key as noise.

        Noise matches no code: the officer is told that the code is wrong, and an approver helps.
        """
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        sealed = base64.urlsafe_b64decode(encrypted_text.removeprefix(_SEALED))
        try:
            opened = _cipher(settings.SECRET_KEY).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except InvalidTag:
            _LOG.error("a second factor was sealed with another secret key than the one in the home folder")
            return base64.b32encode(secrets.token_bytes(20)).decode()
        return opened.decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of an officer whose role needs one; another has to be set up first."""
        officer = authenticator.user
        others = Authenticator.objects.filter(user=officer, type__in=duty.FACTORS).exclude(
            pk=authenticator.pk
        )
        return others.exists() or not duty.must_have_one(actor_for(officer))


class _NotesWrongCodes(Plain):
    words = {"code": _("Code from the app, or a recovery code")}

    if TYPE_CHECKING:
        user: Officer
        authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, where it is right and new; else the form's own error, and an event."""
        try:
            tried = begin(Counted("code", (str(self.user.pk),), SECOND_FACTOR, proves=True))
        except TooManyRequests as error:
            context.request.retry_after = error.retry_after
            raise ValidationError(str(error)) from error
        try:
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's form stands behind this one
            self._spend(code)
        except ValidationError:
            audit.note_refusal(
                "accounts.sign-in.failed", actor=self.user.email, detail={"step": "second factor"}
            )
            raise
        tried.succeeded()
        return code

    def _spend(self, code: str) -> None:
        """RFC 6238, 5.2: a code is accepted once, also when it is seen over a shoulder or on the line."""
        if self.authenticator.type != Authenticator.Type.TOTP:
            return  # a recovery code is crossed out by allauth, in the database
        lifetime = timedelta(seconds=app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 2))
        owner, token = str(self.user.pk), normalize_user_code(code)
        if not once.spend("totp", owner, token[:64], until=clock.now() + lifetime):
            raise self._wrong()

    @staticmethod
    def _wrong() -> ValidationError:
        error: ValidationError = Factors().validation_error("incorrect_code")
        return error


class CodeAtSignIn(_NotesWrongCodes, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the second factor at sign-in."""


class CodeAgain(_NotesWrongCodes, ReauthenticateForm):  # type: ignore[misc]  # as above
    """Asks for the second factor before a sensitive change."""


class ActivateApp(Plain, ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code from a new authenticator app."""

    words = {"code": _("Code that the app shows now")}


class AddKey(Plain, AddWebAuthnForm):  # type: ignore[misc]  # as above
    """A passkey or a security key."""

    words = {"name": _("Name of the key"), "passwordless": _("Use it as a passkey, without the password")}
    hints = {
        "name": _("So that you can tell your keys apart."),
        "passwordless": _("The device then asks for its PIN, fingerprint or face each time."),
    }


class RenameKey(Plain, EditWebAuthnForm):  # type: ignore[misc]  # as above
    """Another name for a key."""

    words = {"name": _("Name of the key")}
