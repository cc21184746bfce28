"""Reconciling a corridor: what is found becomes links and cases, what is no longer found is settled."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from isthmus.apps.etrade.cases.analytics import FoundCase, FoundLink, Outcome, Since, Told, run
from isthmus.apps.etrade.cases.models import (
    UNDECIDED,
    Case,
    CaseState,
    Corridor,
    Decision,
    Link,
    Side,
    StakeKind,
    Step,
    Way,
)
from isthmus.apps.etrade.cases.queries import calibration_of
from isthmus.apps.etrade.cases.rules.deciding import says_the_same
from isthmus.apps.etrade.cases.rules.shipments import number_in
from isthmus.apps.etrade.cases.services import gathering, remembering
from isthmus.apps.etrade.reconciliation.analytics.incremental import Arrivals, KnownLink
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState

NODE = "node"
_PORTION = 500
_WEIGHED = ("export_id", "imported_id", "found_by", "score", "accepted", "hs_code", "ratio", "kg_ratio")
Places = Mapping[str, gathering.Place]


def corridors() -> list[Corridor]:
    """Both corridors of every active partner, made where they are new."""
    partners = Partner.objects.filter(state=PartnerState.ACTIVE).order_by("node_id")
    return [
        Corridor.objects.get_or_create(partner=partner.node_id, way=way)[0]
        for partner in partners
        for way in Way.values
    ]


def reconcile_corridor(corridor: Corridor, told: Told = lambda _done, _label: None) -> bool:
    """Bring a corridor's links and cases to what its declarations say; returns whether there was any news.

    What changed since the last run opens only the blocks that it touches. The result depends on what is here,
    not on the order in which it came. Of two runs at once the one that ends later changes nothing.
    """
    begun = Corridor.objects.get(pk=corridor.pk)
    seen = gathering.fingerprint(begun)
    if seen == begun.seen:
        return False
    with tempfile.TemporaryDirectory(prefix="isthmus-cases-") as folder:
        gathered = gathering.gather(begun, Path(folder))
        basis = remembering.basis_of(begun, gathered)
        changes = remembering.changes_since(begun, gathered)
        outcome = run(gathered, calibration_of(begun), told, _since(begun, gathered, basis, changes))
        return _keep(_Run(begun, seen, basis, gathered, changes), outcome)


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run began with: the corridor as it stood, and what was read of it."""

    begun: Corridor
    seen: str
    basis: str
    gathered: gathering.Gathered
    changes: remembering.Changes


def _since(
    begun: Corridor, gathered: gathering.Gathered, basis: str, changes: remembering.Changes
) -> Since | None:
    """What the engine may add to the links of the last run; None where all are to be found anew."""
    if not gathered.comparable or not remembering.may_be_added(begun, gathered, basis, changes):
        return None
    remembering.add_former(gathered, changes)
    exports, imports = changes[Side.EXPORTS], changes[Side.IMPORTS]
    rows = begun.links.values_list("export_key", "import_key", "found_by", "accepted", "score")
    known = [
        KnownLink(export, imported, found_by, 1 if accepted else 2, score)
        for export, imported, found_by, accepted, score in rows.iterator(_PORTION)
    ]
    return Since(known, Arrivals(exports.came, imports.came, exports.withdrawn, imports.withdrawn))


@transaction.atomic
def _keep(run_over: _Run, outcome: Outcome) -> bool:
    gathered = run_over.gathered
    corridor = Corridor.objects.select_for_update().get(pk=run_over.begun.pk)
    if corridor.runs != run_over.begun.runs:
        return False
    keeper = _Keeper(corridor, gathered.places[Side.EXPORTS], gathered.places[Side.IMPORTS])
    keeper.keep_links(outcome.links)
    keeper.keep_cases(outcome.cases)
    remembering.remember(corridor, gathered, run_over.changes)
    corridor.runs += 1
    corridor.seen, corridor.basis = run_over.seen, run_over.basis
    corridor.opened = outcome.opened
    corridor.reconciled_at = clock.now()
    corridor.exports, corridor.imports = len(keeper.exports), len(keeper.imports)
    corridor.linked, corridor.left_out = len(outcome.links), gathered.left_out
    corridor.days, corridor.currency = outcome.days, gathered.currency
    corridor.save()
    return True


