"""One file of every artefact that ``isthmus verify`` reads, under the names that the guide calls them."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from isthmus.kit.clock import to_text
from isthmus.wire import keys
from isthmus.wire.attestation import Attestation, Revoked, digest_of, sign_attestation, sign_revoked
from isthmus.wire.cosignature import cosign, find_split_view
from isthmus.wire.file_statement import sign_file
from isthmus.wire.record import leaf_hash, sign_record
from isthmus.wire.revocation import sign_revocation
from tests.wire.samples import NOW, b64, cn, make_record, mm, p256
from tests.wire.test_countersignature import body as agreed
from tests.wire.test_verify_bundle import (
    BUNDLE,
    NOTE,
    READ,
    TOKENS,
    consistency,
    inclusion,
    mm_receipt,
    mm_refusal,
    note_over,
)

DAY = timedelta(days=1)
ROLLED, REVOKED = NOW + DAY, NOW + 2 * DAY
"""When mm's second seal took over from its first, and from when the second counts no more."""
PICTURE = bytes(range(256)) * 8
SECOND_KEY, THIRD_KEY = p256(71), p256(72)


def certificate(purpose: keys.Purpose, key: keys.PrivateKey, now=ROLLED):
    return keys.issue_certificate(purpose, key.public_key(), mm().root, mm().root_key, now=now, years=5)


SECOND, THIRD = certificate("seal", SECOND_KEY), certificate("seal", THIRD_KEY, REVOKED + DAY)


def signed(number: int = 1, key=None, cert=None, **changes) -> str:
    """A record of mm under its first seal, or under the one that is given."""
    members = {"seq": number, "prev": "ab" * 32 if number > 1 else "", **changes}
    return sign_record(make_record(**members), key or mm().seal_key, keys.thumbprint(cert or mm().seal))


def rollover(old, new, at=ROLLED, key=None, cert=None, purpose="seal", **changes) -> str:
    body = {
        "purpose": purpose,
        "old_kid": keys.thumbprint(old),
        "certificate": keys.to_pem(new),
        "effective_from": to_text(at),
    }
    told = {"type": "exchange.key-rollover", "issued": at, "body": body, **changes}
    return signed(7, key, cert, **told)


def revocation(cert, since=REVOKED, *, key=THIRD_KEY, by=THIRD, **changes) -> str:
    crl = sign_revocation(
        cert, mm().root, mm().root_key, revoked_from=since, ground="leaked", now=REVOKED + DAY
    )
    body = {
        "purpose": keys.purpose_of(cert),
        "kid": keys.thumbprint(cert),
        "revoked_from": to_text(since),
        "ground": "leaked",
        "reason": "A laptop was stolen.",
        "crl": crl,
        **changes.pop("body", {}),
    }
    told = {"type": "exchange.key-revocation", "issued": REVOKED + DAY, "body": body, **changes}
    return signed(9, key, by, **told)


def _photographed() -> str:
    ref = {
        "sha256": sha256(PICTURE).hexdigest(),
        "size": len(PICTURE),
        "media_type": "image/jpeg",
        "name": "seal of the container.jpg",
    }
    return signed(4, body={"goods": "rice", "photos": [ref]})


def _tombstone(leaf: str) -> str:
    body = {
        "leaves": [leaf],
        "attachments": [],
        "ground": "person",
        "reason": "The person concerned asked for it.",
        "issued": to_text(NOW),
    }
    return signed(5, type="exchange.tombstone", body=body)


def _countersigned() -> str:
    record = make_record(
        type="exchange.countersignature",
        sender="cn",
        receiver="mm",
        stream="cn>mm#1",
        issued=NOW + timedelta(hours=1),
        body=agreed(leaf=leaf_hash(TOKENS[0]).hex()),
    )
    return sign_record(record, cn().seal_key, cn().kid)


def _split() -> str:
    other, _ = note_over([*TOKENS[:2], signed(3, subject="Another history")])
    found = find_split_view(NOTE, other, public_key=mm().log_key.public_key())
    assert found is not None
    return found.to_bytes().decode()


