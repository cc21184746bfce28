"""allauth's password forms in our words: a label above each field, no placeholder that vanishes when typing.

Named in ``ACCOUNT_FORMS``.
"""

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.ui.text import Text


class Plain(forms.Form):
    """Gives the fields of the form behind it the labels in ``words``, and hints in ``hints``."""

    words: ClassVar[dict[str, Text]] = {}
    hints: ClassVar[dict[str, Text]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class SignIn(Plain, allauth_forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Address and password."""

    words = {"login": _("Email address"), "password": _("Password")}
    hints = {"password": _("Forgotten? An approver of this node makes a new link for you.")}


class ConfirmPassword(Plain, allauth_forms.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The password again, before something that matters."""

    words = {"password": _("Password")}
    hints = {"password": ""}


class ChangePassword(Plain, allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # as above
    """The present password and a new one, twice."""

    words = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    hints = {"oldpassword": ""}


class ChoosePassword(Plain, allauth_forms.SetPasswordForm):  # type: ignore[misc]  # as above
    """A first password, for who signed in by a passkey."""

    words = {"password1": _("Password"), "password2": _("Password again")}


class ChoosePasswordByLink(Plain, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """A password, by an approver's link."""

    words = {"password1": _("Password"), "password2": _("Password again")}