class _Keeper:
    """Writes the difference between what the tables hold and what a run found."""

    def __init__(self, corridor: Corridor, exports: Places, imports: Places) -> None:
        self.corridor, self.exports, self.imports = corridor, exports, imports
        self.now = clock.now()

    def keep_links(self, found: Iterable[FoundLink]) -> None:
        """Links that are new, gone or otherwise weighed."""
        wanted = {(one.export_key, one.import_key): self._link(one) for one in found}
        gone = []
        for row in self.corridor.links.iterator(_PORTION):
            here = wanted.get((row.export_key, row.import_key))
            if here is not None and all(getattr(row, name) == getattr(here, name) for name in _WEIGHED):
                del wanted[row.export_key, row.import_key]
            else:
                gone.append(row.pk)
        for start in range(0, len(gone), _PORTION):
            Link.objects.filter(pk__in=gone[start : start + _PORTION]).delete()
        Link.objects.bulk_create(wanted.values(), batch_size=_PORTION)

    def _link(self, found: FoundLink) -> Link:
        export = self.exports[found.export_key][0]
        assert export is not None  # only imports are known by a response alone
        return Link(
            corridor=self.corridor,
            export_id=export,
            imported_id=self.imports[found.import_key][0],
            **asdict(found),
        )

    def keep_cases(self, found: Iterable[FoundCase]) -> None:
        """Cases that are new, other than before, back again, or explained."""
        wanted = {one.number: one for one in found}
        for case in list(self.corridor.cases.all()):
            here = wanted.pop(case.number, None)
            if here is None:
                self._settle(case)
            else:
                self._renew(case, here)
        for one in wanted.values():
            self._open(one)

    def _open(self, found: FoundCase) -> None:
        case = Case(corridor=self.corridor, number=found.number, opened_at=self.now, **self._columns(found))
        case.save(force_insert=True)
        case.members.set(self._members(found))
        self._note(case, Step.OPENED)

    def _renew(self, case: Case, found: FoundCase) -> None:
        columns = self._columns(found)
        same = case.reason == found.reason and says_the_same(case.figures, found.figures)
        again = not case.found or (case.state not in UNDECIDED and not same)
        if not same:
            self._note(case, Step.CHANGED, case.reason)
        if again and case.state not in UNDECIDED and (case.state == CaseState.SETTLED or not same):
            case.state, case.decided_at, case.decided_by = CaseState.OPEN, None, ""
            self._note(case, Step.REOPENED)
        if any(getattr(case, name) != value for name, value in columns.items()) or again:
            for name, value in columns.items():
                setattr(case, name, value)
            case.found = True
            case.save()
        if not same:
            case.members.set(self._members(found))

    def _settle(self, case: Case) -> None:
        """The last run does not find it: a later record explains it. What officers decided stays decided."""
        if not case.found:
            return
        case.found = False
        if case.state in UNDECIDED:
            case.state, case.decided_at, case.decided_by = CaseState.SETTLED, self.now, NODE
            self._note(case, Step.SETTLED, *self._explained(case))
        case.save()

    def _explained(self, case: Case) -> tuple[str, str]:
        """Why a case is gone: a code, and the number of the declaration that explains it."""
        keys = (case.export_key.split(), case.import_key.split())
        if not all(key in self.exports for key in keys[0]) or not all(key in self.imports for key in keys[1]):
            return "withdrawn", ""
        links = self.corridor.links.filter(export_key__in=keys[0]) | self.corridor.links.filter(
            import_key__in=keys[1]
        )
        other = links.order_by("pk").first()
        if other is None:
            return "not-due", ""
        if keys[0] and keys[1] and other.export_key in keys[0] and other.import_key in keys[1]:
            return "tallies", ""
        return "linked", number_in(other.import_key if other.export_key in keys[0] else other.export_key)

    def _note(self, case: Case, step: Step, code: str = "", note: str = "") -> None:
        Decision.objects.create(case=case, step=step, code=code, note=note, by=NODE, at=self.now)

    def _columns(self, found: FoundCase) -> dict[str, object]:
        export = self._place(self.exports, found.export_keys)
        imported = self._place(self.imports, found.import_keys)
        own = imported if self.corridor.way == Way.IN else export
        other = export if self.corridor.way == Way.IN else imported
        return {
            "organisation_id": own[1] if own[1] is not None else other[1],
            "reason": found.reason,
            "export_key": " ".join(found.export_keys),
            "import_key": " ".join(found.import_keys),
            "export_id": export[0],
            "imported_id": imported[0],
            "hs_code": found.hs_code,
            "score": found.score,
            "accepted_link": found.accepted_link,
            "ratio": found.ratio,
            "stake": found.stake,
            "stake_kind": StakeKind.DUTY if found.by_duty else StakeKind.VALUE,
            "figures": found.figures,
        }

    def _place(self, places: Places, keys: tuple[str, ...]) -> gathering.Place:
        return places[keys[0]] if keys else (None, None)

    def _members(self, found: FoundCase) -> list[int]:
        sides = [self.exports[key][0] for key in found.export_keys]
        sides += [self.imports[key][0] for key in found.import_keys]
        return sorted({pk for pk in sides if pk is not None})
