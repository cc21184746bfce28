"""django-pyas2 as its own guide sets it up, run with an environment that has it: a sender and a receiver.

A document is signed as an AS2 message (RFC 4130), stored, posted over HTTP, verified and stored by the
receiver's web server, its signed receipt (MDN) returned in the answer, verified and stored. RSA keys of 2,048
bits, SHA-256, no encryption. Both sides keep SQLite with ``synchronous=FULL``; to the peer's advantage in WAL
mode, and with connections to it that stay open.

    as2_exchange.py prepare HOME    make the databases, keys and partners of both
    as2_exchange.py web HOME        the receiver's web server, until it is told to stop
    as2_exchange.py send HOME       read a number of seconds a line, answer with what was exchanged in them
"""

import datetime
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

_search = re.search


def _with_long_versions(pattern: Any, *arguments: Any) -> Any:  # noqa: ANN401  as re.search is called
    """oscrypto, which the peer needs, refuses to load beside an OpenSSL whose patch number has two digits."""
    if isinstance(pattern, str):
        pattern = pattern.replace(r"\d\.\d\.\d[a-z]*", r"\d\.\d\.\d+[a-z]*")
    return _search(pattern, *arguments)


re.search = _with_long_versions
try:
    import django
    import oscrypto.asymmetric  # noqa: F401  loaded while the pattern is mended
    from django.conf import settings
finally:
    re.search = _search

OTHER = {"mm": "cn", "cn": "mm"}
WORDS = "sample"


def configure(home: Path, name: str) -> None:
    """Django as a project of one application, which is the peer's."""
    settings.configure(
        SECRET_KEY=uuid4().hex,
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "pyas2",
        ],
        ROOT_URLCONF="pyas2.urls",
        MEDIA_ROOT=str(home / name),
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(home / f"{name}.sqlite3"),
                "CONN_MAX_AGE": None,
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup()


def identity(name: str) -> tuple[bytes, bytes]:
    """A key with its certificate in PKCS#12, and the certificate in PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime(2026, 1, 1)  # noqa: DTZ001  the library of the peer takes naive times
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    # As many rounds as openssl's own command takes: the peer opens the file anew for each message.
    words = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048).build(WORDS.encode())
    packed = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, words)
    return packed, certificate.public_bytes(Encoding.PEM)


def store(own: str, keys: dict[str, tuple[bytes, bytes]], address: str) -> None:
    """The organisation, its key, and the one partner, in this database."""
    from django.core.management import call_command
    from pyas2.models import Organization, Partner, PrivateKey, PublicCertificate

    call_command("migrate", verbosity=0)
    other = OTHER[own]
    key = PrivateKey.objects.create(name=own, key=keys[own][0], key_pass=WORDS)
    Organization.objects.create(name=own, as2_name=own, signature_key=key)
    certificate = PublicCertificate.objects.create(name=other, certificate=keys[other][1], verify_cert=False)
    Partner.objects.create(
        name=other,
        as2_name=other,
        target_url=address,
        signature="sha256",
        signature_cert=certificate,
        mdn=True,
        mdn_mode="SYNC",
        mdn_sign="sha256",
    )


def prepare(home: Path, address: str) -> None:
    """Both databases; each in a process of its own, as Django has one set of settings a process."""
    keys = {name: identity(name) for name in OTHER}
    for name in OTHER:
        if (child := os.fork()) == 0:
            configure(home, name)
            store(name, keys, address)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            raise SystemExit(f"the database of {name} could not be made")


def web(home: Path, address: str) -> None:
    """The receiver's web server: one worker with threads, as a node has it."""
    from django.core.wsgi import get_wsgi_application
    from gunicorn.app.base import BaseApplication

    configure(home, "cn")

    class Server(BaseApplication):  # type: ignore[misc]  # the peer's environment has no types of it
        def load_config(self) -> None:
            for name, value in {
                "bind": address.split("/")[2],
                "workers": 1,
                "worker_class": "gthread",
                "threads": 4,
                "keepalive": 30,
                "loglevel": "warning",
                "control_socket_disable": True,
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:  # noqa: ANN401  as the base class has it
            return get_wsgi_application()

    Server().run()


def exchange(document: bytes) -> None:
    """One document there and its receipt back, by the steps of the peer's own command ``sendas2message``."""
    from pyas2.models import Message, Organization, Partner
    from pyas2lib import Message as As2Message

    own, partner = Organization.objects.get(as2_name="mm"), Partner.objects.get(as2_name="cn")
    built = As2Message(sender=own.as2org, receiver=partner.as2partner)
    built.build(
        document,
        filename="declaration.json",
        subject=partner.subject,
        content_type=partner.content_type,
        disposition_notification_to="no-reply@pyas2.com",
    )
    message, _ = Message.objects.create_from_as2message(
        as2message=built, payload=document, filename="declaration.json", direction="OUT", status="P"
    )
    message.send_message(built.headers, built.content)
    if message.status != "S":
        raise SystemExit(f"the message was not taken: {message.status} {message.detailed_status}")


def send(home: Path, size: int) -> None:
    """Exchange for as many seconds as each line of the standard input says."""
    configure(home, "mm")
    document = json.dumps({"declaration": "x" * (size - 20)}).encode()
    exchange(document)
    print(json.dumps({"done": 1}), flush=True)
    for line in sys.stdin:
        done, until = 0, time.monotonic() + float(line)
        while time.monotonic() < until:
            exchange(document)
            done += 1
        print(json.dumps({"done": done}), flush=True)


if __name__ == "__main__":
    what, folder, last = sys.argv[1:]
    if what == "prepare":
        prepare(Path(folder), last)
    elif what == "web":
        web(Path(folder), last)
    else:
        send(Path(folder), int(last))
