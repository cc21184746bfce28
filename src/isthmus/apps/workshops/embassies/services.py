"""The only writers of embassies and of the versions of their letters."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.embassies.models import Embassy, EmbassyTemplate
from isthmus.apps.workshops.embassies.rules import texts
from isthmus.apps.workshops.embassies.rules.texts import Wording
from isthmus.apps.workshops.embassies.wording import flaw_words, languages
from isthmus.apps.workshops.nominations.rules.countries import codes
from isthmus.apps.workshops.programme.services.planning import bad
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.text import nfc

_MOST_VERSIONS = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Where people of a country apply."""

    country: str
    name: str
    city: str


def checked(wording: Wording) -> Wording:
    """The wording in its stored form; BadInput names each field that cannot be used, and why."""
    given = Wording(
        wording.language,
        nfc(wording.addressee),
        tuple(map(nfc, wording.invitation)),
        tuple(map(nfc, wording.visa)),
    )
    faults = [
        FieldFault(field, message)
        for field, told, longest in (
            ("addressee", (given.addressee,), texts.LONGEST_ADDRESSEE),
            ("invitation", given.invitation, texts.LONGEST_PARAGRAPH),
            ("visa", given.visa, texts.LONGEST_PARAGRAPH),
        )
        if (message := _fault(told, longest))
    ]
    if given.language not in dict(languages()):
        faults.append(FieldFault("language", _("Letters are not written in this language.")))
    if faults:
        message = " ".join(one.message for one in faults)
        raise BadInput("workshops.template", message, faults=tuple(faults))
    return given


def _fault(paragraphs: tuple[str, ...], longest: int) -> str:
    if not any(paragraphs):
        return _("Nothing is written here yet.")
    if len(paragraphs) > texts.MOST_PARAGRAPHS:
        return _("A letter has at most %(most)d paragraphs.") % {"most": texts.MOST_PARAGRAPHS}
    if any(len(one) > longest for one in paragraphs):
        return _("A paragraph has at most %(most)d signs.") % {"most": longest}
    found = dict.fromkeys(flaw for one in paragraphs for flaw in texts.flaws(one))
    return " ".join(map(flaw_words, found))


@transaction.atomic
def add_embassy(
    organisation: Organisation, place: Place, wording: Wording, starts: date, *, actor: str
) -> Embassy:
    """An embassy with the first version of its letters, in force from ``starts``.

    BadInput names a field that cannot be used, or says that the embassy is there already.
    """
    if place.country not in codes():
        raise bad("country", _("There is no such country."))
    named = {"organisation": organisation, **asdict(place)}
    if Embassy.objects.filter(**named).exists():
        raise bad("name", _("This embassy is there already. Change its letters on its page."))
    row = Embassy.objects.create(**named, by=actor, at=clock.now())
    _write(row, 1, wording, starts, is_used=True, actor=actor)
    audit.note("workshops.embassy-added", actor=actor, subject=str(row), detail={"embassy": row.pk})
    return row


@transaction.atomic
def change(embassy: Embassy, wording: Wording, starts: date, *, actor: str) -> EmbassyTemplate:
    """A further version of an embassy's letters; those before it stay as they are."""
    made = _write(embassy, _next(embassy), wording, starts, is_used=True, actor=actor)
    detail = {"embassy": embassy.pk, "version": made.version}
    audit.note("workshops.embassy-changed", actor=actor, subject=str(embassy), detail=detail)
    return made


@transaction.atomic
def stop(embassy: Embassy, *, actor: str) -> EmbassyTemplate:
    """Letters for this embassy are made no longer, from today; a further change puts it into use again."""
    version = _next(embassy)
    last = embassy.versions.get(version=version - 1)
    if not last.is_used:
        raise Conflict("workshops.embassy-stopped", _("Letters for this embassy are not made any more."))
    today = clock.now().date()
    made = _write(embassy, version, last.wording, today, is_used=False, actor=actor)
    detail = {"embassy": embassy.pk, "version": made.version}
    audit.note("workshops.embassy-stopped", actor=actor, subject=str(embassy), detail=detail)
    return made


def _next(embassy: Embassy) -> int:
    Embassy.objects.select_for_update(of=("self",)).get(pk=embassy.pk)
    count = embassy.versions.count()
    if count >= _MOST_VERSIONS:
        raise Conflict("workshops.embassy-full", _("This embassy has too many versions; add it anew."))
    return count + 1


def _write(
    embassy: Embassy, version: int, wording: Wording, starts: date, *, is_used: bool, actor: str
) -> EmbassyTemplate:
    given = checked(wording)
    if starts < clock.now().date():
        # Letters that were made before must stay explained by what was in force then.
        raise bad("starts", _("This day is over. A version is in force from today or from a later day on."))
    return EmbassyTemplate.objects.create(
        embassy=embassy,
        version=version,
        starts=starts,
        is_used=is_used,
        language=given.language,
        addressee=given.addressee,
        invitation=list(given.invitation),
        visa=list(given.visa),
        by=actor,
        at=clock.now(),
    )
