"""One question about an excise number, answered from the registry here or from what a partner stated."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.models import ExtractEntry
from isthmus.apps.excise.registry.rules.identifiers import is_excise_number, is_product_code
from isthmus.apps.excise.registry.wording import why
from isthmus.kit.errors import BadInput, FieldFault, NotFound


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no and why. ``entry`` is the partner's statement that answers, None for this registry.

    ``judged`` is None where the agreement withholds the authorisations.
    """

    excise_number: str
    product: str
    on: date
    judged: queries.Judged | None
    why: str
    entry: ExtractEntry | None = None

    @property
    def authorised(self) -> bool:
        """Whether the answer is yes."""
        return self.judged is not None and self.judged.authorised

    def facts(self) -> dict[str, object]:
        """What programs are told."""
        entry = self.entry
        return {
            "excise_number": self.excise_number,
            "product": self.product,
            "on": self.on,
            "authorised": self.authorised,
            "verdict": "not-stated" if self.judged is None else self.judged.verdict.value,
            "why": self.why,
            "authorisation": "" if self.judged is None else self.judged.number,
            "partner": "" if entry is None else entry.partner,
            "version": None if entry is None else entry.version,
            "stated_at": None if entry is None else entry.issued_at,
            "leaf": "" if entry is None else entry.leaf,
        }


def _checked(number: str, code: str) -> None:
    faults = []
    if not is_excise_number(number):
        message = _("An excise number is two letters of the country, then 11 capital letters or digits.")
        faults.append(FieldFault("number", message))
    if not is_product_code(code):
        message = _("An excise product code is a letter and three digits, such as W200.")
        faults.append(FieldFault("product", message))
    if faults:
        raise BadInput(
            "excise.registry-question", " ".join(fault.message for fault in faults), faults=tuple(faults)
        )


def ask(number: str, code: str, on: date) -> Answer:
    """Whether the holder of an excise number is authorised for a product on a day.

    BadInput for what is no excise number or product code. NotFound where the number is neither in this
    registry nor in what partners stated.
    """
    _checked(number, code)
    told = None if number.startswith(settings.ISTHMUS.country or "--") else queries.told(number, code, on)
    if told is not None:
        withheld = _("The agreement withholds the authorisations: ask the partner.")
        return Answer(
            number,
            code,
            on,
            told.judged,
            withheld if told.judged is None else why(told.judged),
            told.entry,
        )
    if not queries.is_taken(number):
        raise NotFound(
            "excise.number-not-known",
            _("Nothing is known here about the excise number %(number)s.") % {"number": number},
            next_step=_("Look for a slip in the number; ask its country."),
        )
    own = queries.authorised(number, code, on)
    return Answer(number, code, on, own, why(own))
