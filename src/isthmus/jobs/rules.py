"""The queue's arithmetic: how long to wait after a failure."""

FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 3600


def retry_pause_seconds(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures: doubling from 5 s up to an hour, with jitter.

    ``chance`` in [0, 1) picks a point in the upper half of the pause ("equal jitter"), so that jobs which
    failed together do not come back together. ValueError for fewer than one failure.
    """
    if failures < 1:
        raise ValueError("a pause follows at least one failure")
    # The shift is bounded before it is done: failures come from a database.
    whole = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS << min(failures - 1, 16))
    return whole / 2 + whole / 2 * chance
