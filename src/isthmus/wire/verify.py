"""Check a signed artefact with this package's pure part alone: no database, no settings, no network.

``python -m isthmus.wire.verify FILE --card CARD`` reads a record, receipt, refusal, node card or checkpoint.
Exit codes: 0 intact and signed by the card's node; 2 no such artefact; 3 not so signed, or signer
unknown; 4 no file.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, Fault, IsthmusError, NotFound, Refused
from isthmus.wire import card as cards
from isthmus.wire import checkpoint, jws, keys
from isthmus.wire.card import NodeCard
from isthmus.wire.checkpoint import Checkpoint
from isthmus.wire.jws import Unverified
from isthmus.wire.receipt import Receipt, Refusal
from isthmus.wire.record import Record, leaf_hash

Details = tuple[tuple[str, str], ...]
Statement = Record | Receipt | Refusal

_MODELS: dict[str, type[Record] | type[Receipt] | type[Refusal]] = {
    jws.RECORD: Record,
    jws.RECEIPT: Receipt,
    jws.REFUSAL: Refusal,
}
_NO_CARD = (
    "Its form is sound, but only the card of the node that signed it can show who that was and that no value "
    "was changed."
)
_UNCONFIRMED = (
    "The card agrees with itself; compare its words with the node's people to know that it is theirs."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one artefact.

    ``signer`` is the node's id once its signature is proved, else None. ``problem`` says why a finding is not
    ``ok``.
    """

    kind: str
    intact: bool
    signer: str | None
    details: Details
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether the artefact is intact and its signer known."""
        return self.intact and self.signer is not None

    def as_json(self) -> dict[str, object]:
        """The finding as plain JSON members."""
        return {
            "kind": self.kind,
            "ok": self.ok,
            "intact": self.intact,
            "signer": self.signer,
            "problem": self.problem,
            "details": dict(self.details),
        }

    def as_text(self) -> str:
        """The finding in words, then its details, each on a line."""
        if self.ok:
            verdict = f"intact, signed by {self.signer}"
        elif self.intact:
            verdict = f"intact, signer unknown: {self.problem}"
        else:
            verdict = f"not verified: {self.problem}"
        width = max((len(name) for name, _ in self.details), default=0)
        return "\n".join([f"{self.kind}: {verdict}", *(f"  {n:<{width}}  {v}" for n, v in self.details)])


def verify_artefact(data: bytes, card_token: str | None = None) -> Finding:
    """Find out what ``data`` is and whether the node of the card signed it.

    A signature that fails is a Finding; what is no artefact at all is BadInput ``wire.verify.kind`` or a code
    of the parser that refused it, and so is a card that cannot be used.
    """
    card = cards.read_card(card_token.strip()) if card_token is not None else None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            "wire.verify.kind", "This is neither a token nor a checkpoint: it is no text."
        ) from error
    if "\n\n— " in text:
        return _checkpoint(text, card)
    token = text.strip()
    kind = jws.type_of(token)
    if kind == jws.CARD:
        return _card(token, card)
    if kind in _MODELS:
        return _statement(jws.parse(token, typ=kind), card)
    raise BadInput("wire.verify.kind", f"Tokens of type {kind!r} are not kept as evidence.")


def _statement(unverified: Unverified, card: NodeCard | None) -> Finding:
    kind = unverified.typ.removeprefix("isthmus-").removesuffix("+jws")
    found: Details = (("signed under key", unverified.kid),)
    if card is None:
        statement = _MODELS[unverified.typ].from_bytes(unverified.payload)
        return Finding(
            kind, intact=True, signer=None, details=found + _describe(unverified, statement), problem=_NO_CARD
        )
    try:
        seal = card.certificate("seal")
        if unverified.kid != keys.thumbprint(seal):
            raise Refused(
                "wire.verify.other-key",
                f"It was signed under a key that the card of {card.id} does not name.",
            )
        # The signature before the content: a changed value is named as such, whatever else it breaks.
        jws.verify(unverified, seal.public_key())
        statement = _MODELS[unverified.typ].from_bytes(unverified.payload)
        found += _describe(unverified, statement)
        if statement.sender != card.id:
            raise Refused(
                "wire.verify.other-node", f"It speaks for {statement.sender}, but {card.id} signed it."
            )
        keys.check_chain(seal, card.root_certificate(), "seal", statement.issued)
        if isinstance(statement, Receipt):
            _verify_note(statement.checkpoint, card)
    except Refused as refused:
        return Finding(kind, intact=False, signer=None, details=found, problem=refused.message)
    return Finding(kind, intact=True, signer=card.id, details=found)


def _describe(unverified: Unverified, statement: Statement) -> Details:
    shared = (
        ("id", str(statement.id)),
        ("from", statement.sender),
        ("to", statement.receiver),
        ("stream", statement.stream),
        ("issued", to_text(statement.issued)),
    )
    if isinstance(statement, Record):
        return (
            *shared,
            ("seq", str(statement.seq)),
            ("type", f"{statement.type}/{statement.version}"),
            ("subject", statement.subject),
            ("agreement", str(statement.agreement or "none")),
            ("leaf", leaf_hash(unverified.token).hex()),
        )
    if isinstance(statement, Receipt):
        refused = [f"{v.seq} {v.code}" for v in statement.verdicts if v.status == "refused"]
        return (
            *shared,
            ("records", f"{statement.from_seq} to {statement.to_seq}"),
            ("accepted", str(len(statement.verdicts) - len(refused))),
            ("refused", ", ".join(refused) or "none"),
        )
    return (*shared, ("code", statement.code), ("reason", statement.reason))


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


def _verify_note(note: str, card: NodeCard) -> Checkpoint:
    origin = checkpoint.origin_of(card.id)
    log = card.certificate("log")
    head = checkpoint.verify_checkpoint(note, name=origin, public_key=log.public_key())
    if head.origin != origin:
        raise Refused(
            "wire.verify.other-log", f"The checkpoint is of the log {head.origin}, not of {origin}."
        )
    keys.check_chain(log, card.root_certificate(), "log", head.issued)
    return head


def _checkpoint(note: str, card: NodeCard | None) -> Finding:
    head = checkpoint.read_checkpoint(note)
    found = (
        ("log", head.origin),
        ("size", str(head.size)),
        ("root", head.root.hex()),
        ("issued", to_text(head.issued)),
    )
    if card is None:
        return Finding("checkpoint", intact=True, signer=None, details=found, problem=_NO_CARD)
    try:
        _verify_note(note, card)
    except Refused as refused:
        return Finding("checkpoint", intact=False, signer=None, details=found, problem=refused.message)
    return Finding("checkpoint", intact=True, signer=card.id, details=found)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(jws.MAX_TOKEN + 2)
    except FileNotFoundError as error:
        raise NotFound("wire.verify.no-file", f"There is no file {path}.") from error
    except OSError as error:
        raise Fault("wire.verify.unreadable", f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > jws.MAX_TOKEN + 1:
        raise BadInput("wire.verify.size", f"{path} is larger than any artefact that can be checked.")
    return data


def main(argv: Sequence[str] | None = None) -> int:
    """The command line. The finding goes to stdout, in words or with ``--json``; errors go to stderr."""
    parser = argparse.ArgumentParser(prog="isthmus verify", description="Check who signed an artefact.")
    parser.add_argument("file", type=Path, help="record, receipt, refusal, node card or checkpoint")
    parser.add_argument("--card", type=Path, help="node card of the node that should have signed it")
    parser.add_argument("--json", action="store_true", help="print the finding as JSON")
    options = parser.parse_args(argv)
    try:
        card = _read(options.card).decode("utf-8", errors="replace") if options.card else None
        finding = verify_artefact(_read(options.file), card)
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
