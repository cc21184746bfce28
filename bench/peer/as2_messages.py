"""Exchanges a core-second by pyas2lib, the library below django-pyas2: run with an environment that has it.

Each is a document of ``--bytes`` signed as an AS2 message (RFC 4130), read and verified by the receiver, its
signed receipt (MDN) built, read and verified by the sender, with RSA keys of 2,048 bits and SHA-256. No HTTP,
no database, no commit: what AS2 takes before any of those. Prints one line of JSON.
"""

import argparse
import datetime
import json
import re
import time
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

_search = re.search


def _with_long_versions(pattern: Any, *arguments: Any) -> Any:  # noqa: ANN401  as re.search is called
    """oscrypto, which the peer needs, refuses to load beside an OpenSSL whose patch number has two digits."""
    if isinstance(pattern, str):
        pattern = pattern.replace(r"\d\.\d\.\d[a-z]*", r"\d\.\d\.\d+[a-z]*")
    return _search(pattern, *arguments)


re.search = _with_long_versions
try:
    from pyas2lib.as2 import Mdn, Message, Organization, Partner
finally:
    re.search = _search

WORDS = b"sample"


def identity(name: str) -> tuple[bytes, bytes]:
    """A key with its certificate in PKCS#12, and the certificate in PEM."""
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
    packed = pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, None, BestAvailableEncryption(WORDS)
    )
    return packed, certificate.public_bytes(Encoding.PEM)


def exchange(own: Organization, other: Organization, to: Partner, back: Partner, document: bytes) -> None:
    """One document there and its receipt back; ValueError where anything was not taken as it should be."""
    message = Message(own, to)
    message.build(
        document, filename="declaration.json", subject="declaration", content_type="application/json"
    )
    status, problem, mdn = Message().parse(
        message.headers_str + b"\r\n" + message.content, lambda _: other, lambda _: back
    )
    if status != "processed" or problem[0] is not None:
        raise ValueError(f"the message was not taken: {status} {problem}")
    status, detail = Mdn().parse(mdn.headers_str + b"\r\n" + mdn.content, lambda *_: message)
    if status != "processed":
        raise ValueError(f"the receipt was not taken: {status} {detail}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bytes", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    (mm_key, mm), (cn_key, cn) = identity("mm"), identity("cn")
    sender = Organization(as2_name="mm", sign_key=mm_key, sign_key_pass=WORDS.decode())
    receiver = Organization(as2_name="cn", sign_key=cn_key, sign_key_pass=WORDS.decode())
    chosen = {"digest_alg": "sha256", "validate_certs": False}
    to = Partner(as2_name="cn", verify_cert=cn, sign=True, mdn_mode="SYNC", mdn_digest_alg="sha256", **chosen)
    back = Partner(as2_name="mm", verify_cert=mm, sign=True, **chosen)
    document = json.dumps({"declaration": "x" * (options.bytes - 20)}).encode()
    exchange(sender, receiver, to, back, document)
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < options.seconds:
        exchange(sender, receiver, to, back, document)
        done += 1
    print(json.dumps({"exchanges_per_core_second": round(done / spent, 1)}))


if __name__ == "__main__":
    main()
