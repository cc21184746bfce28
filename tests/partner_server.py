"""The foreign node on a real socket: answers a push as its test tells it to."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[str, bytes], tuple[int, bytes]]


@contextmanager
def partner_server(
    answer: Answer, *, says: Mapping[str, str] | None = None, seen: list[Message] | None = None
) -> Iterator[str]:
    """Serve on a free loopback port; yields the address. ``answer`` gets path and body of each request.

    ``says`` are headers of every answer; ``seen`` collects the headers of the requests.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            if seen is not None:
                seen.append(self.headers)
            status, content = answer(self.path, body)
            self.send_response(status)
            for name, value in (says or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answers(*tokens: str) -> tuple[int, bytes]:
    """A good answer to a push."""
    return 200, json.dumps({"answers": list(tokens)}).encode("ascii")
