"""allauth's forms of the second factor in our words; a wrong code is an audit event. See ``MFA_FORMS``."""

from typing import TYPE_CHECKING

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from isthmus.accounts import audit
from isthmus.accounts.models import Officer
from isthmus.accounts.passwords import Plain


class _NotesWrongCodes(Plain):
    words = {"code": _("Code from the app, or a recovery code")}

    if TYPE_CHECKING:
        user: Officer

    def clean_code(self) -> str:
        """The code, where it is right; else the form's own error, and an event."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's form stands behind this one
        except ValidationError:
            audit.note_refusal(
                "accounts.sign-in.failed", actor=self.user.email, detail={"step": "second factor"}
            )
            raise
        return code


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
