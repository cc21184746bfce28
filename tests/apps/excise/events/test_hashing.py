"""The hash of an event depends neither on spelling nor on order, nor on what only describes the record."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.events.rules.facts import bare, facts_of
from isthmus.apps.excise.events.rules.hashing import event_hash, moment, plain_number, pre_hash
from isthmus.apps.excise.events.rules.vocabulary import BUSINESS_STEP
from tests.apps.excise.events.conftest import LINK, PLACE, SGTIN, event

PREFIXES = {"my": "https://my.example/"}


def test_the_text_is_in_the_order_of_the_standard() -> None:
    said = event(**{"my:note": " 007 ", "comment": "left out", "rdfs:comment": "too"})
    assert pre_hash(said, PREFIXES) == (
        "eventType=ObjectEventeventTime=2026-07-22T04:45:00.000ZeventTimeZoneOffset=+02:00"
        f"epcListepc={LINK}action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        "disposition=https://ref.gs1.org/cbv/Disp-activereadPointid=https://id.gs1.org/414/4012345000016"
        "{https://my.example/}note=7"
    )


def test_two_spellings_of_one_event_have_one_hash() -> None:
    one = event(epcList=[SGTIN, "urn:epc:id:sgtin:4012345.011111.988"])
    two = dict(
        reversed(
            event(
                epcList=["https://shop.example/gtin/4012345111118/ser/988", LINK],
                eventTime="2026-07-22T04:45:00.0000Z",
                bizStep="https://ref.gs1.org/cbv/BizStep-commissioning",
                disposition="urn:epcglobal:cbv:disp:active",
                recordTime="2026-08-01T00:00:00Z",
                eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
                errorDeclaration={"declarationTime": "2026-08-01T00:00:00Z"},
            ).items()
        )
    )
    assert event_hash(one, {}) == event_hash(two, {})
    assert event_hash(one, {}) != event_hash(event(), {})
    assert event_hash(one, {}).startswith("ni:///sha-256;")


LOT = "urn:epc:class:lgtin:4012345.012345.L1"


def test_lists_are_wrapped_and_inner_extensions_stay_inside() -> None:
    text = pre_hash(
        event(
            epcList=[],
            action=None,
            bizStep=None,
            disposition=None,
            quantityList=[{"epcClass": LOT, "quantity": Decimal("2.50"), "uom": "LTR"}],
            readPoint={"my:door": True, "id": PLACE},
            bizLocation={"id": " "},
            sourceList=[],
            bizTransactionList=[{"bizTransaction": "urn:x:2"}, {"bizTransaction": "urn:x:1", "type": "po"}],
            **{"my:boxList": ["b", ["c"], {"my:e": "my:f"}], "my:empty": [], "my:blank": " "},
        ),
        PREFIXES,
    )
    my = "{https://my.example/}"
    assert text == (
        "eventType=ObjectEventeventTime=2026-07-22T04:45:00.000ZeventTimeZoneOffset=+02:00"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/04012345123456/10/L1quantity=2.5uom=LTR"
        f"readPointid=https://id.gs1.org/414/4012345000016{my}door=True"
        "bizTransactionListbizTransaction=urn:x:2type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:1"
        f"{my}blank{my}boxList{my}box=b{my}box=c{my}box{my}e=https://my.example/f"
    )


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-22T06:45:00+02:00", "2026-07-22T04:45:00.000Z"),
        ("2026-07-22t06:45:00.1234567z", "2026-07-22T06:45:00.123Z"),
        ("2026-12-31T23:59:59.9996Z", "2027-01-01T00:00:00.000Z"),
        ("2026-07-22T06:45:00.0025-14:00", "2026-07-22T20:45:00.002Z"),
    ],
)
def test_times_are_utc_in_thousandths(text: str, utc: str) -> None:
    assert moment(text) == utc


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_number_is_written_bare_and_is_the_same(number: Decimal) -> None:
    text = plain_number(number)
    assert Decimal(text) == number
    assert text == plain_number(Decimal(text + "0" if "." in text else text + ".0"))


def test_zero_has_one_spelling() -> None:
    assert {plain_number(Decimal(zero)) for zero in ("0", "-0", "0.00", "-0.0")} == {"0"}


def test_facts_are_what_lists_need() -> None:
    facts = facts_of(
        event(
            bizStep="cbv:BizStep-shipping",
            parentID="urn:epc:id:sscc:4012345.0000000333",
            quantityList=[{"epcClass": LINK, "quantity": Decimal("2.5"), "uom": "LTR"}, {"epcClass": LINK}],
            errorDeclaration={"declarationTime": "2026-08-01T00:00:00+02:00", "reason": "incorrect_data"},
        )
    )
    assert facts.biz_step == "shipping"
    assert facts.error_time is not None
    assert facts.error_time.isoformat() == "2026-07-31T22:00:00+00:00"
    assert [(item.part, item.uri, item.gtin, item.quantity, item.unit) for item in facts.items] == [
        ("parent", "https://id.gs1.org/00/040123450000003338", "", None, ""),
        ("item", LINK, "04012345111118", None, ""),
        ("item", LINK, "04012345111118", Decimal("2.5"), "LTR"),
        ("item", LINK, "04012345111118", None, ""),
    ]
    assert facts_of(event()).error_time is None
    assert bare(BUSINESS_STEP, "https://my.example/step") == "https://my.example/step"
