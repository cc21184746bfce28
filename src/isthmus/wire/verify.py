"""Check a signed artefact with this package's pure part alone: no database, no settings, no network.

``python -m isthmus.wire.verify FILE --card CARD`` reads every artefact of the exchange; the table in
``docs/guide/verify.md`` has an example of each.
Exit codes: 0 intact (or lawfully erased) and signed by the card's node; 2 no such artefact; 3 not so signed,
or signer unknown; 4 no file.
"""

import argparse
import getpass
import io
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from isthmus.kit.errors import BadInput, Fault, IsthmusError, NotFound, Refused
from isthmus.wire import jws, keys
from isthmus.wire.attestation import signs_in
from isthmus.wire.evidence import Finding
from isthmus.wire.held import Given, Held, hold
from isthmus.wire.manifest import read_manifest
from isthmus.wire.pdf_seal import HEAD, MOST_BYTES
from isthmus.wire.verify_attestations import (
    is_credential,
    verify_attestation,
    verify_credential,
    verify_document,
)
from isthmus.wire.verify_bundle import verify_bundle
from isthmus.wire.verify_logs import (
    is_split_view,
    read_document,
    verify_checkpoint,
    verify_proof,
    verify_split_view,
)
from isthmus.wire.verify_statements import (
    read_erased_place,
    verify_attachment,
    verify_leaf,
    verify_pair,
    verify_token,
)

__all__ = ["Finding", "Given", "main", "verify_artefact", "verify_file", "verify_held"]

_LEAF = re.compile(r"[0-9a-f]{64}", re.ASCII)


def verify_artefact(
    data: bytes,
    card_token: str | None = None,
    *,
    tombstones: Sequence[str] = (),
    key: EllipticCurvePrivateKey | None = None,
) -> Finding:
    """Find out what ``data`` is and whether the node of the card signed it.

    ``tombstones`` are tokens of ``exchange.tombstone/1`` by the card's node: a leaf hash (hex) that one of
    them names was erased, not altered. ``key`` opens a bundle. A signature that fails is a Finding; what is
    no artefact at all is BadInput ``wire.verify.kind`` or a code of the parser that refused it, and so is a
    card or a tombstone that cannot be used.
    """
    return verify_file(io.BytesIO(data), card_token, tombstones=tombstones, key=key)


def verify_file(
    file: BinaryIO,
    card_token: str | None = None,
    *,
    tombstones: Sequence[str] = (),
    key: EllipticCurvePrivateKey | None = None,
) -> Finding:
    """The same for a seekable file, of which no more is read into memory than it must.

    BadInput ``wire.verify.size`` for a text longer than any token.
    """
    cards = (card_token,) if card_token is not None else ()
    return verify_held(file, Given(cards=cards, tombstones=tombstones, key=key))


def verify_held(file: BinaryIO, given: Given) -> Finding:
    """The same with all that a reader may hold: cards of several nodes, their keys' history, records."""
    held = hold(given)
    if given.named_by:
        return verify_attachment(file, given.named_by, held)
    data = file.read(2 * jws.MAX_TOKEN + 3)
    if _is_bundle(data):
        sender = read_manifest(file)[1].sender
        return verify_bundle(file, held.of_node(sender) or held.first, key=given.key, erasures=held.erasures)
    if data.startswith(HEAD):
        return verify_document(data + file.read(MOST_BYTES), held)
    if len(data) > (2 if len(data.split()) == 2 else 1) * (jws.MAX_TOKEN + 1):
        raise BadInput("wire.verify.size", "The file is larger than any artefact that can be checked.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            "wire.verify.kind",
            "This is neither a token nor a checkpoint: it is no text.",
            next_step="A file that a record names is checked with --named-by RECORD.",
        ) from error
    return _verify_text(text, held)


def _verify_text(text: str, held: Held) -> Finding:
    token = text.strip()
    if held.erasures and _LEAF.fullmatch(token):
        return verify_leaf(token, held)
    if token.startswith("{"):
        return _verify_document(token, held)
    if "\n\n— " in text:
        return verify_checkpoint(text, held)
    if len(token.split()) == 2:
        return verify_pair(token, held)
    if signs_in(token):
        return verify_attestation(token, held)
    return verify_credential(token, held) if is_credential(token) else verify_token(token, held)


