"""IATI: what we publish is valid by the published schema and breaks no rule of the published rulesets."""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from isthmus.apps.workshops.iati.formats.activity import write_activity
from isthmus.apps.workshops.iati.formats.rulesets import KINDS, Outcome, check
from tests.apps.workshops.iati.made import ACTIVITY

DATA = Path(os.environ.get("ISTHMUS_CONFORMANCE_DATA") or "/nonexistent") / "iati"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not (DATA / "rulesets").is_dir(),
        reason="ISTHMUS_CONFORMANCE_DATA names no folder with iati/rulesets in it",
    ),
]


def ruleset(name: str) -> dict[str, dict[str, dict[str, list[dict[str, object]]]]]:
    found: dict[str, dict[str, dict[str, list[dict[str, object]]]]] = json.loads(
        (DATA / "rulesets" / f"{name}.json").read_bytes()
    )
    return found


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(DATA / "iati-activities-schema.xsd"))


def test_it_is_valid_by_the_schema():
    assert schema().validate(etree.fromstring(write_activity(ACTIVITY)))


def test_the_schema_is_a_true_oracle():
    wrong = write_activity(ACTIVITY).replace(b'iso-date="2011-07-01"', b'iso-date="July"')
    assert not schema().validate(etree.fromstring(wrong))


@pytest.mark.parametrize("name", ["standard", "standard_py", "ti-fallbacks"])
def test_no_rule_is_broken(name: str):
    verdicts = check(write_activity(ACTIVITY), ruleset(name), now=NOW)
    assert [one for one in verdicts if one.outcome is Outcome.FAILS] == []
    assert Counter(one.outcome for one in verdicts)[Outcome.HOLDS] >= {"standard": 60}.get(name, 2)


def test_the_one_rule_that_is_not_evaluated_needs_the_registry():
    """Whether a prefix is an approved agency stands in a list on the net, and in no file here."""
    verdicts = check(write_activity(ACTIVITY), ruleset("standard"), now=NOW)
    assert [one.name for one in verdicts if one.outcome is Outcome.UNKNOWN] == ["1.14.8"]


@pytest.mark.parametrize("name", ["standard", "standard_py", "ti-fallbacks", "example", "dfid"])
def test_every_rule_of_every_ruleset_is_known_and_named(name: str):
    rules = ruleset(name)
    assert {kind for kinds in rules.values() for kind in kinds} <= KINDS
    verdicts = check(write_activity(ACTIVITY), rules, now=NOW)
    named = {one.name for one in verdicts}
    ids = {
        str(info["id"])
        for kinds in rules.values()
        for rule in kinds.values()
        for case in rule["cases"]
        if isinstance(info := case.get("ruleInfo"), dict)
    }
    assert ids <= named
    assert all(named)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (b"<iati-identifier>XI-EXAMPLE-1-INT-10-K05<", b"<iati-identifier>XI-EXAMPLE-1<", "1.1.3"),
        (b"<iati-identifier>XI-EXAMPLE-1-", b"<iati-identifier>OTHER-", "1.1.21"),
        (b'<sector code="43081" vocabulary="1" percentage="100"/>', b"", "6.2.2"),
        (b'<period-end iso-date="2011-12-31"/>', b'<period-end iso-date="2012-12-31"/>', "7.5.3"),
        (
            b'<transaction-date iso-date="2011-07-25"/>',
            b'<transaction-date iso-date="2031-01-01"/>',
            "11.2.1",
        ),
        (b'type="3" iso-date="2011-12-31"', b'type="3" iso-date="2010-12-31"', "11.1.2"),
        (b'percentage="100"/>\n    <sector', b'percentage="90"/>\n    <sector', "3.4.4"),
        (b' default-currency="USD"', b"", "7.8.1"),
    ],
)
def test_a_broken_rule_is_found(before: bytes, after: bytes, rule: str):
    wrong = write_activity(ACTIVITY)
    assert before in wrong
    wrong = wrong.replace(before, after)
    if rule == "7.8.1":
        wrong = wrong.replace(b' currency="USD"', b"")
    verdicts = check(wrong, ruleset("standard"), now=NOW)
    assert rule in {one.name for one in verdicts if one.outcome is Outcome.FAILS}
