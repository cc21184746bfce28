"""Small code lists in the published formats, with words of our own."""

from pathlib import Path
from tempfile import TemporaryDirectory

from isthmus.apps.etrade.reference import services

HS = """section,hscode,description,parent,level
II,07,Vegetables,TOTAL,2
II,0713,"Dried leguminous vegetables, shelled",07,4
II,071331,"Beans, dried: mung beans (Vigna radiata)",0713,6
II,071390,"Dried leguminous vegetables, other",0713,6
TOTAL,TOTAL,Total of all HS2022 commodities,TOTAL,5
"""
HS_OLD = HS.replace("HS2022", "HS2017").replace("mung beans", "green gram").replace("071390", "071399")
SECTIONS = "\ufeffsection,name\nI,Animals\nII,Vegetable products\n"
_HEAD = (
    '"uri","label","labelWithDiacritics","unlcdv:functions","unlcdv:countrySubdivision",'
    '"unlcdv:countryCode","geo:lat","geo:long","value"\n'
)
PLACES = (
    _HEAD
    + '"unlcd:MMRGN","Yangon",,"unlcdf:1, unlcdf:3, unlcdf:4","unlcds:MM06","unlcdc:MM","16.8","96.15",'
    + '"MMRGN"\n'
    + '"unlcd:MMMUS","Músè","Muse","unlcdf:B","unlcds:MM17","unlcdc:MM",,,"MMMUS"\n'
)
UNITS = "code,name\nBG,bag\n"
RATES = "currency,date,rate\nMMK,2026-01-01,0.00047\nMMK,2026-06-01,0.00048\nCNY,2026-01-01,0.14\n"


def written(folder: Path, name: str, text: str) -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load_sample_lists() -> None:
    """All of them into the node, from a folder that goes again."""
    with TemporaryDirectory() as folder:
        load_lists(Path(folder))


def load_lists(folder: Path) -> None:
    """All of them into the node; the files stay in ``folder``."""
    services.load_hs(written(folder, "hs.csv", HS), edition="", actor="test")
    services.load_hs(written(folder, "old.csv", HS_OLD), edition="2017", actor="test")
    services.load_hs(written(folder, "sections.csv", SECTIONS), edition="", actor="test")
    services.load_places(written(folder, "mm.csv", PLACES), actor="test")
    services.load_units(written(folder, "units.csv", UNITS), actor="test")
    services.load_rates(written(folder, "rates.csv", RATES), actor="test")
