"""The tile grid: every member of the United Nations once, roughly where it is."""

import pycountry
import pytest

from isthmus.ui.charts import countries

# ISO 3166-1 codes that are no members: territories, two observers, and places without a seat.
_NO_MEMBERS = """
    AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS
    NC NF NU PF PM PN PR PS RE SH SJ SX TC TF TK TW UM VA VG VI WF YT
"""
MEMBERS = {country.alpha_2 for country in pycountry.countries} - set(_NO_MEMBERS.split())


def test_the_list_of_members_is_whole():
    assert len(MEMBERS) == 193


def test_every_member_is_on_the_grid_once():
    listed = [code for panel in countries.PANELS for code in panel]
    assert sorted(listed) == sorted(MEMBERS)
    assert set(countries.WORLD) == MEMBERS
    for panel in (countries._AMERICAS, countries._EUROPE_AND_AFRICA, countries._ASIA_AND_OCEANIA):
        written = [code for code in panel.split() if code != ".."]
        assert len(written) == len(set(written))


def test_no_two_share_a_tile():
    assert len(set(countries.WORLD.values())) == 193


def test_the_grid_holds_all_of_them():
    assert max(column for column, _row in countries.WORLD.values()) < countries.COLUMNS
    assert max(row for _column, row in countries.WORLD.values()) < countries.ROWS
    for panel in (countries._AMERICAS, countries._EUROPE_AND_AFRICA, countries._ASIA_AND_OCEANIA):
        assert len({len(line.split()) for line in panel.strip().splitlines()}) == 1


@pytest.mark.parametrize(
    ("west", "east"),
    [
        ("US", "GB"),
        ("PT", "ES"),
        ("SN", "NG"),
        ("NG", "KE"),
        ("IR", "IN"),
        ("IN", "MM"),
        ("MM", "CN"),
        ("CN", "JP"),
    ],
)
def test_west_is_west_of_east(west, east):
    if (west, east) == ("MM", "CN"):
        assert countries.WORLD["CN"][1] < countries.WORLD["MM"][1]
    else:
        assert countries.WORLD[west][0] < countries.WORLD[east][0]


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("CA", "US"),
        ("US", "MX"),
        ("BR", "AR"),
        ("NO", "DE"),
        ("DE", "IT"),
        ("EG", "ZA"),
        ("CN", "MM"),
        ("IN", "LK"),
    ],
)
def test_north_is_north_of_south(north, south):
    assert countries.WORLD[north][1] < countries.WORLD[south][1]


def test_neighbours_touch():
    for one, other in [
        ("MM", "BD"),
        ("MM", "TH"),
        ("ES", "PT"),
        ("NG", "BJ"),
        ("UA", "MD"),
        ("NP", "IN"),
    ]:
        (a, b), (c, d) = countries.WORLD[one], countries.WORLD[other]
        assert abs(a - c) + abs(b - d) == 1, (one, other)
