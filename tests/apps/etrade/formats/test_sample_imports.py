"""The other side of the sample trade: what is put in is what reconciliation finds, and nothing else."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from isthmus.apps.etrade.formats.mapping.goldens import prove
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.formats.sample_imports import import_side
from isthmus.apps.etrade.formats.sample_partners import TRADES
from isthmus.apps.etrade.formats.sample_tables import import_mapping, import_table
from isthmus.apps.etrade.formats.samples import MARK, sample_exports
from isthmus.apps.etrade.reconciliation.analytics.running import Inputs, reconcile_files
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1

SEED = 2026
EVERY = (
    Reason.LOW_VALUE,
    Reason.HS_SHIFT,
    Reason.MISSING_IMPORT,
    Reason.SPLIT_MERGED,
    Reason.UNIT,
    Reason.TIMING,
    Reason.DUPLICATE,
)
THREE = (Reason.LOW_VALUE, Reason.SPLIT_MERGED, Reason.TIMING)
COLUMNS = (
    *("id", "date", "hs", "hs_version", "partner", "origin", "consigned_from", "regime", "net_kg", "value"),
    *("currency", "incoterm", "exporter", "consignee", "transport_doc", "container", "plate"),
)
CORRIDORS = [("cn", 60, EVERY), ("th", 30, THREE), ("bd", 24, (*THREE, Reason.MISSING_EXPORT))]
WITHOUT_EXPORT = {Reason.DUPLICATE, Reason.MISSING_EXPORT}
"""Matters of an import: no export stands beside them in the outcome."""


def both_sides(node: str, count: int, matters: Sequence[Reason]):
    exports = [record for record, _invoice in sample_exports(SEED, count, TRADES[node])]
    return exports, import_side(SEED, exports, TRADES[node], matters)


def write_rows(path: Path, declarations: Sequence[ExportDeclarationV1 | ImportDeclarationV1]) -> Path:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for one in declarations:
            imported = isinstance(one, ImportDeclarationV1)
            for item in one.items:
                writer.writerow(
                    [
                        f"{one.declaration_number}/{item.number}",
                        one.arrival_date if imported else one.departure_date,
                        item.hs_code,
                        item.hs_version,
                        "MM" if imported else one.destination_country,
                        item.origin,
                        one.consigned_from if imported else None,
                        item.procedure,
                        item.net_kg,
                        item.cif_value if imported else item.fob_value,
                        one.match.currency,
                        "CIF" if imported else "FOB",
                        one.exporter_name,
                        one.consignee_name,
                        one.match.transport_document,
                        " ".join(one.match.containers or ()),
                        one.match.plate,
                    ]
                )
    return path


@pytest.mark.parametrize(("node", "count", "matters"), CORRIDORS)
def test_reconciliation_finds_the_matters_that_were_put_in_and_no_other(tmp_path, node, count, matters):
    exports, side = both_sides(node, count, matters)
    rates = tmp_path / "rates.csv"
    rates.write_text(
        "currency,date,rate\n" + "".join(f"USD,2026-{month:02d}-01,1\n" for month in range(2, 13))
    )
    reconcile_files(
        Inputs(write_rows(tmp_path / "e.csv", exports), write_rows(tmp_path / "i.csv", side.imports), rates),
        Calibration(),
        tmp_path / "cases.csv",
        None,
        lambda _done, _label: None,
    )
    with (tmp_path / "cases.csv").open() as stream:
        found = {(row["reason"], row["export_id"].rpartition("/")[0]) for row in csv.DictReader(stream)}
    wanted = {
        (str(reason), "" if reason in WITHOUT_EXPORT else number) for reason, number in side.matters.items()
    }
    assert found == wanted
    assert set(side.matters) == set(matters)


@pytest.mark.parametrize(("node", "count", "matters"), CORRIDORS)
def test_the_table_of_each_country_reads_back_as_its_declarations(node, count, matters):
    _exports, side = both_sides(node, count, matters)
    mapping = import_mapping(side.imports, TRADES[node])
    prove(mapping)
    readings = read_mapped(import_table(side.imports, TRADES[node]), mapping.definition)
    assert [reading for reading in readings if not isinstance(reading, Mapped)] == []
    assert [reading.record for reading in readings if isinstance(reading, Mapped)] == list(side.imports)


def test_a_seed_gives_the_same_imports_and_another_seed_others():
    exports = [record for record, _invoice in sample_exports(SEED, 60)]
    one, again = (import_side(SEED, exports, TRADES["cn"], EVERY) for _ in range(2))
    assert one == again
    assert import_side(SEED + 1, exports, TRADES["cn"], EVERY) != one


def test_sample_imports_cannot_be_taken_for_real_trade():
    for node, count, matters in CORRIDORS:
        exports, side = both_sides(node, count, matters)
        for record in (*exports, *side.imports):
            assert record.declaration_number.startswith("SAMPLE-")
            assert str(record.exporter_name).endswith(MARK)
            assert str(record.consignee_name).endswith(MARK)


def test_numbers_of_different_corridors_never_meet():
    numbers = [
        record.declaration_number
        for node, count, matters in CORRIDORS
        for exports, side in [both_sides(node, count, matters)]
        for record in (*exports, *side.imports)
    ]
    assert len(set(numbers)) == len(numbers)
