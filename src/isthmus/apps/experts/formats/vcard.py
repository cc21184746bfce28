"""An expert as a vCard 4.0 (RFC 6350)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

_WIDTH = 75


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; empty where it says nothing. ``languages`` are tags, ``contact`` is by kind:
    ``email``, ``phone``, ``url``, ``address``.
    """

    uid: str
    name: str
    title: str = ""
    organisation: str = ""
    note: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    orcid: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    revised: datetime | None = None


def _text(value: str) -> str:
    """Escaped as section 3.4 says; a control character would end the line or the card."""
    plain = "".join(sign if sign >= " " or sign == "\n" else " " for sign in value.replace("\r\n", "\n"))
    for sign in "\\,;":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _address(value: str) -> str:
    """An address for a property of type URI: nothing in it may begin another line."""
    return "".join(sign for sign in value if sign > " ")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, cut between signs (section 3.2)."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > _WIDTH:
            yield part
            part = " "
        part += sign
    yield part


def _lines(card: Card) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:urn:isthmus:{_text(card.uid)}"
    yield f"FN:{_text(card.name)}"
    for name, value in (("TITLE", card.title), ("ORG", card.organisation), ("NOTE", card.note)):
        if value:
            yield f"{name}:{_text(value)}"
    if card.skills:
        yield f"CATEGORIES:{','.join(_text(one) for one in card.skills)}"
    for place, tag in enumerate(card.languages, start=1):
        yield f"LANG;PREF={place}:{_text(tag)}"
    if email := card.contact.get("email", ""):
        yield f"EMAIL:{_text(email)}"
    if phone := card.contact.get("phone", ""):
        yield f"TEL;VALUE=text:{_text(phone)}"
    if url := card.contact.get("url", ""):
        yield f"URL:{_address(url)}"
    if address := card.contact.get("address", ""):
        yield f"ADR:;;{_text(address)};;;;"
    if card.orcid:
        yield f"URL;TYPE=work:https://orcid.org/{card.orcid}"
    if card.revised is not None:
        yield f"REV:{card.revised:%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def write(card: Card) -> bytes:
    """The card in UTF-8, lines ended by CR and LF."""
    return "".join(f"{part}\r\n" for line in _lines(card) for part in _fold(line)).encode()
