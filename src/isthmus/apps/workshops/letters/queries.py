"""Travel details as they were told, and the letters that are made of them."""

import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.apps.workshops.embassies import queries as embassies
from isthmus.apps.workshops.embassies.rules.texts import TRAVEL, Wording, wanted
from isthmus.apps.workshops.embassies.wording import NAMES, edition, languages, shipped
from isthmus.apps.workshops.letters.models import TravelDetails
from isthmus.apps.workshops.nominations.models import Nominee, Says
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.trust import vault
from isthmus.ui.formats import country_name, day_text
from isthmus.ui.papers.paper import Paper

KINDS = embassies.KINDS
_PARAMS = Path(__file__).parent / "params" / "letters.toml"
_SHIPPED = "shipped-"


@dataclass(frozen=True, slots=True)
class Choice:
    """A wording that may be chosen for a person: by its key, with what the trail says of it."""

    key: str
    label: str
    wording: Wording
    trail: dict[str, object] = field(default_factory=dict)

    @property
    def is_embassy(self) -> bool:
        """Whether it is that of an embassy."""
        return not self.key.startswith(_SHIPPED)


@cache
def keep_days() -> int:
    """How many days after a workshop travel details are kept."""
    days: int = tomllib.loads(_PARAMS.read_text(encoding="utf-8"))["keep_days"]
    return days


def choices(nominee: Nominee) -> list[Choice]:
    """The wordings for a person: those of embassies for the person's country, then those shipped."""
    invitation = nominee.invitation
    keeper = invitation.workshop.programme.organisation_id
    found = [
        Choice(
            f"embassy-{row.pk}",
            f"{row} ({dict(languages())[version.language]})",
            version.wording,
            {"embassy": row.pk, "version": version.version, "language": version.language},
        )
        for row, version in embassies.offered(keeper, invitation.country, clock.now().date())
    ]
    own = [
        Choice(
            f"{_SHIPPED}{code}",
            _("Usual wording, %(language)s") % {"language": name},
            shipped(code),
            {"edition": edition(), "language": code},
        )
        for code, name in languages()
    ]
    return found + own


def usual(found: list[Choice]) -> Choice | None:
    """What is taken where nobody chose: the only embassy, or English; None among several embassies."""
    theirs = [one for one in found if one.is_embassy]
    if len(theirs) > 1:
        return None
    return theirs[0] if theirs else next(one for one in found if one.key == f"{_SHIPPED}en")


def chosen(nominee: Nominee, key: str) -> Choice:
    """The wording with a key, or the usual one for an empty key; BadInput where it is not offered."""
    found = choices(nominee)
    one = next((one for one in found if one.key == key), None) if key else usual(found)
    if one is None:
        raise BadInput(
            "workshops.which-embassy",
            _("There is no such wording for this person, or more than one embassy to choose from."),
            next_step=_("Choose the embassy on the page of the nominee, and make the letter again."),
        )
    return one


def travel_of(nominee: Nominee) -> dict[str, str]:
    """What the person told for the journey; nothing where it was not told, or is purged."""
    row = TravelDetails.objects.filter(nominee=nominee, purged_at=None).first()
    if row is None:
        return {}
    found: dict[str, str] = json.loads(vault.unseal(bytes(row.sealed), name=f"travel {nominee.reference}"))
    return found


def _facts(nominee: Nominee, language: str) -> dict[str, str]:
    workshop = nominee.invitation.workshop
    travel = travel_of(nominee)
    accepted = nominee.selections.filter(says=Says.ACCEPTED).order_by("-at").first()
    days = {name: travel.get(name, "") for name in ("born", "expires", "arrives", "leaves")}

    def day(value: date) -> str:
        return embassies.day_in(language, value)

    with translation.override(language):
        return {
            "name": nominee.name,
            "introduced": nominee.name,
            "position": nominee.position,
            "employer": nominee.employer,
            "country": country_name(nominee.invitation.country) if nominee.invitation.country else "",
            "workshop": workshop.title,
            "host": workshop.host,
            "place": workshop.place,
            "starts": day(workshop.starts),
            "ends": day(workshop.ends),
            "accepted": day(accepted.at.date()) if accepted is not None else "",
            "reference": nominee.reference[:12].upper(),
            "passport": travel.get("passport", ""),
            **{name: day(date.fromisoformat(text)) if text else "" for name, text in days.items()},
        }


def _check_known(nominee: Nominee, lacking: list[str]) -> None:
    if not lacking:
        return
    names = ", ".join(str(NAMES[name]) for name in lacking)
    said = _("This letter needs what is not known of the person: %(names)s.") % {"names": names}
    wiped = TravelDetails.objects.filter(nominee=nominee).exclude(purged_at=None).first()
    next_step = _("Note the travel details on the page of the nominee, and make the letter again.")
    if not TRAVEL.issuperset(lacking):
        next_step = _("It stands in the nomination or in the list of participants; or change the wording.")
    elif wiped is not None and wiped.purged_at is not None:
        said += " " + _("The travel details were wiped on %(day)s.") % {"day": day_text(wiped.purged_at)}
    raise BadInput("workshops.letter", said, next_step=next_step)


def letter(nominee: Nominee, kind: str, choice: Choice) -> Paper:
    """A letter for invitation or visa in the chosen wording; BadInput names what it needs and is unknown."""
    wording = choice.wording
    known = _facts(nominee, wording.language)
    texts = (wording.addressee, *wording.paragraphs(kind))
    _check_known(nominee, [name for name in wanted(texts) if not known[name]])
    sender = nominee.invitation.workshop.programme.organisation.name
    return embassies.paper_of(wording, kind, known, sender=sender)
