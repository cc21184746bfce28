"""Check a signed artefact with this package's pure part alone: no database, no settings, no network.

``python -m isthmus.wire.verify FILE --card CARD`` reads a record, receipt, refusal, node card, checkpoint or
bundle; or, with ``--tombstone``, the leaf hash of a record that is gone.
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
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, Fault, IsthmusError, NotFound, Refused
from isthmus.wire import card as cards
from isthmus.wire import checkpoint, jws, keys
from isthmus.wire.card import NodeCard
from isthmus.wire.evidence import MODELS, NO_CARD, Details, Finding, Witness, describe
from isthmus.wire.jws import Unverified
from isthmus.wire.record import Record, leaf_hash, read_record
from isthmus.wire.tombstone import Erasure, erasure_of, read_tombstone
from isthmus.wire.verify_bundle import verify_bundle

__all__ = ["Finding", "main", "verify_artefact", "verify_file"]

_UNCONFIRMED = (
    "The card agrees with itself; compare its words with the node's people to know that it is theirs."
)
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
    card = cards.read_card(card_token.strip()) if card_token is not None else None
    erasures = [_erasure(token.strip(), card) for token in tombstones]
    data = file.read(jws.MAX_TOKEN + 2)
    if _is_bundle(data):
        return verify_bundle(file, card, key=key, erasures=erasures)
    if len(data) > jws.MAX_TOKEN + 1:
        raise BadInput("wire.verify.size", "The file is larger than any artefact that can be checked.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            "wire.verify.kind", "This is neither a token nor a checkpoint: it is no text."
        ) from error
    if "\n\n— " in text:
        return _checkpoint(text, card)
    token = text.strip()
    if erasures and _LEAF.fullmatch(token):
        return _leaf(token, card, erasures)
    kind = jws.type_of(token)
    if kind == jws.CARD:
        return _card(token, card)
    if kind in MODELS:
        return _statement(jws.parse(token, typ=kind), card, erasures)
    raise BadInput("wire.verify.kind", f"Tokens of type {kind!r} are not kept as evidence.")


def _is_bundle(data: bytes) -> bool:
    try:
        return jws.type_of(data.partition(b"\n")[0].decode("ascii")) == jws.BUNDLE
    except (IsthmusError, UnicodeDecodeError):
        return False


def _erasure(token: str, card: NodeCard | None) -> Erasure:
    unverified, record = read_record(token)
    if card is not None:
        witness = Witness(card)
        witness.check(unverified, witness.read(unverified))
    return read_tombstone(record)


def _leaf(leaf: str, card: NodeCard | None, erasures: Sequence[Erasure]) -> Finding:
    found: Details = (("leaf", leaf),)
    erasure = erasure_of(leaf, erasures)
    if erasure is None:
        problem = "No tombstone given here names this leaf: its record is missing, not known to be erased."
        return Finding("record", intact=False, signer=None, details=found, problem=problem)
    found += (("reason", erasure.tombstone.reason),)
    if card is None:
        return Finding("record", intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding("record", intact=True, signer=card.id, details=found, erased=erasure.as_text())


def _statement(unverified: Unverified, card: NodeCard | None, erasures: Sequence[Erasure]) -> Finding:
    kind = unverified.typ.removeprefix("isthmus-").removesuffix("+jws")
    found: Details = (("signed under key", unverified.kid),)
    try:
        if card is None:
            statement = MODELS[unverified.typ].from_bytes(unverified.payload)
            found += describe(unverified, statement)
        else:
            witness = Witness(card)
            statement = witness.read(unverified)
            found += describe(unverified, statement)
            witness.check(unverified, statement)
    except Refused as refused:
        return Finding(kind, intact=False, signer=None, details=found, problem=refused.message)
    if isinstance(statement, Record):
        erasure = erasure_of(leaf_hash(unverified.token).hex(), erasures)
        if erasure is not None:
            found += (("erased", f"under {erasure.as_text()}; this copy should be destroyed"),)
    if card is None:
        return Finding(kind, intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding(kind, intact=True, signer=card.id, details=found)


def _card(token: str, known: NodeCard | None) -> Finding:
    try:
        card = cards.read_card(token)
    except Refused as refused:
        return Finding("card", intact=False, signer=None, details=(), problem=refused.message)
    found = (
        ("id", card.id),
        ("name", card.name),
        ("country", card.country or "none"),
        ("url", card.url),
        ("issued", to_text(card.issued)),
        ("words", cards.fingerprint_words(card)),
    )
    if known is None:
        return Finding("card", intact=True, signer=None, details=found, problem=_UNCONFIRMED)
    if cards.fingerprint(known) != cards.fingerprint(card):
        problem = f"It stands under another root than the card of {known.id}."
        return Finding("card", intact=False, signer=None, details=found, problem=problem)
    return Finding("card", intact=True, signer=known.id, details=found)


def _checkpoint(note: str, card: NodeCard | None) -> Finding:
    head = checkpoint.read_checkpoint(note)
    found = (
        ("log", head.origin),
        ("size", str(head.size)),
        ("root", head.root.hex()),
        ("issued", to_text(head.issued)),
    )
    if card is None:
        return Finding("checkpoint", intact=True, signer=None, details=found, problem=NO_CARD)
    try:
        Witness(card).check_note(note)
    except Refused as refused:
        return Finding("checkpoint", intact=False, signer=None, details=found, problem=refused.message)
    return Finding("checkpoint", intact=True, signer=card.id, details=found)


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


def _find(
    path: Path, card: str | None, tombstones: Sequence[str], key: EllipticCurvePrivateKey | None
) -> Finding:
    with _opened(path) as file:
        try:
            return verify_file(file, card, tombstones=tombstones, key=key)
        except OSError as error:  # a stick pulled out, or a pipe, in which nothing can be looked for twice
            raise Fault("wire.verify.unreadable", f"{path} cannot be read: {error}.") from error


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="isthmus verify", description="Check who signed an artefact.")
    parser.add_argument(
        "file", type=Path, help="bundle, record, receipt, refusal, node card, checkpoint, or an erased leaf"
    )
    parser.add_argument("--card", type=Path, help="node card of the node that should have signed it")
    parser.add_argument("--key", type=Path, help="private encryption key (.pem) of a bundle's receiver")
    parser.add_argument("--passphrase-file", type=Path, help="file with the key's passphrase; else asked for")
    parser.add_argument(
        "--tombstone", type=Path, action="append", default=[], help="tombstone of the same node; repeatable"
    )
    parser.add_argument("--json", action="store_true", help="print the finding as JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line. The finding goes to stdout, in words or with ``--json``; errors go to stderr."""
    options = _arguments(argv)
    try:
        card = _text(options.card) if options.card else None
        tombstones = [_text(path) for path in options.tombstone]
        key = _key(options.key, options.passphrase_file) if options.key else None
        finding = _find(options.file, card, tombstones, key)
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
