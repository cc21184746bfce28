"""Corridors for programs: the mirror of the page, and what moves by month and by chapter."""

from tests.api_client import program
from tests.apps.etrade.conftest import Customs


def test_the_mirror_says_what_the_page_says(traded: Customs) -> None:
    mirror = program("customs").get("/etrade/corridors/cn/mirror").json()
    assert (mirror["way"], mirror["level"], mirror["period"], mirror["total"]) == ("in", "hs4", "quarter", 1)
    assert mirror["cells"] == [
        {
            "partner": "CN>MM",
            "hs": "0713",
            "period": "2026-Q1",
            "currency": "USD",
            "exports_value": "1000",
            "exports_kg": "100",
            "exports_lines": 1,
            "imports_value": "700",
            "imports_kg": "100",
            "imports_lines": 1,
            "gap": "-360",
            "ratio": "0.7",
        }
    ]


def test_the_mirror_takes_the_filters_of_the_page(traded: Customs) -> None:
    asked = {"way": "out", "level": "hs2", "period": "month", "limit": 1}
    (cell,) = program("customs").get("/etrade/corridors/cn/mirror", **asked).json()["cells"]
    assert (cell["partner"], cell["hs"], cell["period"]) == ("MM>CN", "07", "2026-03")
    assert (cell["exports_value"], cell["imports_value"], cell["ratio"]) == ("50", None, None)


def test_the_figures_tell_states_months_and_chapters(traded: Customs) -> None:
    assert program("customs").get("/etrade/corridors/cn/figures").json() == {
        "way": "in",
        "exports": [{"state": "lodged", "declarations": 1}],
        "imports": [{"state": "lodged", "declarations": 1}],
        "months": [{"month": "2026-03", "exports_kg": "100", "imports_kg": "100"}],
        "chapters": [{"chapter": "07", "words": "", "exports_kg": "100", "imports_kg": "100"}],
    }


def test_a_partner_that_nobody_knows_has_no_corridor(traded: Customs) -> None:
    for path in ("mirror", "figures"):
        answer = program("customs").get(f"/etrade/corridors/xx/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "etrade.no-corridor")


def test_another_ministry_gets_no_figures(traded: Customs) -> None:
    assert program("elsewhere").get("/etrade/corridors/cn/mirror").json()["cells"] == []
