"""A secret that two nodes share without sending it: agreed from their encryption keys, for one purpose.

ECDH on P-256 (NIST SP 800-56A, static keys on both sides), then HKDF-SHA-256 (RFC 5869) over the shared x
coordinate, bound to the purpose and to both nodes. Another purpose or pair gives an unrelated secret.
"""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
_LABEL = "isthmus/pairwise/1"
_SEPARATOR = "\0"


def agree_on_secret(
    private_key: ec.EllipticCurvePrivateKey,
    public_key: ec.EllipticCurvePublicKey,
    *,
    nodes: tuple[str, str],
    purpose: str,
) -> bytes:
    """The 32 bytes that both nodes come to; which of them is named first makes no difference.

    ``private_key`` is one node's encryption key, ``public_key`` the other's. ValueError for a key on another
    curve, for a node paired with itself, or a purpose that is empty or holds a zero byte.
    """
    if not isinstance(private_key.curve, ec.SECP256R1) or not isinstance(public_key.curve, ec.SECP256R1):
        raise ValueError("a pairwise secret is agreed on P-256")
    if nodes[0] == nodes[1]:
        raise ValueError("a node shares no pairwise secret with itself")
    if not purpose or _SEPARATOR in purpose:
        raise ValueError("a pairwise secret has a purpose, without a zero byte")
    shared = private_key.exchange(ec.ECDH(), public_key)
    info = _SEPARATOR.join((_LABEL, purpose, *sorted(nodes))).encode("utf-8")
    return HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=info).derive(shared)
