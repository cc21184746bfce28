"""Signs of life for systemd, by the protocol of sd_notify(3): a datagram to the socket that it names.

Outside a unit there is no such socket, and nothing is sent.
"""

import os
import socket


def notify(state: str) -> None:
    """Send one state, such as ``READY=1`` or ``WATCHDOG=1``; a manager that is gone is passed over."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # "@" stands for the null byte of Linux's abstract sockets.
    target = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        try:
            channel.connect(target)
            channel.send(state.encode("utf-8"))
        except OSError:
            return


def watchdog_seconds() -> float | None:
    """How often a sign of life is due, twice in the time that systemd allows; None where it asks for none."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    owner = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or int(microseconds) == 0 or (owner and owner != str(os.getpid())):
        return None
    return int(microseconds) / 2_000_000
