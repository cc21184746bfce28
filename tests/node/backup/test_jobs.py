"""The backup of the day, and the alarm when there is none."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from isthmus.exchange.models import Alarm
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.node.backup import jobs
from isthmus.trust.models import OwnKey
from tests.node.backup.locked import KEY


class Steps:
    """Stands for a job's progress."""

    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        assert done <= (total or done)


class TestJobs:
    def test_the_backup_of_the_day_needs_a_folder_and_a_key(self, config: Config):
        assert jobs.back_up(Steps())["made"] is False  # type: ignore[arg-type]  # all that it asks of a progress

    def test_it_is_made_and_the_alarm_goes(
        self, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        wanted = config.model_copy(update={"backup_folder": tmp_path, "backup_recipients": KEY.recipient})
        monkeypatch.setattr(settings, "ISTHMUS", wanted)
        now = clock.now()
        OwnKey.objects.create(
            purpose="root", kid="k", certificate="", file_name="", valid_from=now, valid_until=now
        )
        assert jobs.watch(Steps()) == {"old": False}  # type: ignore[arg-type]  # as above
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=3))
        assert jobs.watch(Steps()) == {"old": True}  # type: ignore[arg-type]  # as above
        assert "No backup" in Alarm.objects.get(code="node.backup-old").message
        monkeypatch.setattr(clock, "now", lambda: now)
        assert jobs.back_up(Steps())["made"] is True  # type: ignore[arg-type]  # as above
        assert not Alarm.objects.filter(cleared_at=None).exists()
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9))
        jobs.watch(Steps())  # type: ignore[arg-type]  # as above
        assert "was made on" in Alarm.objects.get(cleared_at=None).message
