"""When the retention that an agreement states has run out."""

from datetime import datetime, timedelta


def has_run_out(issued: datetime, retention_days: int, moment: datetime) -> bool:
    """Whether a record issued then must be gone at ``moment``.

    The days count from the time that stands in the signed record, so that both sides come to one answer.
    """
    return moment >= issued + timedelta(days=retention_days)


def latest_issued(retention_days: int, moment: datetime) -> datetime:
    """Records issued at this time or before have run out at ``moment``."""
    return moment - timedelta(days=retention_days)
