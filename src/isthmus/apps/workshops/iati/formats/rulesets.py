"""A checker of IATI rulesets: files of JSON that say what no XML schema can.

Each rule is looked at in each place that its context names, and every verdict is named, so that nobody takes
a rule that was passed over for one that holds. Source: the IATI ruleset specification, versions 1 and 2
(``cases`` with ``paths``, ``condition``, ``idCondition`` and ``ruleInfo``). Dates are compared as days.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, cast

from lxml import etree

Case = Mapping[str, Any]


class Outcome(StrEnum):
    """What came of a rule."""

    HOLDS = "holds"
    FAILS = "fails"
    NO_PLACE = "no such place"
    UNKNOWN = "not evaluated"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule in one place of its context. ``name`` is its number, or its kind with its paths."""

    name: str
    context: str
    outcome: Outcome
    severity: str
    message: str


class _Unknown(Exception):
    """A rule that needs a list which nobody gave."""


def _found(place: "etree._Element", path: str) -> list[Any]:
    found = place.xpath(path)
    return found if isinstance(found, list) else [found]


def _texts(place: "etree._Element", paths: Sequence[str]) -> list[str]:
    found = [one for path in paths for one in _found(place, path)]
    return [(one.text or "") if etree.iselement(one) else str(one) for one in found]


def _counted(place: "etree._Element", paths: Sequence[str]) -> int:
    return sum(len(_found(place, path)) for path in paths)


def _true(place: "etree._Element", expression: str) -> bool:
    return bool(place.xpath(f"boolean({expression})"))


def _days(place: "etree._Element", path: str, now: datetime) -> list[date]:
    if path == "NOW":
        return [now.date()]
    return [date.fromisoformat(text[:10]) for text in _texts(place, [path])]


def _numbers(place: "etree._Element", paths: Sequence[str]) -> list[Decimal]:
    return [Decimal(text) for text in _texts(place, paths)]


def _sum(place: "etree._Element", case: Case, _now: datetime) -> bool:
    found = _numbers(place, case["paths"])
    return not found or sum(found) == Decimal(str(case["sum"]))


def _date_order(place: "etree._Element", case: Case, now: datetime) -> bool:
    less, more = _days(place, case["less"], now), _days(place, case["more"], now)
    return not less or not more or max(less) <= min(more)


def _time_limit(place: "etree._Element", case: Case, now: datetime) -> bool:
    pairs = zip(_days(place, case["start"], now), _days(place, case["end"], now), strict=True)
    return all((last - first).days <= 366 for first, last in pairs)


def _between(place: "etree._Element", case: Case, now: datetime) -> bool:
    first, last = _days(place, case["start"], now), _days(place, case["end"], now)
    return all(min(first) <= day <= max(last) for day in _days(place, case["date"], now))


_ALL = {
    "lang": ("descendant::narrative", "@xml:lang"),
    "sector": ("transaction", "sector"),
    "currency": ("descendant::value", "@currency"),
}


def _one_or_all(place: "etree._Element", case: Case, _now: datetime) -> bool:
    if _found(place, case["one"]):
        return True
    every, wanted = _ALL[case["all"]]
    having = [bool(_found(one, wanted)) for one in _found(place, every)]
    return all(having) or (case["all"] == "sector" and not any(having))


def _only_one_of(place: "etree._Element", case: Case, _now: datetime) -> bool:
    return not (_counted(place, case["excluded"]) and _counted(place, case["paths"]))


def _startswith(place: "etree._Element", case: Case, _now: datetime) -> bool:
    starts: list[str] = case["prefix"] if "prefix" in case else [case["start"]]
    if starts == ["ORG-ID-PREFIX"]:
        raise _Unknown
    known = [f"{one}{case.get('separator', '')}" for one in _texts(place, starts)]
    return all(any(text.startswith(one) for one in known) for text in _texts(place, case["paths"]))


def _in_range(place: "etree._Element", case: Case, _now: datetime) -> bool:
    least, most = Decimal(str(case["min"])), Decimal(str(case["max"]))
    return all(least <= one <= most for one in _numbers(place, case["paths"]))


