"""How often somebody may ask: a bucket of permits for each key, kept in this process.

This guards what the machine can bear, not a secret: several web processes give several buckets, and a restart
fills them again, which harms nobody. What must hold across processes (guessing) is counted by ``attempts``.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

_MOST_KEYS = 10_000


@dataclass
class Throttle:
    """At most ``burst`` requests at once and ``per_minute`` in the long run, for each key.

    ``read_clock`` returns seconds that never run backwards.
    """

    burst: int
    per_minute: int
    read_clock: Callable[[], float] = time.monotonic
    _buckets: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: Hashable) -> float:
        """Use up one permit of ``key``; returns 0, or the seconds until there is one."""
        now = self.read_clock()
        a_second = self.per_minute / 60
        with self._lock:
            left, seen = self._buckets.get(key, (float(self.burst), now))
            left = min(float(self.burst), left + (now - seen) * a_second)
            if left < 1:
                self._buckets[key] = (left, now)
                return (1 - left) / a_second
            if key not in self._buckets and len(self._buckets) >= _MOST_KEYS:
                self._forget_the_idle(now)
            self._buckets[key] = (left - 1, now)
            return 0.0

    def _forget_the_idle(self, now: float) -> None:
        """Drop the buckets that are full again; failing that, all: memory must not grow with strangers."""
        filled_after = self.burst * 60 / self.per_minute
        self._buckets = {
            key: (left, seen) for key, (left, seen) in self._buckets.items() if now - seen < filled_after
        }
        if len(self._buckets) >= _MOST_KEYS:
            self._buckets = {}
