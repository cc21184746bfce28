"""How long to wait before trying a partner again."""


def pause_seconds(failures: int, *, limit: float, jitter: float) -> float:
    """Exponential back-off from one second, at most ``limit``, spread by ``jitter`` in [0, 1).

    ``failures`` counts the attempts that failed in a row (1 or more). Full jitter on the upper half keeps
    many nodes from calling at the same moment when a link comes back.
    """
    ceiling = min(limit, 2.0 ** min(failures - 1, 30))
    return ceiling / 2 + ceiling / 2 * jitter