def _unique(place: "etree._Element", case: Case, _now: datetime) -> bool:
    texts = _texts(place, case["paths"])
    return len(set(texts)) == len(texts)


_RULES: dict[str, Callable[[Any, Case, datetime], bool]] = {
    "atleast_one": lambda place, case, _now: (
        any(text.strip() for text in _texts(place, case["paths"]))
        or any(etree.iselement(one) for path in case["paths"] for one in _found(place, path))
    ),
    "dependent": lambda place, case, _now: len({bool(_found(place, path)) for path in case["paths"]}) == 1,
    "no_more_than_one": lambda place, case, _now: _counted(place, case["paths"]) <= 1,
    "regex_matches": lambda place, case, _now: all(
        re.search(case["regex"], text) for text in _texts(place, case["paths"])
    ),
    "regex_no_matches": lambda place, case, _now: (
        not any(re.search(case["regex"], text) for text in _texts(place, case["paths"]))
    ),
    "startswith": _startswith,
    "unique": _unique,
    "date_order": _date_order,
    "date_now": lambda place, case, now: all(
        datetime.fromisoformat(text).replace(tzinfo=UTC) <= now for text in _texts(place, [case["date"]])
    ),
    "no_spaces": lambda place, case, _now: all(text == text.strip() for text in _texts(place, case["paths"])),
    "sum": _sum,
    "strict_sum": _sum,
    "range": _in_range,
    "if_then": lambda place, case, _now: not _true(place, case["if"]) or _true(place, case["then"]),
    "one_or_all": _one_or_all,
    "only_one_of": _only_one_of,
    "time_limit": _time_limit,
    "between_dates": _between,
}
KINDS = frozenset({*_RULES, "loop"})
"""The kinds of rules that this checker knows."""


def _put(value: Any, found: str) -> Any:  # noqa: ANN401  any part of a rule
    if isinstance(value, str):
        return value.replace("$1", found)
    if isinstance(value, list):
        return [_put(one, found) for one in value]
    if isinstance(value, dict):
        return {key: _put(one, found) for key, one in value.items()}
    return value


def _named(kind: str, case: Case) -> str:
    info = case.get("ruleInfo", {})
    if "id" in info:
        return str(info["id"])
    said = case.get("paths") or [case[key] for key in ("one", "date", "less", "start", "if") if key in case]
    return f"{kind} {', '.join(said)}"


def _judge(place: "etree._Element", kind: str, case: Case, now: datetime) -> Outcome:
    try:
        if "condition" in case and not _true(place, case["condition"]):
            return Outcome.HOLDS
        return Outcome.HOLDS if _RULES[kind](place, case, now) else Outcome.FAILS
    except (_Unknown, KeyError):
        return Outcome.UNKNOWN
    except (InvalidOperation, ValueError):
        return Outcome.FAILS


def _cases(place: "etree._Element", kind: str, case: Case) -> Iterator[tuple[str, Case]]:
    """The case itself; of a loop, each of its cases for each value that it runs over."""
    if kind != "loop":
        yield kind, case
        return
    values = sorted(set(_texts(place, [case["foreach"]])))
    for inner, rule in case["do"].items():
        for one in rule["cases"]:
            for value in values or [""]:
                yield inner, _put(one, value)


def check(document: bytes, ruleset: Mapping[str, Any], *, now: datetime) -> tuple[Verdict, ...]:
    """Every rule of a ruleset on a document, in the ruleset's order; none is left out."""
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    tree = root.getroottree()
    found = []
    for context, rules in ruleset.items():
        places = cast("list[Any]", tree.xpath(context))
        for kind, rule in rules.items():
            for case in rule["cases"]:
                for place in places or [root]:
                    for inner, one in _cases(place, kind, case):
                        outcome = _judge(place, inner, one, now) if places else Outcome.NO_PLACE
                        info = one.get("ruleInfo", {})
                        found.append(
                            Verdict(
                                _named(inner, one),
                                context,
                                outcome,
                                info.get("severity", "error"),
                                info.get("message", ""),
                            )
                        )
    return tuple(dict.fromkeys(found))
