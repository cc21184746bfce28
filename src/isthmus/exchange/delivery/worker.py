"""The node's one worker: deliveries, jobs and the sealing of audit events, turn by turn."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from isthmus.exchange import queries
from isthmus.exchange.audit_trail import seal_audit_events
from isthmus.exchange.delivery import connections as links
from isthmus.exchange.delivery import files, heartbeat, leases, recovery, succession, witnessing
from isthmus.exchange.delivery.turns import pull_turn, push_turn
from isthmus.exchange.rules.retry import pause_seconds
from isthmus.jobs import runner
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.trust.models import Partner, PartnerState

_LOG = logging.getLogger("isthmus.exchange.worker")
WITNESS_LOOK_SECONDS = 15.0
"""How often the worker looks for partners whose logs are to be witnessed, at most."""
THREADS = 4
"""Partners served at once: one that answers slowly must not hold up the others."""


class Worker:
    """Runs until ``stop`` is set; every step survives a database or link that is away."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.holding = leases.Holding()
        self.name = self.holding.name
        self._busy: dict[str, Future[None]] = {}
        self._pull_failures: dict[str, int] = {}
        self._pull_at: dict[str, float] = {}
        self._witness_at = 0.0

    def run(self) -> None:
        """Turn after turn until told to stop; a turn that found nothing to do is followed by a pause."""
        recovery.first_contact.begin()
        with succession.succeed(queries.me()):
            with ThreadPoolExecutor(THREADS, thread_name_prefix="delivery") as pool:
                while not self.stop.is_set():
                    if not self.turn(pool):
                        self.stop.wait(settings.ISTHMUS.poll_seconds)
                _close_connections(pool)
            self._give_back()

    def turn(self, pool: ThreadPoolExecutor) -> bool:
        """Start what is due; True where there may be more at once."""
        close_old_connections()
        heartbeat.beat()
        try:
            sealed = seal_audit_events()
            self._start_recoveries(pool)
            self._start_pushes(pool)
            self._start_files(pool)
            if not settings.ISTHMUS.reachable:
                self._start_pulls(pool)
            self._start_witnessing(pool)
            self._start(pool, "jobs", self._work_jobs)
        except DatabaseError as error:
            _LOG.warning("the database does not answer: %s", error)
            return False
        return bool(sealed)

    def _start(self, pool: ThreadPoolExecutor, name: str, work: Callable[[], object]) -> None:
        running = self._busy.get(name)
        if running is not None and not running.done():
            return
        self._busy[name] = pool.submit(_guarded, name, work)

    def _start_pushes(self, pool: ThreadPoolExecutor) -> None:
        for stream in leases.due_streams(clock.now(), self.holding.name):
            self._start(pool, f"push {stream.name}", partial(push_turn, stream, self.holding))

    def _give_back(self) -> None:
        try:
            self.holding.give_all_back()
        except DatabaseError as error:
            _LOG.warning("the streams held by this worker are free when their leases end: %s", error)

    def _start_recoveries(self, pool: ThreadPoolExecutor) -> None:
        for stream in recovery.recovering_streams():
            self._start(pool, f"push {stream.name}", partial(recovery.recover_turn, stream))

    def _start_pulls(self, pool: ThreadPoolExecutor) -> None:
        for partner in Partner.objects.filter(state=PartnerState.ACTIVE, reachable=True):
            if self._pull_at.get(partner.node_id, 0) <= time.monotonic():
                self._start(pool, f"pull {partner.node_id}", partial(self._pull, partner))

    def _start_files(self, pool: ThreadPoolExecutor) -> None:
        for partner in files.due_partners(clock.now()):
            self._start(pool, f"files {partner.node_id}", partial(files.file_turn, partner))

    def _start_witnessing(self, pool: ThreadPoolExecutor) -> None:
        """Look now and then for partners whose logs are to be witnessed; apart from every delivery."""
        if self._witness_at > time.monotonic():
            return
        self._witness_at = time.monotonic() + min(settings.ISTHMUS.witness_seconds, WITNESS_LOOK_SECONDS)
        for partner in witnessing.due_partners(clock.now()):
            self._start(pool, f"witness {partner.node_id}", partial(witnessing.witness_turn, partner))

    def _work_jobs(self) -> None:
        """Take back what a lost worker held, start what is scheduled, then do jobs until none is due."""
        runner.housekeep()
        while not self.stop.is_set():
            if runner.run_one(self.name, stopping=self.stop.is_set) is None:
                return

    def _pull(self, partner: Partner) -> None:
        try:
            pull_turn(partner)
        except IsthmusError as error:
            failures = self._pull_failures.get(partner.node_id, 0) + 1
            pause = pause_seconds(failures, limit=settings.ISTHMUS.retry_limit_seconds, jitter=0.5)
            _LOG.warning("%s Next attempt in %.0f s.", error.message, pause)
        else:
            failures, pause = 0, settings.ISTHMUS.poll_seconds * 5
        self._pull_failures[partner.node_id] = failures
        self._pull_at[partner.node_id] = time.monotonic() + pause


def _guarded(name: str, work: Callable[[], object]) -> None:
    """Run one delivery in its thread; whatever fails is logged and tried again at a later turn."""
    try:
        work()
    except Exception:  # noqa: BLE001  one partner's trouble must not end the worker
        _LOG.exception("%s failed", name)
    finally:
        close_old_connections()  # one that is sound stays open for this thread's next turn


def _close_connections(pool: ThreadPoolExecutor) -> None:
    """Close the connections of the pool's threads to the database, and those to partners.

    Each thread waits for the others, so that all take part.
    """
    together = threading.Barrier(THREADS)

    def close() -> None:
        together.wait()
        connections.close_all()

    for closing in [pool.submit(close) for _ in range(THREADS)]:
        closing.result()
    links.close_all()
