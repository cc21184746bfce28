"""Finding embassies, what is in force at each, and the papers that are made of a wording."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from babel.dates import format_date
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import get_language_info, to_locale

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.workshops.embassies.models import Embassy, EmbassyTemplate
from isthmus.apps.workshops.embassies.rules.texts import Wording, filled
from isthmus.apps.workshops.embassies.rules.versions import in_force
from isthmus.apps.workshops.embassies.wording import words_of
from isthmus.apps.workshops.programme.house import VIEW
from isthmus.ui.formats import country_name
from isthmus.ui.papers.paper import Paper, Section

KINDS: Final = ("invitation", "visa")
_INVENTED_DAY = date(2030, 3, 14)
_INVENTED_BIRTH = date(1980, 2, 29)


def embassies_for(actor: Actor) -> QuerySet[Embassy]:
    """The embassies of the actor's organisations, with their versions."""
    rows = Embassy.objects.select_related("organisation").prefetch_related("versions")
    return visible(actor, VIEW, rows)


def used(embassy: Embassy, on: date) -> EmbassyTemplate | None:
    """The version that counts on a day; None where letters are not made for the embassy."""
    found = in_force(embassy.versions.all(), on)
    return found if found is not None and found.is_used else None


def offered(organisation_id: int, country: str, on: date) -> list[tuple[Embassy, EmbassyTemplate]]:
    """The embassies at which people of a country may apply, with what counts there, by city and name."""
    rows = Embassy.objects.filter(organisation=organisation_id, country=country)
    found = []
    for row in rows.prefetch_related("versions").order_by("city", "name", "pk"):
        version = used(row, on)
        if version is not None:
            found.append((row, version))
    return found


def is_rtl(language: str) -> bool:
    """Whether a language is written from right to left."""
    return bool(get_language_info(language)["bidi"])


def day_in(language: str, value: date) -> str:
    """A day as letters of a language write it, with the month in full (CLDR): ``23 novembre 2026``."""
    return str(format_date(value, "long", locale="en_GB" if language == "en" else to_locale(language)))


def _introduction(language: str, values: Mapping[str, str]) -> str:
    """What stands for ``{introduced}``: placeholders of what is known, as the language joins them.

    Each part is filled in by itself, so that a name from right to left does not take along the office.
    """
    words = words_of(language)
    office = words["between"].join(f"{{{name}}}" for name in ("position", "employer") if values[name])
    return str(words["introduced"]).format(name="{name}", office=office) if office else "{name}"


def paper_of(
    wording: Wording,
    kind: str,
    values: Mapping[str, str],
    *,
    sender: str,
    facts: tuple[tuple[str, str], ...] = (),
) -> Paper:
    """A letter of a kind as a paper, all in the wording's language; ``values`` has all its placeholders
    but ``introduced``. ``facts`` stand above those of every letter.
    """
    words = words_of(wording.language)
    rtl = is_rtl(wording.language)
    introduction = _introduction(wording.language, values)

    def said(text: str) -> str:
        return filled(text.replace("{introduced}", introduction), values, is_rtl=rtl)

    return Paper(
        title=words[f"{kind}_title"],
        subtitle=values["workshop"],
        language=wording.language,
        facts=(
            *facts,
            (words["number"], values["reference"]),
            (words["sender"], sender),
            (words["person"], said("{name}")),
        ),
        sections=(
            Section(said(wording.addressee), tuple(map(said, wording.paragraphs(kind)))),
            Section(words["organiser"], (words["sign"], "")),
        ),
        sources_heading="",
        sources_text="",
        sources=(),
        is_rtl=rtl,
    )


def sample(wording: Wording, kind: str, *, country: str, sender: str) -> Paper:
    """A letter about an invented person, which says so."""
    words = words_of(wording.language)
    told: dict[str, str] = words["invented"]
    first = _INVENTED_DAY

    def day(value: date) -> str:
        return day_in(wording.language, value)

    with translation.override(wording.language):
        values = {
            **told,
            "country": country_name(country),
            "passport": "SAMPLE-00",
            "born": day(_INVENTED_BIRTH),
            "expires": day(first + timedelta(days=1000)),
            "arrives": day(first - timedelta(days=1)),
            "leaves": day(first + timedelta(days=5)),
            "starts": day(first),
            "ends": day(first + timedelta(days=4)),
            "accepted": day(first - timedelta(days=60)),
            "reference": "SAMPLE",
        }
    marked = ((words["sample"], words["sample_note"]),)
    made = paper_of(wording, kind, values, sender=sender, facts=marked)
    return replace(made, title=f"{words['sample']} – {made.title}")
