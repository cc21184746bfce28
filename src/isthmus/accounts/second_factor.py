"""The forms that ask for a code at sign-in; a wrong code is an audit event (named in ``MFA_FORMS``)."""

from typing import TYPE_CHECKING

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from isthmus.accounts import audit

if TYPE_CHECKING:
    from django.forms import Form

    _Base = Form
else:
    _Base = object


class _NotesWrongCodes(_Base):
    def clean_code(self) -> str:
        """The code, where it is right; else the form's own error, and an event."""
        try:
            return super().clean_code()  # type: ignore[misc,no-any-return]  # allauth's form stands behind
        except ValidationError:
            email = self.user.get_username()  # type: ignore[attr-defined]  # set by allauth's form
            audit.note_refusal("accounts.sign-in.failed", actor=email, detail={"step": "second factor"})
            raise


class CodeAtSignIn(_NotesWrongCodes, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the second factor at sign-in."""


class CodeAgain(_NotesWrongCodes, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the second factor before a sensitive change."""
