"""Margins that a corridor teaches, and the calibration as a value that can be kept."""

import json
from datetime import date

import pytest

from isthmus.apps.etrade.reconciliation.rules.calibration import ACCEPT, FALSE_ALARMS, Calibration, from_json
from isthmus.apps.etrade.reconciliation.rules.evidence import WEIGHTS
from isthmus.apps.etrade.reconciliation.rules.margins import DEFAULT, Margin, learn
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason


def test_a_margin_is_the_median_with_five_robust_deviations_on_either_side() -> None:
    assert learn(1058, 11, 43) == Margin(1058, 1058 - 82, 1058 + 82, 43)


def test_few_shipments_teach_nothing() -> None:
    corridor = Margin(1070, 1000, 1140, 900)
    assert learn(1058, 11, 29) == DEFAULT
    assert learn(1058, 11, 29, corridor) == corridor


def test_a_band_is_neither_narrower_than_rounding_nor_boundless() -> None:
    assert learn(1060, 0, 100) == Margin(1060, 1020, 1100, 100)
    assert learn(1060, 900, 100) == Margin(1060, 810, 1310, 100)


def test_a_calibration_comes_back_from_json_as_it_was() -> None:
    value = Calibration(
        learned_on=date(2026, 11, 26),
        accept={**ACCEPT, 2: 310},
        margin=Margin(1055, 1000, 1110, 500),
        chapters={7: Margin(1050, 990, 1110, 43)},
        false_alarms={**FALSE_ALARMS, Reason.UNIT: 12},
        false_links={1: 9, 2: 44},
    )
    assert from_json(json.loads(json.dumps(value.as_json()))) == value
    assert from_json(json.loads(json.dumps(Calibration().as_json()))) == Calibration()


def test_a_calibration_from_before_there_were_decoys_has_no_share_of_false_links() -> None:
    content = Calibration().as_json()
    del content["false_links"]
    assert from_json(content) == Calibration()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"learned_on": "yesterday"},
        {"accept": [1]},
        {"margin": {"middle": 1060, "more": 1}},
        {"false_alarms": {"boredom": 1}},
        {"chapters": None},
    ],
)
def test_what_is_no_calibration_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json({**Calibration().as_json(), **change})
    with pytest.raises(ValueError, match="this version"):
        from_json([])


def test_agreement_never_weighs_less_than_disagreement() -> None:
    for name in ("doc", "container", "plate", "ucr", "packages", "party"):
        assert WEIGHTS[f"{name}_same"] > 0 > WEIGHTS[f"{name}_other"]
    weights = [
        WEIGHTS[f"kg_{step}"]
        for step in ("exact", "half_percent", "three_percent", "tenth", "quarter", "far")
    ]
    assert weights == sorted(weights, reverse=True)
