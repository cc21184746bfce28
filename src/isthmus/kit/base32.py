"""Base32 in Crockford's alphabet: no I, L, O or U, so that a code can be read from a bottle and typed."""

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CLASS: Final = "[0-9A-HJKMNP-TV-Z]"
"""The same as a class of a regular expression."""
BITS: Final = 5
_VALUES: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\t": None})


def written(number: int, signs: int) -> str:
    """``number`` in so many signs; ValueError where it does not fit."""
    if number < 0 or number >> (BITS * signs):
        raise ValueError(f"{number} does not fit into {signs} signs")
    return "".join(ALPHABET[number >> (BITS * place) & 31] for place in reversed(range(signs)))


def read(text: str) -> int:
    """The number that canonical signs write; ValueError for any other sign."""
    number = 0
    for sign in text:
        if sign not in _VALUES:
            raise ValueError(f"{sign!r} is no sign of this alphabet")
        number = number << BITS | _VALUES[sign]
    return number


def tidied(typed: str) -> str:
    """What a person typed, in canonical signs: capitals, no gaps, O as 0, I and L as 1.

    Other signs stay, for the reader to name.
    """
    return typed.upper().translate(_LOOKALIKES)


def drawn(signs: int) -> str:
    """So many signs by chance, five bits each; nobody guesses them."""
    return written(secrets.randbits(BITS * signs), signs)


def grouped(text: str) -> str:
    """Signs in groups of four, to read aloud and to type."""
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def of_bytes(data: bytes) -> str:
    """Bytes in as few signs as hold them all; the last sign is filled up with zero bits."""
    signs = -(-len(data) * 8 // BITS)
    return written(int.from_bytes(data, "big") << (signs * BITS - len(data) * 8), signs)


def to_bytes(text: str) -> bytes:
    """The bytes of ``of_bytes``; ValueError for any other spelling of them."""
    size = len(text) * BITS // 8
    data = (read(text) >> (len(text) * BITS - size * 8)).to_bytes(size, "big")
    if of_bytes(data) != text:
        raise ValueError("this is not the one spelling of these bytes")
    return data
