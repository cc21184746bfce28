"""What an application says about its jobs: plain data, named by dotted path, nothing imported."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, this many seconds after the last time."""

    seconds: int

    def __post_init__(self) -> None:
        if self.seconds < 1:
            raise ValueError("a schedule repeats after at least one second")

    def next_after(self, moment: datetime) -> datetime:
        """The next time to run, strictly after ``moment``."""
        return moment + timedelta(seconds=self.seconds)

    def __str__(self) -> str:
        return f"every {self.seconds} s"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at this time of day, in UTC."""

    at: time

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError("a daily schedule is given in UTC, without a zone")

    def next_after(self, moment: datetime) -> datetime:
        """The next time to run, strictly after ``moment``."""
        utc = moment.astimezone(UTC)
        today = datetime.combine(utc.date(), self.at, UTC)
        return today if today > utc else today + timedelta(days=1)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M} UTC"


def every(*, hours: int = 0, minutes: int = 0, seconds: int = 0) -> Every:
    """A schedule that repeats after this time."""
    return Every(hours * 3600 + minutes * 60 + seconds)


def daily(hour: int, minute: int = 0) -> Daily:
    """A schedule that runs once a day at this time of day in UTC."""
    return Daily(time(hour, minute))


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: its name, the handler that does it, and how patient the queue is with it.

    ``handler`` is the path ``module:function`` of ``function(progress, **arguments)``, which returns JSON or
    None. It may run twice, so it must find out what is done already; it calls ``progress.step`` at least once
    in ``lease_seconds``, between its transactions and not inside one. ``max_failures`` bounds how often it
    may fail, a killed worker included, before the job is given up.
    """

    name: str
    handler: str
    schedule: Every | Daily | None = None
    max_failures: int = 5
    lease_seconds: int = 120
