"""Finding a town by its name, without a network and without its accents."""

import pytest

from isthmus.apps.solar.weather.place_queries import in_words, place_named, search, standpoint
from isthmus.apps.solar.weather.rules.places import Gazetteer, Place, plain
from isthmus.kit.errors import BadInput


def towns(*names: str) -> Gazetteer:
    return Gazetteer(
        Place(name, "XX", 0.0, 0.0, people) for people, name in enumerate(reversed(names), start=1000)
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Kano", ("Kano", "NG")),
        ("kano, ng", ("Kano", "NG")),
        ("كانو", ("Kano", "NG")),
        ("Chișinău", ("Chisinau", "MD")),
        ("Kishinev", ("Chisinau", "MD")),
        ("Male", ("Male", "MV")),
        ("NDJAMENA", ("N'Djamena", "TD")),
        ("Nairoby", ("Nairobi", "KE")),
        ("Port Moresbi", ("Port Moresby", "PG")),
        ("Dhaka", ("Dhaka", "BD")),
        ("San Pedro, CI", ("San-Pédro", "CI")),
        ("Kano, Kano State, NG", ("Kano", "NG")),
        ("Kano,", ("Kano", "NG")),
    ],
)
def test_a_town_is_found_however_it_is_spelled(asked: str, found: tuple[str, str]) -> None:
    place = place_named(asked)
    assert (place.name, place.country) == found


def test_every_town_is_on_the_earth_and_in_a_country() -> None:
    everywhere = search("", 10)
    assert everywhere == ()
    kano = place_named("Kano, NG")
    assert (round(kano.lat, 1), round(kano.lon, 1)) == (12.0, 8.5)
    assert in_words(kano) == "Kano, NG"


def test_a_name_of_several_towns_asks_which() -> None:
    with pytest.raises(
        BadInput, match=r"may mean several towns: San Pedro Sula, HN \(15\.\d\d, -88\.\d\d\); "
    ) as no:
        place_named("San Pedro")
    assert no.value.next_step == (
        "Add the country behind a comma, like: Kano, NG. Or give the latitude and longitude."
    )


@pytest.mark.parametrize("asked", ["Xyzzyq", "qq", "!", "Kano, MD"])
def test_a_name_that_is_nowhere_is_refused(asked: str) -> None:
    with pytest.raises(BadInput, match="No town with a name like"):
        place_named(asked)


def test_the_own_name_comes_before_a_beginning_and_that_before_a_slip() -> None:
    known = towns("Barina", "Barinas", "Farina")
    assert [place.name for place in known.find("barina")] == ["Barina"]
    assert [place.name for place in known.find("barin")] == ["Barina", "Barinas"]
    assert [place.name for place in known.find("barima")] == ["Barina"]
    assert [place.name for place in towns("Larina", "Farina").find("garina")] == ["Larina", "Farina"]
    assert towns("Bar").find("baz") == ()


def test_names_are_compared_without_case_accents_and_marks() -> None:
    assert plain("São Tomé-N'Djamena ") == "saotomendjamena"
    assert plain("Straße") == "strasse"


def test_a_standpoint_is_a_name_or_coordinates() -> None:
    assert standpoint("Kano, NG", None, None) == (12.0, 8.517, ("The place is Kano, NG.",))
    assert standpoint(None, 1.0, 2.0) == (1.0, 2.0, ())
    for given in ((None, 1.0, None), (None, None, None), ("Kano", 1.0, 2.0), ("Kano", None, 2.0)):
        with pytest.raises(BadInput, match="by its name, or by its latitude and longitude"):
            standpoint(*given)
