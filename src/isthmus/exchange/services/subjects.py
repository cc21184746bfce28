"""Files about persons: encrypted under a key of that person's own, which goes to partners and is destroyed.

The key stands in no record and no log. Who destroys it has erased every copy of the files, those that
nobody can reach included.
"""

import io
import json
import os
from collections.abc import Sequence
from typing import BinaryIO

from cryptography.x509 import Certificate
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Attachment, AttachmentState, SubjectKey, Tombstone
from isthmus.exchange.services.attachments import arriving, leaving
from isthmus.exchange.services.attachments.keeping import chunks_of, keep
from isthmus.exchange.services.erasure.tombstones import erase
from isthmus.exchange.services.erasure.wiping import destroy_idle_keys, drop_unnamed
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, IsthmusError, NotFound, Refused
from isthmus.kit.ids import uuid7
from isthmus.kit.text import nfc
from isthmus.trust import keystore, vault
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.pairwise import encryption_key_of
from isthmus.wire.attachment import (
    MAX_BYTES,
    SUBJECT_KEY_BYTES,
    AttachmentRef,
    decrypt_for_subject,
    encrypt_for_subject,
)
from isthmus.wire.subject_key import SubjectKeyGrant, key_id_of, key_text, open_grant, seal_grant
from isthmus.wire.tombstone import Ground

LONGEST_SUBJECT = 200
MOST_KEYS = 2_000
"""Keys that one bundle carries."""


def encryption_of(partner: Partner) -> Certificate:
    """The partner's newest certificate that may be encrypted to now."""
    return keystore.parse_certificate(encryption_key_of(partner).certificate)


def _sealed(row: SubjectKey, subject: str, key: bytes) -> bytes:
    text = json.dumps({"subject": subject, "key": key.hex()}).encode("utf-8")
    return vault.seal(text, name=f"subject {row.pk}")


def _opened(row: SubjectKey) -> tuple[str, bytes]:
    """Subject and key; Conflict ``exchange.key-destroyed`` once it was destroyed."""
    if row.destroyed_at is not None:
        raise Conflict(
            "exchange.key-destroyed", _("The key of this person was destroyed: the file cannot be opened.")
        )
    value = json.loads(vault.unseal(bytes(row.sealed), name=f"subject {row.pk}"))
    return value["subject"], bytes.fromhex(value["key"])


def _checked(subject: str) -> str:
    text = nfc(subject.strip())
    if not 1 <= len(text) <= LONGEST_SUBJECT:
        raise BadInput(
            "exchange.subject",
            _("Name the person in 1 to %(most)d signs.") % {"most": LONGEST_SUBJECT},
            next_step=_("A number from the application's own register is better than a name."),
        )
    return text


@transaction.atomic
def _key_of(subject: str) -> SubjectKey:
    """The living key of a subject of this node, made at first use."""
    tag = vault.tag(subject)
    row = SubjectKey.objects.filter(origin=queries.me(), tag=tag, destroyed_at=None).first()
    if row is None:
        row = SubjectKey(uuid=uuid7(), origin=queries.me(), tag=tag, made_at=clock.now())
        row.sealed = _sealed(row, subject, os.urandom(SUBJECT_KEY_BYTES))
        row.save(force_insert=True)
    return row


@transaction.atomic
def keep_for_subject(
    file: BinaryIO, *, subject: str, name: str, media_type: str, actor: str
) -> AttachmentRef:
    """Encrypt a file about a person under that person's key and keep it; returns how a body names it.

    ``subject`` is how the application knows the person; it is stored sealed and goes to partners with the
    key. BadInput and Refused as ``attachments.keep``.
    """
    known = _checked(subject)
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    # Under the ledger, as erasing is: else the key could be destroyed between its choice and its first file.
    with open_ledger():
        row = _key_of(known)
        sealed = encrypt_for_subject(data, _opened(row)[1], subject=known)
        reference = keep(io.BytesIO(sealed), name=name, media_type=media_type, actor=actor)
        Attachment.objects.filter(sha256=reference.sha256, origin=queries.me()).update(subject_key=row)
    return reference


def read_file(row: Attachment) -> bytes:
    """A whole file as its reader opens it: decrypted where it is about a person.

    Conflict ``exchange.attachment-not-here`` while it is not whole or its key has not come, or
    ``exchange.key-destroyed``.
    """
    if row.state != AttachmentState.WHOLE:
        raise Conflict(
            "exchange.attachment-not-here",
            _("The file is not all here.") if row.state == AttachmentState.WANTED else _("It was erased."),
        )
    data = b"".join(chunks_of(row))
    if row.subject_key is None:
        return data
    subject, key = _opened(row.subject_key)
    return decrypt_for_subject(data, key, subject=subject)


def seal_for(partner: Partner, row: Attachment) -> str:
    """The key of an encrypted file, sealed for a partner to whom a record names it."""
    assert row.subject_key is not None, "only files about persons have a key"
    subject, key = _opened(row.subject_key)
    grant = SubjectKeyGrant(
        id=row.subject_key.pk,
        sender=queries.me(),
        receiver=partner.node_id,
        subject=subject,
        key=key_text(key),
        attachment=row.sha256,
        issued=clock.now(),
    )
    return seal_grant(grant, encryption_of(partner))


