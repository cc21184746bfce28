"""What a draft must say beyond its schema: each condition holds alone and is named alone."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.remarking import _SAID, warnings_about
from isthmus.apps.excise.movements.rules.drafts import Facts, Goods, Lack, Remark, remarks
from tests.apps.excise.movements.made import draft, header, messages

WINE = Goods(1, "W200", Decimal(1400), Decimal(905), Decimal("12.5"))
SOUND = Facts(
    "1", "1", "D20", "3", (WINE,), has_consignee=True, has_delivery_place=True, has_dispatch_warehouse=True
)


def test_a_sound_draft_has_no_remark():
    assert remarks(SOUND) == ()


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"has_consignee": False}, Lack.CONSIGNEE),
        ({"has_delivery_place": False}, Lack.DELIVERY_PLACE),
        ({"destination": "4", "has_delivery_place": False}, Lack.DELIVERY_PLACE),
        ({"destination": "6"}, Lack.EXPORT_OFFICE),
        ({"destination": "5"}, Lack.EXEMPTION),
        ({"has_dispatch_warehouse": False}, Lack.DISPATCH_WAREHOUSE),
        ({"origin": "2"}, Lack.IMPORT_OFFICE),
        ({"journey": "D36"}, Lack.JOURNEY),
        ({"journey": "D00"}, Lack.NO_TIME),
        ({"mode": "9"}, Lack.MODE),
    ],
)
def test_each_condition_of_the_whole_is_named(changes: dict[str, Any], lack: Lack):
    assert remarks(dataclasses.replace(SOUND, **changes)) == (Remark(lack),)


@pytest.mark.parametrize(
    "changes",
    [
        {"destination": "8", "has_consignee": False, "has_delivery_place": False},
        {"destination": "2", "has_delivery_place": False},
        {"destination": "6", "has_export_office": True},
        {"destination": "5", "has_exemption": True},
        {"origin": "2", "has_import_office": True, "has_dispatch_warehouse": False},
        {"origin": "3", "has_dispatch_warehouse": False},
        {"journey": "D35"},
    ],
)
def test_what_another_code_does_not_need_is_not_asked_for(changes: dict[str, Any]):
    assert remarks(dataclasses.replace(SOUND, **changes)) == ()


@pytest.mark.parametrize(
    ("goods", "found"),
    [
        ((dataclasses.replace(WINE, abv=None),), [(Lack.STRENGTH, 1)]),
        ((dataclasses.replace(WINE, abv=Decimal("100.01")),), [(Lack.TOO_STRONG, 1)]),
        ((dataclasses.replace(WINE, net_kg=Decimal("1400.1")),), [(Lack.MASS, 1)]),
        ((dataclasses.replace(WINE, product="E410", abv=None),), [(Lack.DENSITY, 1)]),
        ((dataclasses.replace(WINE, product="E410", abv=None, density=Decimal(800)),), []),
        ((dataclasses.replace(WINE, product="T200", abv=None),), []),
        ((WINE, WINE), [(Lack.NUMBER, 1), (Lack.NUMBER, 1)]),
        ((WINE, dataclasses.replace(WINE, number=2, abv=None)), [(Lack.STRENGTH, 2)]),
    ],
)
def test_each_condition_of_a_line_is_named_with_its_line(
    goods: tuple[Goods, ...], found: list[tuple[Lack, int]]
):
    said = remarks(dataclasses.replace(SOUND, goods=goods))
    assert [(remark.lack, remark.line) for remark in said] == found


def test_a_country_may_allow_less_time():
    assert remarks(SOUND, {"3": 19}) == (Remark(Lack.JOURNEY),)


def test_remarks_are_sentences_beside_doubts():
    assert set(_SAID) == set(Lack)
    body = draft()
    line = dataclasses.replace(body.body_ead_esad[0], alcoholic_strength_by_volume_in_percentage=None)
    message = Message("3.23", header("IE815"), dataclasses.replace(body, body_ead_esad=(line,)))
    assert warnings_about(message) == (
        "Imported goods (origin 2) need the customs office of import.",
        "Line 1 is alcohol and states no strength.",
    )
    assert warnings_about(messages("3.23")["IE818"]) == ()
    bare = dataclasses.replace(body, place_of_dispatch_trader=None)
    assert len(warnings_about(Message("3.23", header("IE815"), bare))) == 1
