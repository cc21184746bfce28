"""Which numbers of a stream something speaks of already, kept as runs without gaps."""


class Cover:
    """Grows by runs of numbers."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int]] = []

    def add(self, first: int, last: int) -> bool:
        """Cover ``first`` to ``last``; False where every one of them was covered before."""
        if any(start <= first and last <= end for start, end in self._runs):
            return False
        apart = []
        for start, end in self._runs:
            if start > last + 1 or end < first - 1:
                apart.append((start, end))
            else:
                first, last = min(start, first), max(end, last)
        self._runs = [*apart, (first, last)]
        return True
