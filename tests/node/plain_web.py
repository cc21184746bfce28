"""A web server with the node's worker and an application that says how it was asked.

Run as a process of its own: ``python -m tests.node.plain_web PORT``. A push whose body is ``slow`` takes
four seconds.
"""

import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import django
from gunicorn.app.base import BaseApplication


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say which kind of thread answers what."""
    import threading

    body = environ["wsgi.input"].read()
    if body == b"slow":
        time.sleep(4)
    kind = "lane" if threading.current_thread().name == "pushes" else "pool"
    said = f"{environ['REQUEST_METHOD']} by the {kind}".encode("ascii")
    status = "403 Forbidden" if body == b"refuse" else "200 OK"
    start_response(status, [("Content-Length", str(len(said)))])
    return [said]


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn as the node starts it, as far as this matters."""

    def load_config(self) -> None:
        """One process, two threads."""
        options = {
            "bind": f"127.0.0.1:{sys.argv[1]}",
            "worker_class": "isthmus.node.patient_worker.PatientWorker",
            "threads": 2,
            "keepalive": 5,
            "graceful_timeout": 10,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """The application."""
        return answer


if __name__ == "__main__":
    django.setup()
    Web().run()
