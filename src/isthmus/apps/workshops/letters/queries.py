"""Travel details as they were told, and the letters that are made of them."""

import json
import string
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.apps.workshops.letters.models import TravelDetails
from isthmus.apps.workshops.nominations.models import Nominee, Says
from isthmus.kit.errors import BadInput
from isthmus.trust import vault
from isthmus.ui.formats import country_name, day_text
from isthmus.ui.papers.paper import Paper, Section

KINDS = ("invitation", "visa")
_PARAMS = Path(__file__).parent / "params" / "letters.toml"


@cache
def _params() -> dict[str, Any]:
    return tomllib.loads(_PARAMS.read_text(encoding="utf-8"))


def keep_days() -> int:
    """How many days after a workshop travel details are kept."""
    days: int = _params()["keep_days"]
    return days


def template_of(country: str) -> dict[str, Any]:
    """The wording that the embassy for a country's people wants."""
    told: dict[str, Any] = _params()["default"] | _params()["embassy"].get(country, {})
    return told


def travel_of(nominee: Nominee) -> dict[str, str]:
    """What the person told for the journey; nothing where it was not told, or is purged."""
    row = TravelDetails.objects.filter(nominee=nominee, purged_at=None).first()
    if row is None:
        return {}
    found: dict[str, str] = json.loads(vault.unseal(bytes(row.sealed), name=f"travel {nominee.reference}"))
    return found


def _facts(nominee: Nominee) -> dict[str, str]:
    workshop = nominee.invitation.workshop
    travel = travel_of(nominee)
    accepted = nominee.selections.filter(says=Says.ACCEPTED).order_by("-at").first()
    days = {name: travel.get(name, "") for name in ("born", "expires", "arrives", "leaves")}
    return {
        "name": nominee.name,
        "position": nominee.position,
        "employer": nominee.employer,
        "country": country_name(nominee.invitation.country) if nominee.invitation.country else "",
        "workshop": workshop.title,
        "host": workshop.host,
        "place": workshop.place,
        "starts": day_text(workshop.starts),
        "ends": day_text(workshop.ends),
        "accepted": day_text(accepted.at.date()) if accepted is not None else "",
        "reference": nominee.reference[:12].upper(),
        "passport": travel.get("passport", ""),
        **{name: day_text(date.fromisoformat(text)) if text else "" for name, text in days.items()},
    }


def letter(nominee: Nominee, kind: str) -> Paper:
    """A letter for invitation or visa, in English. BadInput names what it needs and is not known."""
    template = template_of(nominee.invitation.country)
    with translation.override("en"):
        known = _facts(nominee)
    paragraphs: list[str] = template[kind]
    wanted = {
        name for text in paragraphs for _text, name, _spec, _conversion in string.Formatter().parse(text)
    }
    if lacking := sorted(name for name in wanted if name and not known[name]):
        raise BadInput(
            "workshops.letter",
            _("This letter needs what is not known of the person: %(names)s.")
            % {"names": ", ".join(lacking)},
            next_step=_("Note the travel details on the page of the nominee, and make the letter again."),
        )
    workshop = nominee.invitation.workshop
    return Paper(
        title="Invitation" if kind == "invitation" else "Request for a visa",
        subtitle=workshop.title,
        language="en",
        facts=(
            ("Number", known["reference"]),
            ("From", workshop.programme.organisation.name),
            ("Concerning", known["name"]),
        ),
        sections=(
            Section(template["addressee"], tuple(text.format(**known) for text in paragraphs)),
            Section("For the organiser", ("Name, signature, stamp and day:", "")),
        ),
        sources_heading="",
        sources_text="",
        sources=(),
    )
