"""A worker that was killed leaves leases behind; its successor frees them, and nobody else's."""

import fcntl
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from isthmus.exchange.delivery import leases, succession
from isthmus.exchange.models import Direction, Stream
from isthmus.kit import clock
from isthmus.trust.models import Partner


@pytest.fixture
def stream(partner: Partner) -> Stream:
    return Stream.objects.create(name="mm>cn#1", partner=partner, direction=Direction.OUT, last_seq=3)


def lease(stream: Stream, holder: str) -> None:
    assert leases.claim(stream.pk, holder, moment=clock.now(), seconds=180)


def is_free(stream: Stream) -> bool:
    later = clock.now() + timedelta(seconds=1)
    return leases.claim(stream.pk, leases.new_holder(), moment=later, seconds=1)


def test_a_successor_frees_what_its_killed_predecessor_held(stream: Stream) -> None:
    lease(stream, leases.new_holder())
    assert not is_free(stream)
    with succession.succeed("mm") as freed:
        assert freed == 1
        assert is_free(stream)


def test_a_second_worker_leaves_the_leases_of_a_living_one_alone(stream: Stream) -> None:
    with succession.succeed("mm"):
        lease(stream, leases.new_holder())
        with succession.succeed("mm") as freed:
            assert freed == 0
            assert not is_free(stream)


def test_the_last_worker_alive_keeps_the_lock_when_an_earlier_one_ends(stream: Stream) -> None:
    with succession.succeed("mm"):
        with succession.succeed("mm"):
            pass
        lease(stream, leases.new_holder())
        with succession.succeed("mm") as freed:
            assert freed == 0


def test_workers_of_another_machine_keep_their_leases(stream: Stream) -> None:
    lease(stream, "mm-otherbox-0123456789abcdef")
    with succession.succeed("mm") as freed:
        assert freed == 0
    assert not is_free(stream)


def test_the_name_of_the_folder_stays(node: str) -> None:
    first = succession.folder_name()
    succession._name_in.cache_clear()
    assert succession.folder_name() == first
    assert len(leases.new_holder()) <= Stream._meta.get_field("lease_holder").max_length


def test_a_folder_that_cannot_be_written_stops_no_worker(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "_file", lambda: Path("/proc/no-such-folder/worker.lock"))
    lease(stream, leases.new_holder())
    with succession.succeed("mm") as freed:
        assert freed == 0


def test_the_lock_is_dropped_with_the_worker() -> None:
    file = Path(settings.ISTHMUS.home) / "worker.lock"
    with file.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
