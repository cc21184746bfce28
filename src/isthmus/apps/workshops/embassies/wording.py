"""The letters that this house ships, and the words for placeholders and for what is wrong in a template."""

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.embassies.rules.texts import Flaw, Wording, Wrong

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_PARAMS = Path(__file__).parent / "params" / "wordings.toml"
NAMES: Final[dict[str, "_StrOrPromise"]] = {
    "name": gettext_lazy("Name of the person"),
    "introduced": gettext_lazy("Name, with position and employer as far as they are known"),
    "position": gettext_lazy("Position"),
    "employer": gettext_lazy("Employer"),
    "country": gettext_lazy("Country of the person"),
    "passport": gettext_lazy("Passport number"),
    "born": gettext_lazy("Day of birth"),
    "expires": gettext_lazy("Passport valid until"),
    "arrives": gettext_lazy("Arrives on"),
    "leaves": gettext_lazy("Leaves on"),
    "workshop": gettext_lazy("Title of the workshop"),
    "host": gettext_lazy("Host of the workshop"),
    "place": gettext_lazy("Place of the workshop"),
    "starts": gettext_lazy("First day of the workshop"),
    "ends": gettext_lazy("Last day of the workshop"),
    "accepted": gettext_lazy("Day on which the person was accepted"),
    "reference": gettext_lazy("Number of the nomination"),
}


@cache
def _params() -> dict[str, Any]:
    return tomllib.loads(_PARAMS.read_text(encoding="utf-8"))


def edition() -> int:
    """The number of the shipped wordings."""
    found: int = _params()["edition"]
    return found


def words_of(language: str) -> dict[str, Any]:
    """The words of a letter's frame in a language, with an invented person under ``invented``."""
    found: dict[str, Any] = _params()[language]
    return found


def languages() -> list[tuple[str, str]]:
    """The languages in which letters are written, by code and name."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code in _params()]


def shipped(language: str) -> Wording:
    """The wording that this house ships in a language."""
    told = words_of(language)
    return Wording(language, told["addressee"], tuple(told["invitation"]), tuple(told["visa"]))


def flaw_words(flaw: Flaw) -> str:
    """What is wrong in a text, and what to do."""
    words = {
        Wrong.UNKNOWN: _("%(piece)s is no placeholder. Use those of the list."),
        Wrong.NOT_PLAIN: _("%(piece)s cannot be used. A placeholder is one word of the list in braces."),
        Wrong.BRACE: _("There is a %(piece)s without its other half. Braces stand around placeholders only."),
        Wrong.SIGN: _("There is a hidden sign, %(piece)s. Type the text anew at that place."),
    }
    return words[flaw.wrong] % {"piece": flaw.piece}