def keys_for_bundle(partner: Partner, *, last_seq: int) -> tuple[str, ...]:
    """The sealed keys of the encrypted files that are on their way to a partner."""
    rows = {
        naming.attachment.pk: naming.attachment for naming in leaving.to_carry(partner, last_seq=last_seq)
    }
    encrypted = [row for row in rows.values() if row.subject_key is not None][:MOST_KEYS]
    return tuple([seal_for(partner, row) for row in encrypted])


def take_key(partner: Partner, token: str) -> None:
    """Take the key of a file that a record of ``partner`` names; taken before, nothing changes.

    What was destroyed stays destroyed, and a file that was erased gets no key. A key is tried on its file as
    soon as that is whole; one that has opened none yet makes way for another. NotFound where no record names
    the file, Refused where the key does not open here, does not open its file, or is another than before.
    """
    own = keystore.own_key(KeyPurpose.ENCRYPTION, key_id_of(token))
    grant = open_grant(
        token,
        private_key=own.private_key,
        kid=own.kid,
        sender=partner.node_id,
        receiver=queries.me(),
    )
    wanted = arriving.wanted_from(partner, grant.attachment)
    with transaction.atomic(), open_ledger():
        _take(wanted, grant)


def _take(wanted: Attachment, grant: SubjectKeyGrant) -> None:
    file = Attachment.objects.select_for_update(of=("self",)).get(pk=wanted.pk)
    if file.state == AttachmentState.ERASED:
        return
    # The key of a lost file of this node's own comes back without a tag: no new file is encrypted under it.
    row, made = SubjectKey.objects.get_or_create(
        uuid=grant.id, defaults={"origin": file.origin, "made_at": clock.now(), "sealed": b""}
    )
    if row.origin != file.origin:
        raise Refused("exchange.subject-key", _("This key's id belongs to another node's key."))
    if row.destroyed_at is not None:
        return
    if not made and _opened(row) != (grant.subject, grant.key_bytes) and _has_opened(row):
        raise Refused("exchange.subject-key", _("The partner gave another key under the same id before."))
    if file.state == AttachmentState.WHOLE:
        decrypt_for_subject(b"".join(chunks_of(file)), grant.key_bytes, subject=grant.subject)
    row.sealed = _sealed(row, grant.subject, grant.key_bytes)
    row.save(update_fields=["sealed"])
    file.subject_key = row
    file.save(update_fields=["subject_key"])


def _has_opened(row: SubjectKey) -> bool:
    """Whether a key has shown that it is the right one: it was made here, or a whole file opened with it."""
    return bool(row.tag) or row.attachments.filter(state=AttachmentState.WHOLE).exists()


def opens(file: Attachment) -> bool:
    """Whether the key of a file, all of whose chunks are here, opens it; True for one without a key.

    A key that does not is taken from it, and forgotten where no other file has it.
    """
    row = file.subject_key
    if row is None or row.destroyed_at is not None:
        return True
    subject, key = _opened(row)
    try:
        decrypt_for_subject(b"".join(chunks_of(file)), key, subject=subject)
    except IsthmusError:
        Attachment.objects.filter(pk=file.pk).update(subject_key=None)
        file.subject_key = None
        if not row.tag and not row.attachments.exists():
            row.delete()
        return False
    return True


def take_keys(partner: Partner, tokens: Sequence[str]) -> list[str]:
    """Take the keys in a bundle; returns in words why one was not taken."""
    problems = []
    for token in tokens:
        try:
            take_key(partner, token)
        except NotFound:
            problems.append(_("It brings a key for a file that no accepted record names: read it again."))
        except IsthmusError as error:
            problems.append(str(error))
    return problems


def erase_subject(subject: str, *, ground: Ground, reason: str, actor: str) -> list[Tombstone]:
    """Erase every file about a person of this node and destroy the person's key, here and at the partners.

    NotFound ``exchange.no-subject`` where no living key is known for that name.
    """
    known = _checked(subject)
    with transaction.atomic(), open_ledger():
        keys = _keys_about(known)
        if not keys:
            raise NotFound(
                "exchange.no-subject",
                _("No file about this person was kept here, or the key was destroyed."),
                next_step=_("Write the name exactly as the application wrote it."),
            )
        held = Attachment.objects.filter(subject_key__in=keys)
        named = held.exclude(state=AttachmentState.ERASED).filter(namings__erased=False).distinct()
        digests = sorted(named.values_list("sha256", flat=True))
        made = erase(attachments=digests, ground=ground, reason=reason, actor=actor) if digests else []
        _drop_drafts(keys)
        for row in keys:
            audit.note(
                "exchange.subject-erased", actor=actor, subject=str(row.pk), detail={"files": len(digests)}
            )
    return made


def _keys_about(subject: str) -> list[SubjectKey]:
    """Every living key of this node about a person: the one in use, and those that came back."""
    living = SubjectKey.objects.filter(origin=queries.me(), destroyed_at=None)
    untagged = [row for row in living.filter(tag="") if _opened(row)[0] == subject]
    return [*living.filter(tag=vault.tag(subject)), *untagged]


def _drop_drafts(keys: Sequence[SubjectKey]) -> None:
    """Files about the person that no record names yet, and with the last of them the keys."""
    drop_unnamed(list(Attachment.objects.filter(subject_key__in=keys).values_list("pk", flat=True)))
    destroy_idle_keys({row.pk for row in keys})
