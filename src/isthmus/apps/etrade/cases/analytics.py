"""One run of the engine over a gathered corridor: links, and cases as a reason with its figures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from isthmus.analysis.engine import Workspace, open_workspace
from isthmus.apps.etrade.cases.services.gathering import Gathered
from isthmus.apps.etrade.reconciliation.analytics.calibrating import learn_margins
from isthmus.apps.etrade.reconciliation.analytics.decoys import learn_thresholds
from isthmus.apps.etrade.reconciliation.analytics.explaining import ENOUGH_PEERS
from isthmus.apps.etrade.reconciliation.analytics.incremental import (
    Arrivals,
    KnownLink,
    reconcile_arrivals,
)
from isthmus.apps.etrade.reconciliation.analytics.running import Inputs, read_corridor, reconcile
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration

STEPS = 8
Told = Callable[[int, str], None]

_LINKS = """
SELECT e.id, i.id, l.pass, l.score, l.sweep = 1, e.hs6, j.ratio, j.kg_ratio
FROM links AS l JOIN exports AS e ON e.rowid = l.e JOIN imports AS i ON i.rowid = l.i
LEFT JOIN judged AS j ON j.e = l.e AND j.i = l.i
ORDER BY e.id, i.id
"""
_CASES = """
SELECT c.case_id, s.export_id, s.import_id, s.reason, s.score, s.sweep = 1 AS accepted, s.ratio, s.kg_ratio,
    s.other_ratio, s.named AS currency, s.lag, s.parts, s.twin, s.e_grams, s.i_grams, s.e_hs6, s.i_hs6,
    s.e_vintage, s.i_vintage, s.e_origin, s.i_origin, s.consigned, s.e_regime, s.i_regime, s.hs6, c.stake,
    s.by_duty, coalesce(p6.shipments, 0) >= $enough AS by_code,
    CASE WHEN p6.shipments >= $enough THEN p6.shipments ELSE p2.shipments END AS peer_count,
    CASE WHEN p6.shipments >= $enough THEN p6.low ELSE p2.low END AS peer_low,
    CASE WHEN p6.shipments >= $enough THEN p6.high ELSE p2.high END AS peer_high,
    lp.shipments - 1 AS same_code, lp.linked,
    (SELECT min(f.name) FROM factors AS f
        WHERE s.kg_ratio BETWEEN f.ratio * 0.97 - 1 AND f.ratio * 1.03 + 1) AS unit
FROM staked AS s
JOIN cases AS c ON c.export_id IS NOT DISTINCT FROM s.export_id
    AND c.import_id IS NOT DISTINCT FROM s.import_id AND c.reason = s.reason
LEFT JOIN peers AS p6 ON p6.code = s.hs6 LEFT JOIN peers AS p2 ON p2.code = -1 - s.hs6 // 10000
LEFT JOIN linked_peers AS lp ON lp.hs6 = s.hs6 AND lp.side = CASE WHEN s.e IS NOT NULL THEN 'e' ELSE 'i' END
ORDER BY c.case_id
"""
_NAMES = (
    "case_id", "export_id", "import_id", "reason", "score", "accepted", "ratio", "kg_ratio", "other_ratio",
    "currency", "lag", "parts", "twin", "e_grams", "i_grams", "e_hs6", "i_hs6", "e_vintage", "i_vintage",
    "e_origin", "i_origin", "consigned", "e_regime", "i_regime", "hs6", "stake", "by_duty", "by_code",
    "peer_count", "peer_low", "peer_high", "same_code", "linked", "unit",
)  # fmt: skip
_COLUMNS_OF_THEIR_OWN = {
    "case_id", "export_id", "import_id", "reason", "score", "accepted", "stake", "by_duty", "hs6",
}  # fmt: skip
_FORGET = """
DELETE FROM links WHERE (e, i) IN (
    SELECT e.rowid, i.rowid FROM confirmed AS c
    JOIN exports AS e ON e.id = c.export_id JOIN imports AS i ON i.id = c.import_id)
