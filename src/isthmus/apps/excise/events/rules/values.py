"""What a single value of an event must be, each check saying what is wrong and what to write instead."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from isthmus.apps.excise.events.rules.identifiers import is_malformed
from isthmus.apps.excise.events.rules.vocabulary import PREFIXES, Vocabulary

MOST_FAULTS = 100
"""Faults that one document is told; the rest would say the same."""
LONGEST_URI = 2048
_SHOWN = 60
_FEW = 8

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,12})?"
    r"([Zz]|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)",
    re.ASCII,
)
_OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)", re.ASCII)
_CURIE = re.compile(r"(cbv|gs1):(?:[A-Za-z]+-)?([A-Za-z_]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class EventFault:
    """One fault: the number of its event (None: the document), the field, what is wrong, what to write.

    ``given`` is what stands there, cut short; ``expected`` names what would do, in the terms of the standard.
    """

    event: int | None
    field: str
    code: str
    given: str = ""
    expected: str = ""


@dataclass(slots=True)
class Report:
    """What checking has found so far, and the prefixes that the document's context declares."""

    prefixes: frozenset[str] = PREFIXES
    event: int | None = None
    faults: list[EventFault] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether enough faults were found to stop."""
        return len(self.faults) >= MOST_FAULTS

    def say(self, where: str, code: str, given: object = "", expected: str = "") -> None:
        """Note one fault, unless there are enough."""
        if not self.full:
            self.faults.append(EventFault(self.event, where, code, shown(given), expected))


Check = Callable[[Any, str, Report], None]


def shown(given: object) -> str:
    """A value as a message shows it: short, whatever it was."""
    if isinstance(given, Mapping | list):
        return ""
    text = str(given)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def is_uri(text: object) -> bool:
    """Whether a value is a URI (RFC 3986) of at most ``LONGEST_URI`` characters."""
    return isinstance(text, str) and len(text) <= LONGEST_URI and _URI.fullmatch(text) is not None


def text(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """Any text."""
    if not isinstance(value, str):
        report.say(where, "not-text", value)


def boolean(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """True or false."""
    if not isinstance(value, bool):
        report.say(where, "not-true-or-false", value)


def number(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        report.say(where, "not-a-number", value)


def amount(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """A quantity: a number above nothing (EPCIS 2.0, section 7.3.3.3)."""
    number(value, where, report)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value <= 0:
        report.say(where, "not-positive", value)


def uri(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """A URI; one that says it is an EPC has to be one."""
    if not isinstance(value, str) or not is_uri(value):
        report.say(where, "not-a-uri", value)
    elif is_malformed(value):
        report.say(where, "not-an-epc", value)


def moment(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """A time with its zone (RFC 3339), of a day that there is."""
    if isinstance(value, str) and (found := _MOMENT.fullmatch(value)):
        try:
            when = datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00")
        except ValueError:
            when = None
        if when is not None and 1 < when.year < 9999:
            return
    report.say(where, "not-a-time", value, "2026-07-22T06:45:00+02:00")


def pattern(form: str, code: str, expected: str) -> Check:
    """A text of one form."""
    compiled = re.compile(form, re.ASCII)

    def check(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
        if not isinstance(value, str) or not compiled.fullmatch(value):
            report.say(where, code, value, expected)

    return check


offset = pattern(_OFFSET.pattern, "not-an-offset", "+02:00")
unit = pattern("[A-Z0-9]{2,3}", "not-a-unit", "LTR, CLT, KGM")
hexadecimal = pattern("[0-9A-Fa-f]+", "not-hexadecimal", "f0f0")
version = pattern(r"2(\.[0-9]{1,4}){1,3}", "not-version-2", "2.0")


def one_of(words: Vocabulary, *, closed: bool = False) -> Check:
    """A word of a vocabulary or, unless ``closed``, a URI that is not one of GS1's own."""

    def check(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
        if isinstance(value, str):
            if value in words.words:
                return
            if not closed and is_uri(value) and _may_stand(value, words, report.prefixes):
                return
        report.say(where, "not-closed-word" if closed else "not-a-word", value, _nearest(value, words))

    return check


def _may_stand(value: str, words: Vocabulary, prefixes: frozenset[str]) -> bool:
    """An own term is a URI; GS1's are written bare, or by a web address of which the word is in the list."""
    if curie := _CURIE.fullmatch(value):
        return curie[2] in words.words
    if value.startswith(words.base):
        return value.removeprefix(words.base) in words.words
    if value.startswith(("urn:epcglobal:cbv:", "https://ref.gs1.org/", "https://gs1.org/voc/")):
        return False
    if value.startswith(("http://ns.gs1.org/", "https://ns.gs1.org/")):
        return False
    scheme = value.split(":", 1)[0]
    return scheme in prefixes or scheme.lower() in {"http", "https", "urn", "example", "tag", "ni"}


def _nearest(value: object, words: Vocabulary) -> str:
    tail = re.split(r"[:/-]", value)[-1] if isinstance(value, str) and len(value) <= LONGEST_URI else ""
    close = get_close_matches(tail, sorted(words.words), n=3, cutoff=0.5)
    found: Sequence[str] = sorted(words.words) if len(words.words) <= _FEW else close or sorted(words.words)
    return ", ".join(found[:_FEW]) + (", …" if len(found) > _FEW else "")


def list_of(check: Check, *, least: int = 0, once: bool = False) -> Check:
    """A list, each item checked, with at least ``least`` items, each item once if ``once``."""

    def checked(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
        if not isinstance(value, list):
            report.say(where, "not-a-list", value)
            return
        if len(value) < least:
            report.say(where, "empty")
        if once and len({item for item in value if isinstance(item, str)}) != len(value):
            twice = next((item for place, item in enumerate(value) if item in value[:place]), None)
            if twice is not None:
                report.say(where, "twice", twice)
        for place, item in enumerate(value):
            if report.full:
                return
            check(item, f"{where}[{place}]", report)

    return checked