def _proof() -> str:
    proof = inclusion(TOKENS, 0, READ)
    value = {name: found for name, found in proof.to_json().items() if name != "kind"}
    return json.dumps({**value, "root": "00", "checkpoint": NOTE})


def _growth() -> str:
    value = consistency(TOKENS, 2, READ).to_json()
    return json.dumps({**value, "checkpoint": NOTE})


def _altered(token: str) -> str:
    header, payload, signature = token.split(".")
    other = make_record(subject="MM-2026-000002")
    assert payload != b64(other.to_bytes())
    return f"{header}.{b64(other.to_bytes())}.{signature}"


def _attested() -> str:
    body = Attestation(
        sender="mm",
        number="0123456789ABCDEF",
        person="Sample Delegate",
        about="Sample workshop",
        first="2026-11-22",
        last="2026-11-23",
        issued=NOW,
        parts=1,
        digest=digest_of({}),
    )
    return sign_attestation(body, key=mm().seal_key, cert=mm().seal)


def write_all(folder: Path) -> None:
    """Write every file into the folder; two fictitious nodes, mm and cn, have signed them."""
    new_card = mm().card(seal=keys.to_pem(SECOND), issued=ROLLED)
    from isthmus.wire.card import sign_card

    gone = leaf_hash(TOKENS[1]).hex()
    texts = {
        "mm.card": mm().card_token(),
        "cn.card": cn().card_token(),
        "mm-new.card": sign_card(new_card, SECOND_KEY),
        "record.jws": TOKENS[0],
        "altered.jws": _altered(TOKENS[0]),
        "receipt.jws": mm_receipt(),
        "refusal.jws": mm_refusal(),
        "checkpoint.note": NOTE,
        "cosigned.note": cosign(NOTE, name="isthmus/cn", key=cn().log_key, at=NOW),
        "proof.json": _proof(),
        "growth.json": _growth(),
        "photographed.jws": _photographed(),
        "place.json": json.dumps({"stream": "mm>cn#1", "seq": 2, "leaf": gone}),
        "leaf.txt": gone,
        "tombstone.jws": _tombstone(gone),
        "pair.jws": f"{TOKENS[0]}\n{_countersigned()}",
        "rollover.jws": rollover(mm().seal, SECOND),
        "later.jws": signed(8, SECOND_KEY, SECOND, issued=ROLLED + timedelta(hours=1)),
        "late.jws": signed(8, subject="Too late", issued=ROLLED + timedelta(hours=1)),
        "second-rollover.jws": rollover(SECOND, THIRD, REVOKED + DAY, SECOND_KEY, SECOND),
        "revocation.jws": revocation(SECOND),
        "forged.jws": signed(10, SECOND_KEY, SECOND, issued=REVOKED + timedelta(hours=1)),
        "retired-seal.pem": keys.to_pem(mm().seal),
        "split-view.json": _split(),
        "report.pdf.sig": sign_file(
            PICTURE,
            sender="mm",
            name="report.pdf",
            media_type="application/pdf",
            issued=NOW,
            key=mm().seal_key,
            kid=keys.thumbprint(mm().seal),
        ),
        "attestation.txt": f"HTTPS://MM.EXAMPLE.ORG/C/{_attested()}",
        "revoked.jws": sign_revoked(
            "mm",
            (Revoked(number="0123456789ABCDEF", at=NOW, ground="replaced"),),
            issued=NOW,
            key=mm().seal_key,
            cert=mm().seal,
        ),
        "passphrase": "secret",
    }
    for name, text in texts.items():
        end = "" if name.endswith(".note") else "\n"
        (folder / name).write_text(text + end, encoding="utf-8")
    (folder / "stick.isb").write_bytes(BUNDLE)
    (folder / "photo.jpg").write_bytes(PICTURE)
    (folder / "report.pdf").write_bytes(PICTURE)
    (folder / "encryption.pem").write_bytes(keys.seal_private_key(cn().encryption_key, b"secret"))
