"""Pay-as-you-go tokens: nine digits that a family types into its system, which counts the days by itself.

OpenPAYGO Token, specification 2.3 (EnAccess): a chain of hashes under the device's key. Each token says its
value in the last three digits, hidden by the chain's beginning, and its place in the chain by the others.
Even places add days, odd ones set them, open the system for good, or bring its count in step.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from isthmus.apps.solar.payment.rules.siphash import siphash_2_4

MOST_VALUE = 995
_OPEN, _IN_STEP = 998, 999
_BASE = 1000
_DIGITS, _FEW_DIGITS, _FEW = 9, 15, 4
_MOST_CODE = 999_999_999
_OVER = 73_741_825
"""Taken off a number of 30 bits that has ten digits."""
AHEAD = 64
"""How many places after its last one a device looks for a token."""
MOST_COUNT = 20_000
"""A token a day for 27 years; the chain is walked from its beginning each time."""


class Kind(Enum):
    """What a token does."""

    ADD = "add"
    SET = "set"
    OPEN = "open"
    IN_STEP = "in-step"


@dataclass(frozen=True, slots=True)
class Chain:
    """What a device and its lender both know: a key of 16 bytes, and the code that the chain begins with."""

    key: bytes
    start: int

    def __post_init__(self) -> None:
        if len(self.key) != 16:
            raise ValueError(f"a key has 16 bytes, not {len(self.key)}")
        if not 0 <= self.start <= _MOST_CODE:
            raise ValueError("a starting code has at most nine digits")

    def codes(self, base: int) -> Iterator[int]:
        """The codes of the chain with these last three digits, from place 0 on."""
        code = _with_base(self.start, base)
        while True:
            yield _with_base(code, base)
            code = _code_of(siphash_2_4(self.key, code.to_bytes(4, "big") * 2))


@dataclass(frozen=True, slots=True)
class Token:
    """A token's digits, its place in the chain, what it does and its value (0 where it has none)."""

    digits: str
    count: int
    kind: Kind
    value: int


def chain_of(key: bytes) -> Chain:
    """The chain of a device whose starting code comes from its key, as the standard has it."""
    return Chain(key, _code_of(siphash_2_4(key, key)))


def issue(chain: Chain, count: int, kind: Kind, value: int = 0) -> Token:
    """The next token after ``count``, the place of the last one that was made.

    ``value`` is what the device counts in, mostly days, 0 to 995; a token that opens or brings in step has
    none. ValueError for another value or count.
    """
    if not 0 <= count <= MOST_COUNT:
        raise ValueError(f"a count is from 0 to {MOST_COUNT}")
    if kind in (Kind.OPEN, Kind.IN_STEP):
        if value:
            raise ValueError("this token carries no value")
        told = _OPEN if kind is Kind.OPEN else _IN_STEP
    elif 0 <= value <= MOST_VALUE:
        told = value
    else:
        raise ValueError(f"a token carries at most {MOST_VALUE}")
    is_odd = kind is not Kind.ADD
    place = count + (2 if count % 2 == is_odd else 1)
    base = (chain.start % _BASE + told) % _BASE
    code = next(code for at, code in enumerate(chain.codes(base)) if at == place)
    return Token(f"{code:0{_DIGITS}d}", place, kind, value)


def recognised(chain: Chain, digits: str, most: int) -> Token | None:
    """Which token of the chain, up to place ``most``, has these nine digits; None where none has."""
    code = int(digits)
    base = code % _BASE
    told = (base - chain.start % _BASE) % _BASE
    for place, found in zip(range(most + 1), chain.codes(base), strict=False):
        if found == code and place:
            kind = _kind_at(place, told)
            return Token(digits, place, kind, told if kind in (Kind.ADD, Kind.SET) else 0)
    return None


def on_four_keys(digits: str) -> str:
    """The same token for a system whose keys are 1 to 4: fifteen digits, two bits each."""
    code = int(digits)
    return "".join(str((code >> 2 * (_FEW_DIGITS - 1 - place)) % _FEW + 1) for place in range(_FEW_DIGITS))


def from_four_keys(keys: str) -> str:
    """The nine digits of a token of fifteen. ValueError for other keys than 1 to 4, and another length."""
    if len(keys) != _FEW_DIGITS or not set(keys) <= set("1234"):
        raise ValueError("such a token is fifteen digits from 1 to 4")
    code = 0
    for key in keys:
        code = code * _FEW + int(key) - 1
    return f"{code:0{_DIGITS}d}"


def _kind_at(place: int, told: int) -> Kind:
    if place % 2 == 0:
        return Kind.ADD
    return {_OPEN: Kind.OPEN, _IN_STEP: Kind.IN_STEP}.get(told, Kind.SET)


def _with_base(code: int, base: int) -> int:
    return code - code % _BASE + base


def _code_of(found: int) -> int:
    code = ((found >> 32) ^ (found & 0xFFFFFFFF)) >> 2
    return code - _OVER if code > _MOST_CODE else code
