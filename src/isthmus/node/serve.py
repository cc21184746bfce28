"""One node as one service: a web server and a worker under a supervisor that starts either anew.

Everything is imported once before the processes part, so that they share most of their memory. The kernel
stops the parts when the supervisor is gone, however that ended: nothing is left running.
"""

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import django
from django.conf import settings
from gunicorn.app.base import BaseApplication

from isthmus.kit import clock
from isthmus.kit.errors import Fault, IsthmusError
from isthmus.node.notify import notify, watchdog_seconds

_LOG = logging.getLogger("isthmus.node.serve")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, <linux/prctl.h>
# <malloc.h>: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX
_ALLOCATOR = {-1: 1 << 20, -3: 1 << 20, -8: 2}
Mask = set[int | signal.Signals]
_SIGNALS = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 30.0
"""A part that ran for so long has not crashed at its start; its next pause is short again."""
HUNG_SECONDS = 300
"""A worker beats every ten seconds, whatever it delivers; one that has not for so long hangs."""
GRACE_SECONDS = 3
"""Time for requests and deliveries that are under way when the node stops; all are safe to cut off."""


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with threads: sync Django measured 3-7 times faster so than under ASGI."""

    def __init__(self, application: WSGIApplication, listener: socket.socket) -> None:
        self.wsgi_application = application
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Take the server's settings from the node's configuration."""
        config = settings.ISTHMUS
        chosen = {
            "bind": f"fd://{os.dup(self._listener.fileno())}",  # gunicorn closes what it is given
            "workers": 1,
            "worker_class": "isthmus.node.patient_worker.PatientWorker",
            "threads": config.threads,
            "preload_app": True,
            "timeout": 120,
            "graceful_timeout": GRACE_SECONDS - 1,
            "keepalive": 65,
            "limit_request_line": 8190,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "loglevel": "warning",
            "accesslog": None,
            "control_socket_disable": True,
            "proc_name": f"isthmus-{config.node_id}",
            "post_fork": _tie_to_server,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """The application, loaded already."""
        return self.wsgi_application


def die_with_parent(parent: int, sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to signal this process when ``parent`` is gone; ends it where it is gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, sign, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before the kernel had been asked


def _tie_to_server(_server: object, worker: Any) -> None:  # noqa: ANN401  gunicorn's worker has no type
    # Without its arbiter a worker would go on serving beside the one that is started anew.
    die_with_parent(worker.ppid, signal.SIGKILL)


def open_listener(bind: str) -> socket.socket:
    """The socket of the web server; Fault where the address is taken or is not this machine's.

    The supervisor holds it: while the web server is started anew, callers wait instead of being refused.
    """
    host, _, port = bind.rpartition(":")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(2048)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError) as error:
        raise Fault(
            "node.bind",
            f"The web server cannot listen on {bind}: {error}.",
            next_step="Stop what uses the address, or set ISTHMUS_BIND to another.",
        ) from error
    return listener


def run_web(application: WSGIApplication, listener: socket.socket) -> None:
    """Serve pages and the exchange until told to stop."""
    WebServer(application, listener).run()


def run_worker() -> None:
    """Deliver, run jobs and seal the audit trail until told to stop."""
    from isthmus.exchange.delivery.worker import Worker

    worker = Worker()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()


def return_memory() -> None:
    """Let the C library hand large blocks back to the system at once, where it is glibc.

    Left alone it keeps them for later: the 32 MiB that opening a key takes would stay in every process.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt") and hasattr(library, "malloc_trim"):
        for name, value in _ALLOCATOR.items():
            library.mallopt(name, value)
        library.malloc_trim(0)


def open_keys() -> None:
    """Open this node's keys once for all parts; a part that finds none says so when it needs one."""
    from isthmus.trust import keystore
    from isthmus.trust.models import KeyPurpose

    for purpose in (KeyPurpose.SEAL, KeyPurpose.LOG):
        try:
            keystore.in_use(purpose)
        except IsthmusError as error:
            _LOG.error("%s", error)


def load() -> WSGIApplication:
    """Import all that the processes share: Django, the URLs, the services."""
    django.setup(set_prefix=False)
    from django.urls import get_resolver

    from isthmus.exchange.delivery import worker as _worker  # noqa: F401  shared memory is the point
    from isthmus.node.wsgi import application

    _ = get_resolver().url_patterns
    return application


class Supervisor:
    """Starts its parts as child processes, and a part that ended by itself anew: at once, then less often."""

    def __init__(
        self, parts: Mapping[str, Callable[[], None]], *, healthy: Callable[[], bool] = lambda: True
    ) -> None:
        self._parts = dict(parts)
        self._healthy = healthy
        self._watchdog = watchdog_seconds()
        self._children: dict[int, str] = {}
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._stop_at: float | None = None
        self._killed = False

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP, then stop every part; returns the exit code."""
        # Signals are waited for instead of handled, so that none comes between a look and a sleep.
        waited = {one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
        try:
            for name in self._parts:
                self._start(name, before)
            notify("READY=1")
            while self._children or self._stop_at is None:
                found = signal.sigtimedwait(waited, self._patience())
                if found is not None and found.si_signo != signal.SIGCHLD:
                    self._stop()
                self._reap()
                self._act(before)
                self._tell()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return 0

    def _patience(self) -> float:
        """Seconds until something has to be done without a signal."""
        now = time.monotonic()
        waits = [moment - now for moment in self._due.values()]
        if self._stop_at is not None and not self._killed:
            waits.append(self._stop_at - now)
        return max(0.0, min([*waits, self._watchdog or 60.0]))

    def _tell(self) -> None:
        """Give systemd a sign of life while the parts give theirs; without one it starts the node anew."""
        if self._watchdog is not None and self._healthy():
            notify("WATCHDOG=1")

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            name = self._children.pop(pid, None)
            if name is None or self._stop_at is not None:
                continue
            now = time.monotonic()
            if now - self._started[name] >= STEADY_SECONDS:
                self._pause.pop(name, None)
            pause = self._pause.get(name, FIRST_PAUSE_SECONDS)
            self._pause[name] = min(LONGEST_PAUSE_SECONDS, pause * 2)
            self._due[name] = now + pause
            _LOG.error(
                "%s ended (%s); starting it again in %.2g s",
                name,
                _ending(os.waitstatus_to_exitcode(status)),
                pause,
            )

    def _act(self, mask: Mask) -> None:
        now = time.monotonic()
        for name, moment in list(self._due.items()):
            if moment <= now:
                del self._due[name]
                self._start(name, mask)
        if self._stop_at is not None and self._stop_at <= now and not self._killed:
            self._killed = True
            for pid, name in self._children.items():
                _LOG.warning("%s did not stop within %d s; ending it", name, GRACE_SECONDS)
                os.kill(pid, signal.SIGKILL)

    def _start(self, name: str, mask: Mask) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._children[pid] = name
            self._started[name] = time.monotonic()
            return
        code = 1
        try:
            die_with_parent(parent)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; we are told apart
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            self._parts[name]()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001  a child must never go on as a second supervisor
            _LOG.exception("%s failed", name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _stop(self) -> None:
        if self._stop_at is None:
            notify("STOPPING=1")
            self._stop_at = time.monotonic() + GRACE_SECONDS
            self._due.clear()
            for pid in self._children:
                os.kill(pid, signal.SIGTERM)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def worker_is_well() -> bool:
    """Whether the worker has given a sign of life lately; one that never did is given the time to start."""
    from isthmus.exchange.delivery.heartbeat import last_beat

    since = last_beat()
    return since is None or (clock.now() - since).total_seconds() < HUNG_SECONDS


def get_ready_to_part() -> None:
    """What stands before a fork: keys open, database closed, memory that children share left alone."""
    from django.db import connections

    open_keys()
    connections.close_all()  # both sides would write to a shared connection
    return_memory()
    gc.collect()
    gc.freeze()  # a collection would touch, and so copy, every page the children share


def serve() -> int:
    """Run the whole node until told to stop."""
    listener = open_listener(settings.ISTHMUS.bind)
    return_memory()
    application = load()
    get_ready_to_part()
    parts = {"web": lambda: run_web(application, listener), "worker": run_worker}
    return Supervisor(parts, healthy=worker_is_well).run()
