"""A signed request: a short-lived token bound to one method, one address and one body.

It says who calls and that nobody changed the call on its way; what the call carries is signed by itself.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from isthmus.kit import clock, ids
from isthmus.kit.errors import Refused
from isthmus.wire import codec, jws
from isthmus.wire.codec import Json
from isthmus.wire.jws import Unverified
from isthmus.wire.model import Hash, NodeId, WireModel, WireTime, WireUuid
from isthmus.wire.sealing import PrivateKey

LIFETIME = timedelta(minutes=5)
LONGEST_LIFETIME = timedelta(hours=1)


class RequestClaim(WireModel):
    """Who (``issuer``) asks whom (``audience``) for what. ``target`` is the path with its query."""

    noun: ClassVar[str] = "request"

    issuer: Annotated[NodeId, Field(alias="iss")]
    audience: Annotated[NodeId, Field(alias="aud")]
    method: Literal["GET", "POST", "PUT", "DELETE"]
    target: Annotated[str, Field(pattern=r"^/[!-~]*$", max_length=2000)]
    body_sha256: Hash
    issued: WireTime
    expires: WireTime
    id: WireUuid

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not timedelta(0) < self.expires - self.issued <= LONGEST_LIFETIME:
            raise ValueError("expires must follow issued by an hour at most")
        return self


@lru_cache(maxsize=512)
def _checked_head(
    issuer: str, audience: str, method: str, target: str, lifetime: timedelta
) -> dict[str, Json]:
    """What is the same each time this is asked; checked once. BadInput where it cannot be asked."""
    head: dict[str, Json] = {"iss": issuer, "aud": audience, "method": method, "target": target}
    RequestClaim.from_json({**head, **_occasion(b"", datetime(2000, 1, 1, tzinfo=UTC), lifetime)})
    return head


def _occasion(body: bytes, now: datetime, lifetime: timedelta) -> dict[str, Json]:
    return {
        "body_sha256": sha256(body).hexdigest(),
        "issued": clock.to_text(now),
        "expires": clock.to_text(now + lifetime),
        "id": str(ids.uuid7()),
    }


def sign_request(
    *,
    issuer: str,
    audience: str,
    method: str,
    target: str,
    body: bytes,
    now: datetime,
    key: PrivateKey,
    kid: str,
    lifetime: timedelta = LIFETIME,
) -> str:
    """The token for one request; ``body`` is what is sent, empty for a GET.

    Raises BadInput ``wire.request.invalid``.
    """
    head = _checked_head(issuer, audience, method, target, lifetime)
    payload = codec.encode({**head, **_occasion(body, now, lifetime)})
    return jws.sign(payload, key=key, kid=kid, typ=jws.REQUEST)


def read_request(token: str) -> tuple[Unverified, RequestClaim]:
    """Read a request's token without checking its signature."""
    unverified = jws.parse(token, typ=jws.REQUEST)
    return unverified, RequestClaim.from_bytes(unverified.payload)


def check_request(
    claim: RequestClaim,
    *,
    audience: str,
    method: str,
    target: str,
    body: bytes,
    now: datetime,
    tolerance: timedelta,
) -> None:
    """Refused unless the claim is about exactly this request, at this time give or take ``tolerance``.

    Codes ``exchange.request.`` and one of: audience, method, target, body, early, expired.
    """
    for reason, expected, found in (
        ("audience", audience, claim.audience),
        ("method", method, claim.method),
        ("target", target, claim.target),
        ("body", sha256(body).hexdigest(), claim.body_sha256),
    ):
        if expected != found:
            raise Refused(
                f"exchange.request.{reason}",
                f"The request was signed for another {reason} than it came with.",
            )
    if now < claim.issued - tolerance:
        raise Refused(
            "exchange.request.early",
            f"The request is dated {clock.to_text(claim.issued)}, ahead of this node's clock.",
            next_step="Compare the clocks of both nodes.",
        )
    if now > claim.expires + tolerance:
        raise Refused(
            "exchange.request.expired",
            f"The request expired at {clock.to_text(claim.expires)}.",
            next_step="Sign the request again; compare the clocks of both nodes if this repeats.",
        )
