"""Check certificates about persons: the code on paper, the credential for machines, the signed PDF."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.wire import jws, keys, pdf_seal
from isthmus.wire.attestation import (
    Attestation,
    Short,
    check_attestation,
    read_attestation,
    signs_in,
)
from isthmus.wire.evidence import NO_CARD, Details, Finding, Witness
from isthmus.wire.held import Held

_YEAR_10000 = 253_402_300_800
NOT_LOOKED_UP = "not looked up; give the issuer's list with --revoked"


def standing(number: str, sender: str, held: Held) -> tuple[Details, str]:
    """What the lists that are held say of a number, and why it counts no more (empty where it does)."""
    lists = [one for one in held.revoked if one.sender == sender]
    for listed in lists:
        gone = listed.of(number)
        if gone is not None:
            return (), f"{sender} revoked it at {to_text(gone.at)} ({gone.ground})."
    if not lists:
        return (("revoked", NOT_LOOKED_UP),), ""
    newest = max(one.issued for one in lists)
    return (("revoked", f"no, by the list of {to_text(newest)}"),), ""


def told(body: Attestation) -> Details:
    """What an attestation says."""
    return (
        ("number", body.number),
        ("person", body.person),
        ("took part in", body.about),
        ("days", body.first if body.first == body.last else f"{body.first} to {body.last}"),
        ("sessions", str(body.parts)),
        ("from", body.sender),
        ("issued", to_text(body.issued)),
    )


def _signer(short: Short, witness: Witness) -> x509.Certificate:
    for kid, cert in witness.known.items():
        if short.is_of(kid) and keys.purpose_of(cert) == "seal":
            return cert
    raise Refused(
        "wire.verify.other-key", f"It was signed under a key that the card of {witness.node} does not name."
    )


def verify_attestation(text: str, held: Held) -> Finding:
    """The code of a certificate: whether it is unchanged, who signed it, and whether it was revoked."""
    short, body = read_attestation(text)
    found = told(body)
    witness = held.of_node(body.sender)
    if witness is None:
        if held.witnesses:
            problem = f"It speaks for {body.sender}, whose card was not given."
            return Finding("certificate", intact=False, signer=None, details=found, problem=problem)
        return Finding("certificate", intact=True, signer=None, details=found, problem=NO_CARD)
    try:
        cert = _signer(short, witness)
        check_attestation(short, cert)
        witness.check_seal(cert, body.issued)
    except Refused as refused:
        return Finding("certificate", intact=False, signer=None, details=(), problem=refused.message)
    more, gone = standing(body.number, body.sender, held)
    if gone:
        return Finding("certificate", intact=False, signer=None, details=found, problem=gone)
    return Finding("certificate", intact=True, signer=witness.node, details=(*found, *more))


@dataclass(frozen=True, slots=True)
class _Credential:
    """A credential taken apart; nobody has checked yet who signed it."""

    kid: str
    signed: bytes
    signature: bytes
    payload: dict[str, Any]


def is_credential(token: str) -> bool:
    """Whether a text is a JWT whose header says so, which a node's other tokens never do."""
    try:
        header = json.loads(jws.decode_segment(token.partition(".")[0].encode("ascii", "replace"), "header"))
    except (IsthmusError, ValueError):
        return False
    return isinstance(header, dict) and header.get("typ") == "JWT"


def _is_badge(payload: object) -> bool:
    """Whether a payload has what is read of an Open Badge, each in its type."""
    if not isinstance(payload, dict) or "OpenBadgeCredential" not in (payload.get("type") or ()):
        return False
    subject = payload.get("credentialSubject")
    return (
        isinstance(subject, dict)
        and isinstance(subject.get("achievement"), dict)
        and isinstance(payload.get("jti"), str)
        and isinstance(payload.get("nbf"), int)
        and 0 <= payload["nbf"] < _YEAR_10000
    )


def _read_credential(token: str) -> _Credential:
    parts = token.encode("ascii", "replace").split(b".")
    if len(parts) != 3 or len(token) > jws.MAX_TOKEN:
        raise BadInput("wire.jws.form", "This is not a token of three parts.")
    try:
        header = json.loads(jws.decode_segment(parts[0], "header"))
        payload = json.loads(jws.decode_segment(parts[1], "payload"))
    except ValueError as error:
        raise BadInput("wire.jws.form", "This credential is no JSON.") from error
    if header.get("alg") != "ES256" or header.keys() != {"alg", "kid", "typ"}:
        raise Refused("wire.jws.algorithm", "A credential has alg ES256, kid and typ in its header, no more.")
    if not _is_badge(payload):
        raise BadInput("wire.verify.kind", "This token is no certificate of attendance.")
    kid = str(header["kid"]).rpartition("/")[2]
    signature = jws.decode_segment(parts[2], "signature")
    return _Credential(kid, parts[0] + b"." + parts[1], signature, payload)


def verify_credential(token: str, held: Held) -> Finding:
    """An Open Badge (W3C credential as a JWT): unchanged, whose it is, and whether it was revoked.

    ``kid`` is the address of the key and ends in the thumbprint of its certificate.
    """
    read = _read_credential(token)
    payload = read.payload
    subject = payload["credentialSubject"]
    number = payload["jti"].rpartition(":")[2]
    found: Details = (
        ("number", number),
        ("person", str(subject.get("name", ""))),
        ("took part in", str(subject["achievement"].get("name", ""))),
        ("issued", str(payload.get("validFrom", ""))),
    )
    witness = held.of_key(read.kid)
    if witness is None:
        return Finding("credential", intact=True, signer=None, details=found, problem=NO_CARD)
    try:
        cert = witness.known.get(read.kid)
        if cert is None or keys.purpose_of(cert) != "seal":
            raise Refused(
                "wire.verify.other-key",
                f"It was signed under a key that the card of {witness.node} does not name.",
            )
        jws.check_es256(read.signature, read.signed, cert.public_key())
        witness.check_seal(cert, datetime.fromtimestamp(payload["nbf"], UTC))
    except Refused as refused:
        return Finding("credential", intact=False, signer=None, details=(), problem=refused.message)
    more, gone = standing(number, witness.node, held)
    if gone:
        return Finding("credential", intact=False, signer=None, details=found, problem=gone)
    return Finding("credential", intact=True, signer=witness.node, details=(*found, *more))


def verify_document(pdf: bytes, held: Held) -> Finding:
    """A signed PDF: no byte changed, whose it is, and whether the certificate it shows was revoked."""
    try:
        sealed = pdf_seal.read_seal(pdf)
    except Refused as refused:
        return Finding("document", intact=False, signer=None, details=(), problem=refused.message)
    kid = keys.thumbprint(sealed.certificate)
    found: Details = (("signed under key", kid), ("signed", to_text(sealed.at)))
    body = read_attestation(sealed.names)[1] if signs_in(sealed.names) else None
    if body is not None:
        found += told(body)
    witness = held.of_key(kid)
    if witness is None:
        return Finding("document", intact=True, signer=None, details=found, problem=NO_CARD)
    if witness.known.get(kid) != sealed.certificate:
        problem = f"It was signed under a key that the card of {witness.node} does not name."
        return Finding("document", intact=False, signer=None, details=found, problem=problem)
    try:
        witness.check_seal(sealed.certificate, sealed.at)
    except Refused as refused:
        return Finding("document", intact=False, signer=None, details=found, problem=refused.message)
    if body is not None:
        more, gone = standing(body.number, body.sender, held)
        found += more
        if gone:
            return Finding("document", intact=False, signer=None, details=found, problem=gone)
    return Finding("document", intact=True, signer=witness.node, details=found)