"""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link between two items by their keys; ``score`` in tenths of a bit, ratios in thousandths."""

    export_key: str
    import_key: str
    found_by: int
    score: int
    accepted: bool
    hs_code: str
    ratio: int | None
    kg_ratio: int | None


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case by its keys; ``ratio`` in thousandths, ``stake`` in the currency of account."""

    number: str
    export_keys: tuple[str, ...]
    import_keys: tuple[str, ...]
    reason: str
    score: int | None
    accepted_link: bool
    ratio: int | None
    hs_code: str
    stake: Decimal
    by_duty: bool
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found; ``days`` is the span of the exports, ``opened`` how many items were linked anew."""

    links: list[FoundLink] = field(default_factory=list)
    cases: list[FoundCase] = field(default_factory=list)
    days: int = 0
    opened: int = 0


@dataclass(frozen=True, slots=True)
class Since:
    """The links of the last run, and what changed since then."""

    known: list[KnownLink]
    arrivals: Arrivals


def run(gathered: Gathered, calibration: Calibration, told: Told, since: Since | None = None) -> Outcome:
    """Reconcile what was gathered; the outcome depends on the declarations and the calibration alone.

    With ``since`` only the blocks are opened that the change touches: in seeded corridors of 20,000 items one
    late import has 2 to 30 of them linked anew. That leaves the other links alone; it saves no time at that
    size, where linking everything takes 0.4 s of processor time and finding the blocks about as much.
    """
    if not gathered.comparable:
        return Outcome()
    inputs = inputs_of(gathered)
    with open_workspace(*inputs.paths()) as workspace:
        told(0, "")
        read_corridor(workspace, inputs)
        if since is None:
            reconcile(workspace, calibration, told)
            opened = sum(len(rows) for rows in gathered.places.values())
        else:
            linked = reconcile_arrivals(workspace, calibration, since.known, since.arrivals, told=told)
            opened = linked.exports + linked.imports
        return Outcome(
            list(_links(workspace)),
            list(_cases(workspace)),
            max(workspace.number("SELECT max(day) - min(day) + 1 FROM e"), 1),
            opened,
        )


def inputs_of(gathered: Gathered) -> Inputs:
    """The files as the engine takes them."""
    return Inputs(gathered.exports, gathered.imports, gathered.rates, gathered.duties)


def learn(
    gathered: Gathered, calibration: Calibration, confirmed: list[tuple[str, str]], told: Told
) -> Calibration:
    """The calibration with the margins and thresholds of this corridor.

    Margins are learned without the pairs that officers confirmed: what is wrong is no measure of the usual.
    """
    inputs = inputs_of(gathered)
    with open_workspace(*inputs.paths()) as workspace:
        told(0, "")
        read_corridor(workspace, inputs)
        reconcile(workspace, calibration, told)
        workspace.run("CREATE TEMP TABLE confirmed (export_id VARCHAR, import_id VARCHAR)")
        exports, imports = [one for one, _ in confirmed], [other for _, other in confirmed]
        workspace.run("INSERT INTO confirmed SELECT unnest(?), unnest(?)", [exports, imports])
        workspace.run(_FORGET)
        return learn_thresholds(workspace, learn_margins(workspace, calibration))


def _links(workspace: Workspace) -> Iterator[FoundLink]:
    rows: Any = workspace.rows(_LINKS)
    for export_key, import_key, found_by, score, accepted, hs6, ratio, kg_ratio in rows:
        yield FoundLink(export_key, import_key, found_by, score, bool(accepted), _code(hs6), ratio, kg_ratio)


def _code(hs6: int | None) -> str:
    return f"{hs6:06d}" if hs6 is not None else ""


def _cases(workspace: Workspace) -> Iterator[FoundCase]:
    for values in workspace.rows(_CASES.replace("$enough", str(ENOUGH_PEERS))):
        row: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
        figures = {
            name: value
            for name, value in row.items()
            if name not in _COLUMNS_OF_THEIR_OWN and value is not None
        }
        yield FoundCase(
            number=row["case_id"],
            export_keys=tuple((row["export_id"] or "").split()),
            import_keys=tuple((row["import_id"] or "").split()),
            reason=row["reason"],
            score=row["score"],
            accepted_link=bool(row["accepted"]),
            ratio=row["ratio"],
            hs_code=_code(row["hs6"]),
            stake=Decimal(row["stake"]).quantize(Decimal("0.01")),
            by_duty=bool(row["by_duty"]),
            figures=figures,
        )
