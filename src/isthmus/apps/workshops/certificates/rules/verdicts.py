"""What can be said of a certificate that somebody shows, from what the issuing node knows."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The answers, the one that hides least first."""

    NO_CODE = "no-code"
    OTHER_NODE = "other-node"
    FORGED = "forged"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Known:
    """What is found out: whether it can be read, is this node's, is signed by it, in its book, or revoked."""

    readable: bool
    ours: bool = False
    signed: bool = False
    listed: bool = False
    revoked: bool = False


def verdict(known: Known) -> Verdict:
    """The first of these that holds."""
    if not known.readable:
        return Verdict.NO_CODE
    if not known.ours:
        return Verdict.OTHER_NODE
    if not known.signed:
        return Verdict.FORGED
    if not known.listed:
        return Verdict.UNKNOWN
    return Verdict.REVOKED if known.revoked else Verdict.GOOD
