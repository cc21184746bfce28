"""The library of shapes of a day, which of them is nearest, and a use that grows."""

import numpy as np
import pytest

from isthmus.apps.solar.loads import wording
from isthmus.apps.solar.loads.appliance_queries import appliances, asked_by, listed
from isthmus.apps.solar.loads.rules.shapes import SHAPES, grown, is_shape, nearest_shape


@pytest.mark.parametrize("name", list(SHAPES))
def test_every_shape_is_one_and_its_own_nearest(name: str) -> None:
    shares = np.asarray(SHAPES[name])
    assert is_shape(shares)
    assert nearest_shape(shares * 480) == name
    assert nearest_shape(shares + shares.sum() * 1e-4) == name


def test_every_shape_has_a_name() -> None:
    assert set(wording.SHAPES) == set(SHAPES)


@pytest.mark.parametrize(
    ("appliances_", "name"),
    [
        ("lamp:3,phone:2", "light"),
        ("refrigerator:1", "cooling"),
        ("sewing-machine:1,water-pump:1", "work"),
        ("lamp:4,night-lamp,fan,router,radio,television", "evening"),
    ],
)
def test_homes_find_the_shape_that_is_theirs(appliances_: str, name: str) -> None:
    known = appliances()
    assert nearest_shape(np.asarray(asked_by(listed(appliances_, known), known).wh)) == name


def test_a_use_grows_from_year_to_year() -> None:
    load = grown(np.ones(8760 * 2 + 8784), (8760, 8784, 8760), 0.1)
    assert [load[0], load[8759], load[8760], load[-1]] == pytest.approx([1.0, 1.0, 1.1, 1.21])
