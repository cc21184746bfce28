"""Signing the file of a paper by this node; the signature stands beside it."""

from django.conf import settings

from isthmus.accounts import audit
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.ui.papers import files as papers
from isthmus.wire import file_statement


def signed(content: bytes, *, name: str, kind: str, event: str, actor: str) -> str:
    """This node's signature of a file, as a text that ``isthmus verify FILE --named-by`` reads.

    ``kind`` is one of ``papers.KINDS``, ``event`` what the audit trail calls it.
    """
    moment = clock.now()
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    token = file_statement.sign_file(
        content,
        sender=settings.ISTHMUS.node_id,
        name=name,
        media_type=papers.KINDS[kind],
        issued=moment,
        key=seal.private_key,
        kid=seal.kid,
    )
    audit.note(event, actor=actor, subject=name)
    return token
