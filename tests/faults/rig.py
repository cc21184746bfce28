"""A node that can be killed at a point with a name: `python -m tests.faults.rig start`.

The test writes the name of a point into the file ``kill-at`` of the node's home. The process of the node that
reaches it first takes the file away and ends its whole session with SIGKILL, as a power cut would. What runs
between the points is the node's own code, unchanged.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

FILE = "kill-at"
POINTS = {
    "publish before commit": "the records are signed and written, their transaction is not committed",
    "publish after commit": "the publishing transaction is committed, its caller does not know yet",
    "claim": "the worker holds the lease of the stream and has sent nothing",
    "push half sent": "half of the batch is on the line",
    "push sent": "the whole batch is on the line, the answer is not read",
    "receive before commit": "the batch is judged, logged and applied, its transaction is not committed",
    "receive after commit": "the batch is committed, nothing is answered",
    "effect": "the application has written the effect of one record of a batch",
    "answer before": "the answer is ready and not yet on the line",
    "answer half sent": "half of the answer is on the line",
    "answer after": "the answer is on the line",
    "settle before commit": "the receipt is checked and written, its transaction is not committed",
    "settle after commit": "the receipt is committed",
}
"""Each step of a record's way at which a node can be killed: its name, and how things stand there."""

SENDERS = ("claim", "push half sent", "push sent", "settle before commit", "settle after commit")
RECEIVERS = (
    "receive before commit",
    "effect",
    "receive after commit",
    "answer before",
    "answer half sent",
    "answer after",
)
PUBLISHERS = ("publish before commit", "publish after commit")

_running = threading.local()


def arm(home: Path, point: str) -> None:
    """Say where the node of this home is killed next."""
    assert point in POINTS, point
    draft = home / f"{FILE}.draft"
    draft.write_text(point)
    draft.replace(home / FILE)


def end_this_session() -> None:
    """kill -9 of every process of this session, this one included."""
    os.killpg(os.getsid(0), signal.SIGKILL)


def reached(point: str) -> None:
    """End this node here if it is to end here."""
    file = Path(os.environ["ISTHMUS_HOME"]) / FILE
    try:
        if file.read_text() != point:
            return
        file.unlink()
    except FileNotFoundError:
        return
    end_this_session()


def _is_armed(point: str) -> bool:
    try:
        return (Path(os.environ["ISTHMUS_HOME"]) / FILE).read_text() == point
    except FileNotFoundError:
        return False


def _replace_everywhere(original: Callable[..., Any], replacement: Callable[..., Any]) -> None:
    """Put a function in the place of another in every module of the node that has taken it by name."""
    places = 0
    for name, module in list(sys.modules.items()):
        if name.startswith("isthmus."):
            for attribute, value in list(vars(module).items()):
                if value is original:
                    setattr(module, attribute, replacement)
                    places += 1
    assert places, original


def _watch_commits(step: str, function: Callable[..., Any]) -> None:
    """Let ``reached`` know the commits that a service makes: "STEP before commit" and "STEP after commit"."""

    @wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        before, _running.step = getattr(_running, "step", ""), step
        try:
            return function(*arguments, **named)
        finally:
            _running.step = before

    _replace_everywhere(function, watched)


def _with_points(commit: Callable[[Any], None]) -> Callable[[Any], None]:
    @wraps(commit)
    def watched(database: Any) -> None:
        step = getattr(_running, "step", "")
        if step:
            reached(f"{step} before commit")
        commit(database)
        if step:
            reached(f"{step} after commit")

    return watched


def _after(point: str, function: Callable[..., Any]) -> None:
    @wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        found = function(*arguments, **named)
        if found:
            reached(point)
        return found

    _replace_everywhere(function, watched)


def _before(point: str, function: Callable[..., Any]) -> None:
    @wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        reached(point)
        return function(*arguments, **named)

    _replace_everywhere(function, watched)


class _HalfSender:
    """A connection's socket that may be cut off in the middle of a batch."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def sendall(self, data: bytes) -> None:
        if len(data) > 1000 and _is_armed("push half sent"):
            self._socket.sendall(data[: len(data) // 2])
            reached("push half sent")
        self._socket.sendall(data)


def install() -> None:
    """Put the points into this process; whatever forks from it has them too."""
    from django.conf import settings
    from django.db.backends.base.base import BaseDatabaseWrapper
    from gunicorn.http.wsgi import Response

    from isthmus.apps.etrade.services import versions
    from isthmus.exchange.delivery import connections, leases, messages
    from isthmus.exchange.delivery import worker as _worker  # noqa: F401  its modules take the services by name
    from isthmus.exchange.services import inbox, settle
    from isthmus.exchange.services import publish as publish_service
    from isthmus.node import urls as _urls  # noqa: F401  as above
    from isthmus.node.patient_worker import PatientWorker
    from isthmus.trust.statements import transactions

    _watch_commits("publish", publish_service)
    _watch_commits("receive", inbox.receive)
    _watch_commits("settle", settle.settle)
    _after("claim", leases.claim)
    _before("push sent", messages.read_answer)
    _after("effect", versions.lodge)

    if unsafe := os.environ.get("FAULTS_SYNCHRONOUS"):
        options = settings.DATABASES["default"]["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", f"synchronous={unsafe}")

    BaseDatabaseWrapper._commit = _with_points(BaseDatabaseWrapper._commit)
    transactions.commit = _with_points(transactions.commit)

    opened = connections._open

    def with_points(*arguments: Any) -> Any:
        connection = opened(*arguments)
        connection.socket = _HalfSender(connection.socket)
        return connection

    _replace_everywhere(opened, with_points)

    emit = Response.write

    def answer(self: Any, data: bytes) -> None:
        if self.req.path != "/exchange/v1/inbox":
            emit(self, data)
            return
        reached("answer before")
        if _is_armed("answer half sent"):
            self.send_headers()
            self.sock.sendall(data[: len(data) // 2])
            reached("answer half sent")
        emit(self, data)
        reached("answer after")

    Response.write = answer

    tell = PatientWorker.tell

    def tell_with_points(self: PatientWorker, conn: Any, data: bytes) -> bytes:
        reached("answer before")
        if _is_armed("answer half sent"):
            tell(self, conn, data[: len(data) // 2])
            reached("answer half sent")
        left = tell(self, conn, data)
        reached("answer after")
        return left

    PatientWorker.tell = tell_with_points


def main() -> None:
    """Run the node's command line with the points in place."""
    import django

    django.setup(set_prefix=False)
    install()
    from isthmus.node.cli import main as run

    run()


if __name__ == "__main__":
    main()