def _verify_document(text: str, held: Held) -> Finding:
    value = read_document(text)
    place = read_erased_place(value)
    if place is not None:
        return verify_leaf(place.leaf, held, place=place)
    return verify_split_view(value, held) if is_split_view(value) else verify_proof(value, held)


def _is_bundle(data: bytes) -> bool:
    try:
        return jws.type_of(data.partition(b"\n")[0].decode("ascii")) == jws.BUNDLE
    except (IsthmusError, UnicodeDecodeError):
        return False


def _read(path: Path) -> bytes:
    with _opened(path) as file:
        data = file.read(jws.MAX_TOKEN + 2)
    if len(data) > jws.MAX_TOKEN + 1:
        raise BadInput("wire.verify.size", f"{path} is larger than any artefact that can be checked.")
    return data


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFound("wire.verify.no-file", f"There is no file {path}.") from error
    except OSError as error:
        raise Fault("wire.verify.unreadable", f"{path} cannot be read: {error.strerror}.") from error


def _text(path: Path) -> str:
    return _read(path).decode("utf-8", errors="replace")


def _key(path: Path, passphrase_file: Path | None) -> EllipticCurvePrivateKey:
    sealed = _read(path)
    if passphrase_file is not None:
        passphrase = _read(passphrase_file).strip()
    else:
        passphrase = getpass.getpass(f"Passphrase of {path}: ").encode("utf-8")
    key = keys.open_private_key(sealed, passphrase)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise BadInput("wire.verify.key", "A bundle is opened with a P-256 key; this key signs checkpoints.")
    return key


def _find(path: Path, given: Given) -> Finding:
    with _opened(path) as file:
        try:
            return verify_held(file, given)
        except OSError as error:  # a stick pulled out, or a pipe, in which nothing can be looked for twice
            raise Fault("wire.verify.unreadable", f"{path} cannot be read: {error}.") from error


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="isthmus verify", description="Check who signed an artefact.")
    parser.add_argument("file", type=Path, help="what is to be checked; docs/guide/verify.md lists the kinds")
    several: dict[str, Any] = {"type": Path, "action": "append", "default": []}
    parser.add_argument("--card", **several, help="card of the node that should have signed it; repeatable")
    parser.add_argument(
        "--keys", **several, help="certificate, roll-over or revocation of a card's node; repeatable"
    )
    parser.add_argument("--tombstone", **several, help="tombstone of the same node; repeatable")
    parser.add_argument("--record", **several, help="record that a proof should be about")
    parser.add_argument(
        "--revoked", **several, help="list of revoked certificates of a card's node; repeatable"
    )
    parser.add_argument("--named-by", type=Path, help="the file is an attachment, and this record names it")
    parser.add_argument("--key", type=Path, help="private encryption key (.pem) of a bundle's receiver")
    parser.add_argument("--passphrase-file", type=Path, help="file with the key's passphrase; else asked for")
    parser.add_argument("--json", action="store_true", help="print the finding as JSON")
    return parser.parse_args(argv)


def _given(options: argparse.Namespace) -> Given:
    return Given(
        cards=[_text(path) for path in options.card],
        keys=[_text(path) for path in options.keys],
        tombstones=[_text(path) for path in options.tombstone],
        records=[_text(path) for path in options.record],
        named_by=_text(options.named_by) if options.named_by else "",
        key=_key(options.key, options.passphrase_file) if options.key else None,
        revoked=[_text(path) for path in options.revoked],
    )


def main(argv: Sequence[str] | None = None) -> int:
    """The command line. The finding goes to stdout, in words or with ``--json``; errors go to stderr."""
    options = _arguments(argv)
    try:
        finding = _find(options.file, _given(options))
    except IsthmusError as error:
        sys.stderr.write(f"{error}\n")
        if options.json:
            sys.stdout.write(json.dumps({"ok": False, "code": error.code, "problem": error.message}) + "\n")
        return error.exit_code
    shown = json.dumps(finding.as_json(), ensure_ascii=False) if options.json else finding.as_text()
    sys.stdout.write(shown + "\n")
    return 0 if finding.ok else Refused.exit_code


if __name__ == "__main__":  # pragma: no cover  # the tests run it in a process of its own
    sys.exit(main())
