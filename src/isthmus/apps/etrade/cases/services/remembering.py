"""What the last run of a corridor read: which items are new, amended or gone since then."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.db.models import Count, Max

from isthmus import __version__
from isthmus.apps.etrade.cases.models import Compared, Corridor, Side
from isthmus.apps.etrade.cases.rules.shipments import SEPARATOR
from isthmus.apps.etrade.cases.services.gathering import COLUMNS, Gathered, digest
from isthmus.apps.etrade.models import ExchangeRate
from isthmus.apps.etrade.reconciliation.analytics.grouping import BLOCKS
from isthmus.apps.etrade.reconciliation.analytics.linking import PASSES, evidence
from isthmus.apps.etrade.reconciliation.rules.parts import MOST_ROUNDING

_PORTION = 500
_FORMER = SEPARATOR + "former"
_DAY = COLUMNS.index("date")


@dataclass(slots=True)
class Change:
    """One side of a corridor: the keys that came or were amended, and what went or was otherwise before.

    ``gone`` gives the former content by key.
    """

    came: set[str] = field(default_factory=set)
    gone: dict[str, list[str]] = field(default_factory=dict)

    @property
    def withdrawn(self) -> list[str]:
        """The ids under which the former contents are among the engine's rows."""
        return [key + _FORMER for key in self.gone]


Changes = dict[Side, Change]


def basis_of(corridor: Corridor, gathered: Gathered) -> str:
    """Changes with whatever links are found by, beside the items themselves: then all are found anew."""
    rates = ExchangeRate.objects.aggregate(count=Count("pk"), last=Max("pk"))
    learned = corridor.calibrations.aggregate(last=Max("pk"))
    how = [__version__, evidence(), [step.keys for step in PASSES], BLOCKS, MOST_ROUNDING]
    return sha256(json.dumps([rates, learned, gathered.currency, how]).encode()).hexdigest()


def changes_since(corridor: Corridor, gathered: Gathered) -> Changes:
    """What was gathered against what the last run read."""
    found = {side: Change(set(gathered.digests[side])) for side in Side}
    rows = Compared.objects.filter(corridor=corridor).values_list("side", "key", "content")
    for name, key, content in rows.iterator(_PORTION):
        side = Side(name)
        now = gathered.digests[side].get(key)
        if now == digest(content):
            found[side].came.discard(key)
        else:
            found[side].gone[key] = content
    return found


def may_be_added(corridor: Corridor, gathered: Gathered, basis: str, changes: Changes) -> bool:
    """Whether the links of the last run may stand where nothing touches them.

    Not where links were found by something else, where items were erased without a trace of what they
    touched, or where a former item is of a day for which no rates were gathered.
    """
    known = Compared.objects.filter(corridor=corridor).count()
    if corridor.basis != basis or known != corridor.exports + corridor.imports:
        return False
    days = [row[_DAY] for change in changes.values() for row in change.gone.values()]
    return all(gathered.days[0] <= day <= gathered.days[1] for day in days)


def add_former(gathered: Gathered, changes: Changes) -> None:
    """Put former contents among the rows for the engine, under ids of their own."""
    for side, path in ((Side.EXPORTS, gathered.exports), (Side.IMPORTS, gathered.imports)):
        with path.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(
                [key + _FORMER, *content[1:]] for key, content in changes[side].gone.items()
            )


def remember(corridor: Corridor, gathered: Gathered, changes: Changes) -> None:
    """Write down what this run read, in place of what changed."""
    for side, path in ((Side.EXPORTS, gathered.exports), (Side.IMPORTS, gathered.imports)):
        gone = list(changes[side].gone)
        for start in range(0, len(gone), _PORTION):
            keys = gone[start : start + _PORTION]
            Compared.objects.filter(corridor=corridor, side=side, key__in=keys).delete()
        places = gathered.places[side]
        Compared.objects.bulk_create(
            (
                Compared(
                    corridor=corridor, side=side, key=row[0], declaration_id=places[row[0]][0], content=row
                )
                for row in _rows(path)
                if row[0] in changes[side].came
            ),
            batch_size=_PORTION,
        )


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream)
