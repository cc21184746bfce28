"""The jobs of the node's worker: reconcile what has changed, answer partners, learn from decisions."""

from isthmus.apps.etrade.cases.analytics import Told
from isthmus.apps.etrade.cases.services.calibrating import calibrate_corridor
from isthmus.apps.etrade.cases.services.reconciling import corridors, reconcile_corridor
from isthmus.apps.etrade.cases.services.responding import respond_to_matches
from isthmus.jobs.progress import Progress


def _heartbeat(progress: Progress, done: int, total: int) -> Told:
    """Renews the lease at each step of the engine."""
    return lambda _step, _label: progress.step(done, total)


def reconcile(progress: Progress) -> dict[str, int]:
    """Reconcile every corridor whose declarations changed, then tell partners what matched.

    Returns how many corridors were reconciled and how many responses were given.
    """
    every = corridors()
    changed = told = 0
    for place, corridor in enumerate(every):
        progress.step(place, len(every))
        changed += reconcile_corridor(corridor, _heartbeat(progress, place, len(every)))
        for _response in respond_to_matches(corridor):
            told += 1
            progress.step(place, len(every))
    return {"corridors": changed, "responses": told}


def calibrate(progress: Progress) -> dict[str, int]:
    """Learn margins and thresholds anew for every corridor that holds enough; returns for how many."""
    every = corridors()
    learned = 0
    for place, corridor in enumerate(every):
        progress.step(place, len(every))
        row = calibrate_corridor(corridor, "node", _heartbeat(progress, place, len(every)))
        learned += row is not None
    return {"calibrated": learned}
