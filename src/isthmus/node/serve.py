"""One node as one service: a web server and a worker under a supervisor that starts either anew.

Everything is imported once before the processes part, so that they share most of their memory.
"""

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication

_LOG = logging.getLogger("isthmus.node.serve")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, <linux/prctl.h>
RESTART_PAUSE_SECONDS = 1.0
STOP_SECONDS = 10.0


class WebServer(BaseApplication):
    """gunicorn with threads: sync Django measured 3-7 times faster so than under ASGI."""

    def __init__(self, application: WSGIHandler) -> None:
        self.wsgi_application = application
        super().__init__()

    def load_config(self) -> None:
        """Take the server's settings from the node's configuration."""
        config = settings.ISTHMUS
        chosen = {
            "bind": config.bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": config.threads,
            "preload_app": True,
            "timeout": 120,
            "graceful_timeout": 5,
            "keepalive": 65,
            "limit_request_line": 8190,
            "loglevel": "warning",
            "accesslog": None,
            "control_socket_disable": True,
            "proc_name": f"isthmus-{config.node_id}",
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        """The application, loaded already."""
        return self.wsgi_application


def _die_with_parent() -> None:
    """Ask the kernel to stop this process when its supervisor is gone, however that ended."""
    ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)


def run_web(application: WSGIHandler) -> None:
    """Serve pages and the exchange until told to stop."""
    WebServer(application).run()


def run_worker() -> None:
    """Deliver, run jobs and seal the audit trail until told to stop."""
    from isthmus.exchange.delivery.worker import Worker

    worker = Worker()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()


def load() -> WSGIHandler:
    """Import all that the processes share: Django, the URLs, the services."""
    django.setup(set_prefix=False)
    from django.urls import get_resolver

    from isthmus.exchange.delivery import worker as _worker  # noqa: F401  shared memory is the point
    from isthmus.node.wsgi import application

    _ = get_resolver().url_patterns
    return application


class Supervisor:
    """Starts its parts as child processes and starts a part anew that ended by itself."""

    def __init__(self, parts: dict[str, Callable[[], None]]) -> None:
        self._parts = parts
        self._children: dict[int, str] = {}
        self._stopping = False

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; returns the exit code."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        gc.collect()
        gc.freeze()  # a collection would touch, and so copy, every page the children share
        for name in self._parts:
            self._start(name)
        while self._children:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                break
            name = self._children.pop(pid, None)
            if name is not None and not self._stopping:
                _LOG.error("%s ended with status %d; starting it again", name, status)
                time.sleep(RESTART_PAUSE_SECONDS)
                if not self._stopping:
                    self._start(name)
        return 0

    def _start(self, name: str) -> None:
        pid = os.fork()
        if pid:
            self._children[pid] = name
            return
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _die_with_parent()
            self._parts[name]()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            _LOG.exception("%s failed", name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)


def serve() -> int:
    """Run the whole node until told to stop."""
    application = load()
    return Supervisor({"web": lambda: run_web(application), "worker": run_worker}).run()
