"""One sample node: `python -m isthmus.node.demo.node PARENT CHANNEL`, with ISTHMUS_HOME in the environment.

Prepares the node and then runs it exactly as `isthmus start` does; one process does both, because starting
Python seven times more would take longer than everything else.
"""

import os
import signal
import socket
import sys


def main(parent: int, channel: socket.socket) -> int:
    """Prepare, put an officer at the keyboard, and run until told to stop."""
    from isthmus.node.serve import (
        Supervisor,
        die_with_parent,
        get_ready_to_part,
        load,
        open_listener,
        return_memory,
        run_web,
        run_worker,
    )

    die_with_parent(parent)
    return_memory()
    application = load()
    from django.conf import settings

    from isthmus.node.demo import keyboard
    from isthmus.node.demo.prepare import prepare

    listener = open_listener(settings.ISTHMUS.bind)
    prepare()
    get_ready_to_part()
    supervisor = os.getpid()
    if os.fork() == 0:
        try:
            die_with_parent(supervisor)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            listener.close()
            keyboard.serve(channel)
        finally:
            os._exit(0)
    channel.close()
    return Supervisor({"web": lambda: run_web(application, listener), "worker": run_worker}).run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    sys.exit(main(int(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))))
