"""The towns that come with the product, found by name without a network."""

import csv
import gzip
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.apps.solar.weather.rules.places import Gazetteer, Place
from isthmus.kit.errors import BadInput

_FILE = Path(__file__).parent / "params" / "places.tsv.gz"
_SHOWN = 5
_FAR_LARGER = 10
"""A town with so many times the people of others of its name is the one that is meant."""


@cache
def gazetteer() -> Gazetteer:
    """All towns, 24,000 of them; read once a process."""
    with gzip.open(_FILE, "rt", encoding="utf-8", newline="") as lines:
        return Gazetteer(
            Place(
                row["name"],
                row["country"],
                float(row["lat"]),
                float(row["lon"]),
                int(row["population"]),
                tuple(row["also"].split("|")) if row["also"] else (),
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


def search(asked: str, most: int = 10) -> tuple[Place, ...]:
    """The towns that a name may mean, likeliest first; empty where there is none like it."""
    return gazetteer().find(asked, most)


def in_words(place: Place) -> str:
    """A place as people read it: ``Kano, NG``."""
    return f"{place.name}, {place.country}"


def _told_apart(place: Place) -> str:
    return f"{in_words(place)} ({place.lat:.2f}, {place.lon:.2f})"


def place_named(asked: str) -> Place:
    """The one town that a name means. BadInput where none is like it, or several in different places are."""
    found = search(asked, _SHOWN)
    if not found:
        raise BadInput(
            "solar.place",
            _("No town with a name like “%(name)s” is known here.") % {"name": asked[:60]},
            next_step=_("Give the latitude and longitude, or the nearest larger town."),
        )
    if len(found) > 1 and found[0].population < _FAR_LARGER * found[1].population:
        raise BadInput(
            "solar.place",
            _("“%(name)s” may mean several towns: %(towns)s.")
            % {"name": asked[:60], "towns": "; ".join(_told_apart(place) for place in found)},
            next_step=_(
                "Add the country behind a comma, like: Kano, NG. Or give the latitude and longitude."
            ),
        )
    return found[0]


def standpoint(
    name: str | None, lat: float | None, lon: float | None
) -> tuple[float, float, tuple[str, ...]]:
    """Latitude, longitude and what to say of them, for a town or for coordinates. BadInput for neither."""
    if name is not None and lat is None and lon is None:
        place = place_named(name)
        return place.lat, place.lon, (_("The place is %(town)s.") % {"town": in_words(place)},)
    if name is None and lat is not None and lon is not None:
        return lat, lon, ()
    raise BadInput(
        "solar.place",
        _("A place is given by its name, or by its latitude and longitude."),
        next_step=_("Give either the name, or both coordinates."),
    )
