"""What a newcomer types wrong at the commands is refused by its option, before anything is worked out."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from isthmus.apps.solar.cli import solar
from isthmus.kit.errors import BadInput

pytestmark = pytest.mark.once
PLACE = ["--lat", "12.05", "--lon", "8.52"]
KANO = [*PLACE, "--wh-per-day", "500"]
SHEET = ["sheet", *PLACE, "--pv-wp", "180", "--battery-wh", "1000", "--out", "none.pdf"]


def asked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(solar, arguments)
    if isinstance(done.exception, BadInput):
        return 2, str(done.exception)
    assert isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["size", "--lat", "nan", "--lon", "8", "--wh-per-day", "500"], "'--lat': nan is no number"),
        (["size", *PLACE, "--wh-per-day", "inf"], "'--wh-per-day': inf is no number"),
        (["size", *KANO, "--tilt", "nan"], "'--tilt': nan is no number"),
        (["size", *KANO, "--llp", "nan"], "'--llp': nan is no number"),
        (["size", *KANO, "--growth", "nan"], "'--growth': nan is no number"),
        (["size", *KANO, "--seed", "-1"], "'--seed': -1 is not in the range"),
        (["size", *KANO, "--measured-wh", "100"], "are of appliances, and none are given"),
        (["size", *KANO, "--country", "NG"], "are of appliances, and none are given"),
        ([*SHEET, "--tilt", "nan"], "'--tilt': nan is no number"),
        (["pay", "--price", "500", "--wh-per-day", "500", "--rate", "nan"], "'--rate': nan is no number"),
        (["load", "--appliances", "lamp", "--measured-wh", "nan"], "'--measured-wh': nan is no number"),
    ],
)
def test_what_is_no_number_or_belongs_to_nothing_is_refused(arguments: list[str], said: str) -> None:
    code, answer = asked(*arguments)
    assert (code, said in " ".join(answer.split())) == (2, True), answer


def test_a_shape_does_not_go_with_appliances(tmp_path: Path) -> None:
    shape = tmp_path / "shape.txt"
    shape.write_text("1\n" * 24, encoding="utf-8")
    assert "goes with --wh-per-day" in asked("size", *PLACE, "--appliances", "lamp", "--shape", str(shape))[1]


def test_what_the_catalogue_lacks_is_said_in_words() -> None:
    large = [part if part != "180" else "19000" for part in SHEET]
    assert "no charge controller carries so large a panel" in asked(*large)[1]


def test_a_plan_does_not_overwrite_its_homes(tmp_path: Path) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text("id,lat,lon,wh_per_day\na,12,8,500\n", encoding="utf-8")
    assert "would overwrite it" in asked("plan", str(homes), "--out", str(homes))[1]
    plan = str(tmp_path / "plan.csv")
    assert "need a file each" in asked("plan", str(homes), "--out", plan, "--lots", plan)[1]
    assert homes.read_text(encoding="utf-8").endswith("500\n")
