"""Passwords that everybody chooses, also when they are made longer: ASVS 5.0, 6.2.4.

The lists of leaked passwords hold few of twelve signs and more. What people do when a node asks for twelve is
to lengthen one that they have: a year behind it, the same twice, a digit for a letter. So what is looked for
in the list is what is left when that is taken away again. No kind of sign is asked for or forbidden.
"""

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PLAIN = str.maketrans("013457@$!", "oleastasi")
_SHORTEST = 4
"""Shorter words are in half of all good passwords."""


class CommonAtHeart(CommonPasswordValidator):
    """Refuses a password that is a common one, lengthened."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  Django's signature
        """ValidationError for a common password, whatever was put around it or doubled."""
        if any(len(heart) >= _SHORTEST and heart in self.passwords for heart in hearts(password)):
            raise ValidationError(
                _("This password is a common one, made longer: it is among the first that are tried."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """What the form says before."""
        return _("It cannot be a common password, nor one with digits put behind it.")


def hearts(password: str) -> set[str]:
    """What is left of a password without repetition, without digits and signs around it, in plain letters."""
    text = password.strip().lower()
    inner = _without_ends(text)
    found = {text, _once(text), inner, _once(inner)}
    return found | {_once(_without_ends(one.translate(_PLAIN))) for one in found}


def _without_ends(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not text[start].isalpha():
        start += 1
    while end > start and not text[end - 1].isalpha():
        end -= 1
    return text[start:end]


def _once(text: str) -> str:
    """``abcabcab`` as ``abc``; a text that does not repeat as it is."""
    for length in range(1, len(text) // 2 + 1):
        if (text[:length] * (len(text) // length + 1))[: len(text)] == text:
            return text[:length]
    return text
