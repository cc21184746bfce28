"""A mail server on loopback, with a certificate of its own: STARTTLS or TLS, and faults where told."""

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from isthmus.kit import clock

LOOPBACK = "127.0.0.1"


def certificate(folder: Path) -> Path:
    """A key and a certificate for loopback, in one PEM file; whoever trusts the file trusts the server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mail server of a test")])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    clear = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
    path = folder / "mail.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class MailServer:
    """What it was told and how it behaves. ``refused`` are addresses that it does not take.

    ``drops`` is where it ends the connection: at ``MAIL``, at ``DATA`` before it says yes, at ``.`` once it
    has the letter and before it answers, or at ``QUIT``. ``answer`` is what it says to a whole letter.
    """

    wrapped: bool
    context: ssl.SSLContext
    port: int = 0
    refused: set[str] = field(default_factory=set)
    drops: str = ""
    answer: bytes = b"250 Taken"
    letters: list[EmailMessage] = field(default_factory=list)
    clear_commands: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # a client that hangs up is none of a server's business
        finally:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secure = self.wrapped
        await _say(writer, b"220 mail.test")
        while line := (await reader.readline()).strip():
            verb = line.split(b" ")[0].upper().decode()
            if not secure:
                self.clear_commands.append(line)
            if verb == self.drops:
                return
            if verb == "EHLO":
                await _say(
                    writer, b"250-mail.test\r\n250 8BITMIME" if secure else b"250-mail.test\r\n250 STARTTLS"
                )
            elif verb == "STARTTLS":
                await _say(writer, b"220 Go on")
                await writer.start_tls(self.context)
                secure = True
            elif verb == "RCPT" and line.split(b"<")[1].split(b">")[0].decode() in self.refused:
                await _say(writer, b"550 No such person here")
            elif verb == "DATA":
                await _say(writer, b"354 Go on")
                letter = await reader.readuntil(b"\r\n.\r\n")
                if self.answer.startswith(b"250"):
                    self.letters.append(_read(letter))
                if self.drops == ".":
                    return
                await _say(writer, self.answer)
            elif verb == "QUIT":
                await _say(writer, b"221 Goodbye")
                return
            else:
                await _say(writer, b"250 Yes")


def _read(letter: bytes) -> EmailMessage:
    text = letter.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.").replace(b"\r\n", b"\n")
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(text)


async def _say(writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line + b"\r\n")
    await writer.drain()


@contextmanager
def running(pem: Path, *, wrapped: bool) -> Iterator[MailServer]:
    """The server in a thread of its own, on a port that was free."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = MailServer(wrapped, context)
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(
        asyncio.start_server(server.serve, LOOPBACK, 0, ssl=context if wrapped else None)
    )
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(listening: asyncio.Server) -> None:
    """No more conversations, and the end of those that go on."""
    listening.close()
    mine = asyncio.current_task()
    talks = [task for task in asyncio.all_tasks() if task is not mine]
    if talks:
        await asyncio.wait(talks, timeout=5)
