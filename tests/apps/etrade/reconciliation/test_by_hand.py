"""Linking, grouping and comparing on a handful of rows made by hand."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from isthmus.analysis.engine import Workspace, open_workspace
from isthmus.apps.etrade.reconciliation.analytics.running import Inputs, read_corridor, reconcile
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration

Rows = list[dict[str, str]]


class Reconciled(Protocol):
    def __call__(self, exports: Rows, imports: Rows, rates: str = "") -> Workspace: ...


COLUMNS = (
    *("id", "date", "hs", "partner", "net_kg", "value", "currency", "incoterm", "exporter", "consignee"),
    *("transport_doc", "container", "plate", "packages", "quantity", "unit", "regime"),
)
BEANS = {
    "date": "2026-03-01",
    "hs": "071331",
    "partner": "CN",
    "net_kg": "19873.4",
    "value": "20000.00",
    "currency": "USD",
    "exporter": "Golden Lotus Trading Co., Ltd.",
    "consignee": "Yunnan Grain LLC",
    "transport_doc": "CMR-2026-1",
}


def sent(code: str, **other: str) -> dict[str, str]:
    return {**BEANS, "id": code, **other}


def landed(code: str, **other: str) -> dict[str, str]:
    return {**BEANS, "id": code, "date": "2026-03-08", "partner": "MM", "value": "21200.00", **other}


@pytest.fixture
def reconciled(tmp_path: Path) -> Iterator[Reconciled]:
    with ExitStack() as stack:

        def run(exports: Rows, imports: Rows, rates: str = "") -> Workspace:
            given = tmp_path / "rates.csv"
            given.write_text(rates, encoding="utf-8")
            inputs = Inputs(tmp_path / "e.csv", tmp_path / "i.csv", given if rates else None)
            for path, rows in ((inputs.exports, exports), (inputs.imports, imports)):
                lines = [",".join(f'"{row.get(name, "")}"' for name in COLUMNS) for row in rows]
                path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
            workspace = stack.enter_context(open_workspace(*inputs.paths()))
            read_corridor(workspace, inputs)
            reconcile(workspace, Calibration(), lambda _done, _label: None)
            return workspace

        yield run


def links(workspace: Workspace) -> list[tuple[object, ...]]:
    return workspace.rows(
        "SELECT e.id, i.id, l.pass FROM links AS l JOIN exports AS e ON e.rowid = l.e "
        "JOIN imports AS i ON i.rowid = l.i ORDER BY ALL"
    )


def reasons(workspace: Workspace) -> list[tuple[object, ...]]:
    return workspace.rows("SELECT export_id, import_id, reason FROM cases ORDER BY ALL")


class TestLinking:
    def test_one_document_links_in_the_first_pass_however_it_is_written(self, reconciled: Reconciled) -> None:
        done = reconciled([sent("E1")], [landed("I1", transport_doc="cmr 2026/1")])
        assert links(done) == [("E1", "I1", 1)]
        assert reasons(done) == []

    def test_without_a_document_weight_and_heading_link(self, reconciled: Reconciled) -> None:
        done = reconciled([sent("E1", transport_doc="")], [landed("I1", transport_doc="", hs="071332")])
        assert links(done) == [("E1", "I1", 2)]
        assert reasons(done) == [("E1", "I1", "hs-shift")]

    def test_of_two_that_would_do_the_better_one_is_linked(self, reconciled: Reconciled) -> None:
        other = landed("I0", consignee="Chengdu Motors", net_kg="19800")
        done = reconciled([sent("E1")], [other, landed("I1")])
        assert links(done)[0] == ("E1", "I1", 1)
        assert ("E1", "I0", 1) not in links(done)

    def test_strangers_are_not_linked(self, reconciled: Reconciled) -> None:
        stranger = landed("I1", hs="870323", net_kg="1200", consignee="Chengdu Motors", exporter="Delta Cars")
        assert links(reconciled([sent("E1")], [{**stranger, "transport_doc": "CMR-2026-2"}])) == []


class TestGrouping:
    def test_two_imports_that_sum_up_to_one_export_are_parts_of_it(self, reconciled: Reconciled) -> None:
        parts = [
            landed("I1", net_kg="12000", value="12800"),
            landed("I2", net_kg="7873.4", value="8400", date="2026-03-15"),
        ]
        done = reconciled([sent("E1")], parts)
        assert [(export, part) for export, part, _pass in links(done)] == [("E1", "I1"), ("E1", "I2")]
        assert reasons(done) == [("E1", "I1 I2", "split-merged")]

    def test_imports_that_do_not_sum_up_are_no_parts(self, reconciled: Reconciled) -> None:
        parts = [landed("I1", net_kg="12000"), landed("I2", net_kg="3000", date="2026-03-15")]
        assert len(links(reconciled([sent("E1")], parts))) < 2

    def test_parts_may_differ_from_the_whole_by_what_their_rounding_hides(
        self, reconciled: Reconciled
    ) -> None:
        parts = [
            landed(f"I{day}", net_kg=net, value="7000", date=f"2026-03-{day}")
            for day, net in ((10, "70"), (12, "68"), (14, "66"))
        ]
        done = reconciled([sent("E1", net_kg="200")], parts)
        assert reasons(done) == [("E1", "I10 I12 I14", "split-merged")]
        exact = [{**part, "net_kg": part["net_kg"] + ".3"} for part in parts]
        done = reconciled([sent("E1", net_kg="200")], exact)
        assert "split-merged" not in {reason for _export, _import, reason in reasons(done)}

    @pytest.mark.parametrize(
        "shared",
        [
            {"container": "MSKU7360913"},
            {"plate": "7K-2436"},
            {"exporter": BEANS["exporter"]},
            {"consignee": BEANS["consignee"]},
        ],
    )
    def test_parts_are_found_by_what_is_left_to_find_them_by(
        self, reconciled: Reconciled, shared: dict[str, str]
    ) -> None:
        unlike = {"transport_doc": "", "exporter": "", "consignee": "", "value": ""}
        parts = [landed(f"I{n}", **{**unlike, "net_kg": "9936.7", **shared}) for n in (1, 2)]
        done = reconciled([sent("E1", **{**unlike, **shared})], parts)
        assert reasons(done) == [("E1", "I1 I2", "split-merged")]

    def test_firms_that_are_not_named_are_not_one_firm(self, reconciled: Reconciled) -> None:
        nobody = {"transport_doc": "", "exporter": "", "consignee": "Yunnan Grain LLC"}
        strangers = [
            landed(f"I{n}", **{**nobody, "net_kg": "9936.7", "hs": hs, "consignee": firm})
            for n, hs, firm in ((1, "870323", "Chengdu Motors"), (2, "490330", "Delta Cars"))
        ]
        assert links(reconciled([sent("E1", **nobody)], strangers)) == []


class TestDuplicates:
    COPY = {"date": "2026-03-02"}

    def judged(self, reconciled: Reconciled, *copies: dict[str, str]) -> list[tuple[object, ...]]:
        first = sent("E1", plate="7K-2436")
        return reasons(reconciled([first, *copies], [landed("I1", plate="7K-2436")]))

    @pytest.mark.parametrize(
        "slip",
        [
            {},
            {"transport_doc": ""},
            {"exporter": "Golden Ltus Trading Co., Ltd."},
            {"transport_doc": "CMR-206-1", "plate": "7K-2436"},
        ],
    )
    def test_the_same_goods_again_are_a_duplicate_despite_a_slip_of_the_pen(
        self, reconciled: Reconciled, slip: dict[str, str]
    ) -> None:
        again = sent("E2", **{**self.COPY, **slip})
        assert self.judged(reconciled, again) == [("E2", None, "duplicate")]

    @pytest.mark.parametrize(
        "other",
        [
            {"value": "20100.00"},
            {"transport_doc": "CMR-2026-2"},
            {"plate": "1K-0001"},
            {"date": "2026-03-20"},
        ],
    )
    def test_goods_like_others_are_no_duplicate(self, reconciled: Reconciled, other: dict[str, str]) -> None:
        again = sent("E2", **{**self.COPY, **other})
        assert ("E2", None, "duplicate") not in self.judged(reconciled, again)


class TestWeights:
    UNLIKE = {"transport_doc": "", "packages": "497"}

    @pytest.mark.parametrize("net", ["19873400", "19.873", "43813.3"])
    def test_a_weight_in_another_unit_is_linked_and_named(self, reconciled: Reconciled, net: str) -> None:
        done = reconciled([sent("E1", **self.UNLIKE)], [landed("I1", **self.UNLIKE, net_kg=net)])
        assert reasons(done) == [("E1", "I1", "unit")]

    @pytest.mark.parametrize(("value", "found"), [("12720.00", [("E1", "I1", 6)]), ("9000.00", [])])
    def test_less_at_the_same_price_is_a_gap_and_not_another_shipment(
        self, reconciled: Reconciled, value: str, found: list[tuple[str, str, int]]
    ) -> None:
        less = landed("I1", **self.UNLIKE, net_kg="11924.1", value=value)
        done = reconciled([sent("E1", **self.UNLIKE)], [less], rates="currency,date,rate\nUSD,2026-03-01,1\n")
        assert links(done) == found
        assert ("E1", "I1", "quantity-gap") in reasons(done) or not found


class TestQuantities:
    @pytest.mark.parametrize(
        ("exported", "imported", "reason"),
        [
            (("1200", "H87"), ("100", "DZN"), None),
            (("5000", "LTR"), ("50", "HLT"), None),
            (("1200", "H87"), ("1195", "H87"), None),
            (("1200", "H87"), ("900", "H87"), "quantity-gap"),
            (("1200", "H87"), ("100", "H87"), "unit"),
            (("1200", "H87"), ("5", "MTR"), None),
            (("1200", "H87"), ("5", "XXX"), None),
            # the net weights have spoken already
            (("20", "TNE"), ("5000", "KGM"), None),
        ],
    )
    def test_quantities_are_compared_where_their_units_can_be_converted(
        self, reconciled: Reconciled, exported: tuple[str, str], imported: tuple[str, str], reason: str | None
    ) -> None:
        done = reconciled(
            [sent("E1", quantity=exported[0], unit=exported[1])],
            [landed("I1", quantity=imported[0], unit=imported[1])],
        )
        assert reasons(done) == ([("E1", "I1", reason)] if reason else [])
        if reason:
            said = str(done.rows("SELECT explanation FROM cases")[0][0])
            assert f"{exported[0]} {exported[1]} / {imported[0]} {imported[1]}" in said
            assert "{" not in said

    def test_a_quantity_of_mass_stands_in_for_a_missing_net_weight(self, reconciled: Reconciled) -> None:
        done = reconciled(
            [sent("E1", net_kg="", quantity="20", unit="TNE")],
            [landed("I1", net_kg="", quantity="15000", unit="KGM")],
        )
        assert reasons(done) == [("E1", "I1", "quantity-gap")]
