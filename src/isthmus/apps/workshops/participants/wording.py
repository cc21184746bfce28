"""Faults of a list of participants in words, and the list as columns that can be taken in again."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.nominations.queries import NomineeSeen
from isthmus.apps.workshops.participants.rules.reading import FIELDS, Fault, Wrong
from isthmus.ui.table import Column

MOST_SHOWN = 100


def to_write(fault: Fault) -> str:
    """What to write instead, or what to do first."""
    return {
        Wrong.NO_NAME: _("Write the name of the person."),
        Wrong.NO_COUNTRY: _("Write the country of the person: its name, or its code such as MD."),
        Wrong.NOT_A_COUNTRY: _("No country is called so. Write its name, or its code of two letters."),
        Wrong.GENDER: _("Write female, male, other, or nothing."),
        Wrong.EMAIL: _("Write an address such as name@ministry.example, or nothing."),
        Wrong.LONG: _("Write at most 200 signs."),
        Wrong.CONTROLS: _("Type the text anew: it holds signs that cannot be seen."),
        Wrong.ZAWGYI: _("Write it in Unicode: it is typed in Zawgyi."),
        Wrong.DAY: _("Write yes for every day, no, or days such as 2026-11-27; 2026-11-28."),
        Wrong.OTHER_DAY: _("The workshop is not on this day. Write days of the workshop."),
        Wrong.DAY_TO_COME: _("This day is still to come. Leave it out until then."),
        Wrong.OTHER_NAME: _(
            "This address belongs to somebody of another name. Correct the name or the address."
        ),
        Wrong.UNDECIDED: _("The country nominated this person. Accept the nomination on its page first."),
        Wrong.WITHDRAWN: _("The country withdrew this person. Ask its focal point, or take the line out."),
    }[fault.wrong]


def head_of(field: str, headers: Sequence[str] = (), places: dict[str, int] | None = None) -> str:
    """The head of a column as the file writes it; where it has none, the first that it may have."""
    place = (places or {}).get(field)
    return headers[place] if place is not None else FIELDS[field][0]


def told(fault: Fault) -> str:
    """A fault in a sentence, without its line."""
    return f"{fault.column}: “{fault.value[:60]}”. {to_write(fault)}"


FAULTS: tuple[Column[Fault], ...] = (
    Column("line", gettext_lazy("Line"), "line", "number"),
    Column("column", gettext_lazy("Column"), "column"),
    Column("value", gettext_lazy("What stands there"), lambda one: one.value[:60] or None),
    Column("write", gettext_lazy("What to write"), to_write),
)
# The heads are English whatever the language of the page: a list that is exported can be taken in again.
LIST: tuple[Column[NomineeSeen], ...] = (
    Column("name", "Name", lambda one: one.nominee.name),
    Column("country", "Country", lambda one: one.country.upper()),
    Column("gender", "Gender", lambda one: one.nominee.gender.replace("-", " ")),
    Column("organisation", "Organisation", lambda one: one.nominee.employer),
    Column("position", "Position", lambda one: one.nominee.position),
    Column("email", "E-mail", lambda one: one.nominee.email),
    Column(
        "days",
        "Days present",
        lambda one: "; ".join(sorted(day.on.isoformat() for day in one.nominee.days.all())),
    ),
)
