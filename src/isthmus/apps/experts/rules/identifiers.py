"""ORCID identifiers and their check character."""

import re

EXAMPLE = "0000-0002-1825-0097"
"""The one that ORCID itself gives as an example."""
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])")


class MistypedOrcid(ValueError):
    """Sixteen signs whose last does not fit the others."""


def check_character(digits: str) -> str:
    """The last character of an ORCID iD from its first fifteen digits (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def orcid(text: str) -> str:
    """The identifier as ``0000-0002-1825-0097``; ValueError where it is none, ``MistypedOrcid`` where its
    check does not hold.
    """
    found = _ORCID.fullmatch(text.strip())
    if found is None or not text.isascii():
        raise ValueError(f"an ORCID has sixteen digits, such as {EXAMPLE}")
    whole = "".join(found.groups()).upper()
    if check_character(whole[:15]) != whole[15]:
        raise MistypedOrcid("the last sign of this ORCID does not fit the others: one is mistyped")
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))
