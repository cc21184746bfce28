"""Certificates in words: on paper, in columns, and what a check comes to."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, to_locale

from isthmus.apps.workshops.certificates.models import Certificate
from isthmus.apps.workshops.certificates.rules.verdicts import Verdict
from isthmus.kit import base32
from isthmus.ui.components import State, StateKind
from isthmus.ui.formats import country_name

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

VERDICTS: Final[dict[Verdict, tuple[StateKind, "_StrOrPromise", "_StrOrPromise"]]] = {
    Verdict.GOOD: (
        "ok",
        gettext_lazy("This certificate is genuine."),
        gettext_lazy("This node issued it, and it counts. Compare the name with the person."),
    ),
    Verdict.REVOKED: (
        "bad",
        gettext_lazy("This certificate was revoked."),
        gettext_lazy("This node issued it, and it counts no more."),
    ),
    Verdict.FORGED: (
        "bad",
        gettext_lazy("This certificate was changed or forged."),
        gettext_lazy("No key of this node signed what the code says."),
    ),
    Verdict.UNKNOWN: (
        "warn",
        gettext_lazy("This node has no such certificate."),
        gettext_lazy("Check that the number is complete, or scan the code."),
    ),
    Verdict.OTHER_NODE: (
        "warn",
        gettext_lazy("Another node issued this certificate."),
        gettext_lazy("Check it there: open the address in its code."),
    ),
    Verdict.NO_CODE: (
        "warn",
        gettext_lazy("This is no code of a certificate."),
        gettext_lazy("Type the 16 signs of the number, or scan the square."),
    ),
}


def state_of(row: Certificate) -> State:
    """Whether a certificate counts."""
    return State("bad", _("Revoked")) if row.revoked_at is not None else State("ok", _("Counts"))


def _day(text: str, locale: str) -> str:
    return format_date(date.fromisoformat(text), "long", locale=locale) if text else ""


def paper_values(row: Certificate, language: str) -> dict[str, Any]:
    """What the paper shows, in a language. The same row gives the same values."""
    told = row.statement
    locale = to_locale(language)
    locale = "en_GB" if locale == "en" else locale
    with translation.override(language):
        days = [_day(told["first"], locale), _day(told["last"], locale)]
        when = (
            days[0]
            if told["first"] == told["last"]
            else _("%(first)s to %(last)s")
            % {
                "first": days[0],
                "last": days[1],
            }
        )
        return {
            "language": language.partition("-")[0],
            "title": _("Certificate of attendance"),
            "organisation": told["organisation"],
            "attests": _("attests that"),
            "person": told["person"],
            "country": country_name(told["country"]) if told["country"] else "",
            "took_part": _("took part in"),
            "workshop": told["workshop"],
            "theme": told["theme"],
            "where": ", ".join(part for part in (when, told["place"]) if part),
            "sessions_title": _("Sessions attended"),
            "sessions": [
                [
                    format_date(date.fromisoformat(one["on"]), "medium", locale=locale) if one["on"] else "",
                    f"{one['title']} ({'; '.join(one['speakers'])})" if one["speakers"] else one["title"],
                ]
                for one in told["sessions"]
            ],
            "issued": _("Issued on %(day)s") % {"day": format_date(row.issued_at, "long", locale=locale)},
            "by": told["host"],
            "check": _("Scan the square, or type the number at %(address)s")
            % {"address": f"{settings.ISTHMUS.url.rstrip('/')}/C/"},
            "check_offline": _("The square and this file are signed; both can be checked without a network."),
            "number_label": _("Number"),
            "number": base32.grouped(row.number),
        }
