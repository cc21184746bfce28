"""What an introduction is made of."""

from dataclasses import dataclass
from datetime import date

from isthmus.apps.excise.assessment.formats.writing import Disputed, Party
from isthmus.apps.excise.assessment.rules.costs import Cost
from isthmus.apps.excise.assessment.rules.flows import Flow
from isthmus.apps.excise.assessment.rules.questionnaire import Questionnaire
from isthmus.apps.excise.tariff.rules.model import Tariff


@dataclass(frozen=True, slots=True)
class Country(Party):
    """One side with its tariff and the source of that; ``title`` is the tariff's own."""

    tariff: Tariff
    tariff_source: str


@dataclass(frozen=True, slots=True)
class StampMove:
    """An act on stamps: from and to which places, how often and of how many stamps, and the source."""

    act: str
    sources: str
    target: str
    noted: int | None
    stamps: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The assessment that the paper rests on: its number, and the record that both have signed."""

    number: str
    signed_on: date | None
    result: str
    disagreements: Disputed


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the document says; ``counted_by`` is that of both whose node makes it, if any."""

    giver: Country
    taker: Country
    day: date
    node: str
    questionnaire: Questionnaire
    compared: Compared | None
    moves: tuple[StampMove, ...]
    flows: tuple[Flow, ...]
    counted_by: Country | None
    currency: str
    costs: tuple[Cost, ...]
    cost_source: str

    @property
    def sides(self) -> tuple[Country, Country]:
        """Both, the giver first."""
        return self.giver, self.taker
