"""A certificate as an Open Badge 3.0, which is a W3C Verifiable Credential 2.0, signed as a JWT.

1EdTech, Open Badges Specification 3.0, 8.2: the payload is the credential with the registered claims beside
it, the header names the key by the address of its JWK. Signed with ES256 by the seal key of the node.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

from isthmus.kit import clock
from isthmus.wire import codec, jws, packing

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: the public address of the node, its id and name, and the organisation that attests."""

    url: str
    node: str
    name: str
    organisation: str


def urn(issuer: Issuer, number: str) -> str:
    """The name of a certificate among all; ends in its number."""
    return f"urn:isthmus:{issuer.node}:certificate:{number}"


def claims(statement: dict[str, Any], issuer: Issuer, number: str, issued: datetime) -> dict[str, Any]:
    """The credential about one person, of the whole statement of a certificate."""
    here, name = issuer.url.rstrip("/"), urn(issuer, number)
    told = [f"{one['title']} ({', '.join(one['speakers'])})" for one in statement["sessions"]]
    criteria = "Took part in these sessions: " + "; ".join(told) if told else "Took part in the workshop."
    return {
        "@context": list(CONTEXT),
        "id": name,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": statement["workshop"],
        "issuer": {"id": here, "type": ["Profile"], "name": issuer.organisation},
        "validFrom": clock.to_text(issued),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "name": statement["person"],
            "activityStartDate": f"{statement['first']}T00:00:00Z",
            "activityEndDate": f"{statement['last']}T00:00:00Z",
            "achievement": {
                "id": f"{here}/workshops/{statement['number']}",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": statement["workshop"],
                "description": statement["theme"] or statement["workshop"],
                "criteria": {"narrative": criteria},
            },
        },
        "credentialStatus": {"id": f"{here}/C/REVOKED.JSON", "type": "1EdTechRevocationList"},
        "iss": here,
        "jti": name,
        "nbf": int(issued.timestamp()),
        "sub": name,
    }


def sign(payload: dict[str, Any], *, key: EllipticCurvePrivateKey, kid: str, url: str) -> str:
    """The credential as a JWT; ``kid`` is the thumbprint of the key's certificate.

    Of the two signatures that ES256 allows it is the one that the wire reads: it has one spelling.
    """
    header: codec.Json = {"alg": "ES256", "kid": f"{url.rstrip('/')}/C/KEYS/{kid}", "typ": "JWT"}
    signed = packing.encode(codec.encode(header)) + b"." + packing.encode(codec.encode(payload))
    return b".".join((signed, packing.encode(jws.es256(signed, key)))).decode("ascii")


def jwk(key: EllipticCurvePublicKey, kid: str) -> dict[str, Any]:
    """The public key as a JWK (RFC 7517)."""
    from joserfc.jwk import ECKey

    return {**ECKey.import_key(key).as_dict(private=False), "kid": kid, "alg": "ES256", "use": "sig"}
