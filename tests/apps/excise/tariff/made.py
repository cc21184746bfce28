"""A made-up tariff that uses everything that the format knows."""

from pathlib import Path

from isthmus.apps.excise.tariff.formats.tariff_file import read_tariff
from isthmus.apps.excise.tariff.rules.model import Tariff

TEXT = Path(__file__).with_name("made.toml").read_text(encoding="utf-8")


def made_up(text: str = TEXT) -> Tariff:
    """The tariff of the text."""
    return read_tariff(text.encode(), "made.toml")
