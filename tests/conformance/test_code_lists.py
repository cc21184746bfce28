"""The published HS 2022 and the UN/LOCODE of eleven countries load whole."""

import os
from pathlib import Path

import pytest

from isthmus.apps.etrade.models import HsCode, HsSection, Place
from isthmus.apps.etrade.reference import queries, services

DATA = Path(os.environ.get("ISTHMUS_CONFORMANCE_DATA") or "/nonexistent")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not ((DATA / "hs").is_dir() and (DATA / "unlocode").is_dir()),
        reason="ISTHMUS_CONFORMANCE_DATA names no folder with hs and unlocode in it",
    ),
]


def test_the_harmonized_system_of_2022_loads_with_its_tree() -> None:
    loading = services.load_hs(DATA / "hs" / "harmonized-system.csv", edition="", actor="test")
    services.load_hs(DATA / "hs" / "sections.csv", edition="", actor="test")
    assert (loading.file.scope, loading.file.rows) == ("2022", 6939)
    assert HsCode.objects.filter(parent="").count() == 97
    assert HsSection.objects.count() == 21
    beans = HsCode.objects.get(edition="2022", code="071331")
    assert [row.code for row in queries.chain_above(beans)] == ["07", "0713"]
    assert queries.section_of(beans) == HsSection.objects.get(number="II")
    assert beans in queries.codes_with("leguminous mungo", HsCode.objects.all())


def test_the_places_of_each_country_load_and_are_found() -> None:
    for path in sorted((DATA / "unlocode").glob("*.csv")):
        loading = services.load_places(path, actor="test")
        assert loading.file.scope == path.stem.upper()
        assert Place.objects.filter(country=path.stem.upper()).count() == loading.file.rows
    thanaleng = queries.places_with("ban thanaleng", Place.objects.all())
    assert [row.code for row in thanaleng] == ["LAGT9"]
