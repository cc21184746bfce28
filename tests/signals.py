"""Signals for processes that a test starts and stops."""

import signal


def heed() -> None:
    """Before a program begins: heed what stops it.

    Tests that run in the background of a shell, or behind `nohup`, were told to ignore it and hand that on.
    """
    for sign in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_DFL)
