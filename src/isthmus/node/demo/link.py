"""The line between two nodes, as a small proxy that can break in the middle of a message and heal."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

HOST = "127.0.0.1"
PIECE = 1024
"""Bytes carried at once: small, so that a line breaks where it was told to."""
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: no waiting, so that the other end gets an RST


class Link:
    """Carries connections from ``port`` to ``target`` on this machine, in a thread of its own.

    Open at first. ``cut`` resets what is under way and refuses what comes; ``heal`` listens again.
    """

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self.target = target
        self.cuts = 0
        self.carried = 0
        """Bytes that crossed from the caller's side, in all."""
        self._left: int | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="link", daemon=True)

    def __enter__(self) -> "Link":
        self._thread.start()
        try:
            self.heal()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._break())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def is_open(self) -> bool:
        """Whether connections are accepted."""
        return self._server is not None

    def cut(self) -> None:
        """Break now."""
        self._do(self._break())

    def cut_after(self, count: int) -> None:
        """Break once ``count`` more bytes have crossed from the caller's side."""
        self._do(self._arm(count))

    def heal(self) -> None:
        """Carry again; OSError where something else took the port meanwhile."""
        self._do(self._listen())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _arm(self, count: int) -> None:
        self._left = count

    async def _listen(self) -> None:
        self._left = None
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, HOST, self.port)

    async def _break(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        self.cuts += 1
        self._left = None
        server.close()
        for writer in list(self._writers):
            _reset(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
            self._writers.add(far_writer)
            if self._server is None:  # broken while the far side was called
                _reset(far_writer)
            await asyncio.gather(
                self._pump(reader, far_writer, outward=True),
                self._pump(far_reader, writer, outward=False),
                return_exceptions=True,
            )
            self._writers.discard(far_writer)
            far_writer.close()
        self._writers.discard(writer)
        writer.close()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, outward: bool
    ) -> None:
        while piece := await reader.read(PIECE):
            last = False
            if outward and self._left is not None:
                piece, last = piece[: self._left], len(piece) >= self._left
                self._left -= len(piece)
            if outward:
                self.carried += len(piece)
            writer.write(piece)
            await writer.drain()
            if last:
                await asyncio.sleep(0.05)  # what crossed is on the other side before the reset overtakes it
                await self._break()
                return
        if writer.can_write_eof():
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other end sees a broken connection and not an orderly end."""
    sock: socket.socket | None = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
