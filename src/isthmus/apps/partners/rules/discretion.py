"""What a text that crosses before an introduction must not tell: who wrote it, and how to reach them."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_FEWEST_DIGITS = 9
_SHORTEST_NAME = 4


class Gives(StrEnum):
    """What a text gives away."""

    NAME = "name"
    EMAIL = "email"
    ADDRESS = "address"
    PHONE = "phone"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_phone(text: str) -> bool:
    return text.startswith("+") or sum(sign.isdigit() for sign in text) >= _FEWEST_DIGITS


def gives_away(text: str, names: Iterable[str]) -> tuple[Gives, ...]:
    """What a text tells of its writers, who are called by these names; shorter names than four signs pass."""
    plain, found = _plain(text), []
    if any(len(name) >= _SHORTEST_NAME and name in plain for name in map(_plain, names)):
        found.append(Gives.NAME)
    if _EMAIL.search(text):
        found.append(Gives.EMAIL)
    if _ADDRESS.search(text):
        found.append(Gives.ADDRESS)
    if any(_is_phone(one[0]) for one in _NUMBER.finditer(text)):
        found.append(Gives.PHONE)
    return tuple(found)
