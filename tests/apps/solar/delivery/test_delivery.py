"""From a design to products, wires, standards, lots and the sheet for the roof."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.catalogue.queries import catalogue
from isthmus.apps.solar.catalogue.rules.choosing import HEADROOM, NoneFits, kit_for, system_for, system_volts
from isthmus.apps.solar.catalogue.rules.products import Document
from isthmus.apps.solar.delivery.cli import sheet as command
from isthmus.apps.solar.delivery.formats import sheet as paper
from isthmus.apps.solar.delivery.rules.materials import Household, bill_for, lots_of
from isthmus.apps.solar.delivery.rules.standards import Class, Proof, check, classify
from isthmus.apps.solar.delivery.rules.wiring import (
    CARRIES,
    MOST_DROP,
    TooMuch,
    fuse_for,
    voltage_drop,
    wire_for,
)
from isthmus.apps.solar.delivery.wording import Site, sheet

PRODUCTS, DAY = catalogue(), date(2026, 11, 27)
sizes = st.tuples(st.integers(1, 1500), st.integers(1, 8000), st.sampled_from(["lfp", "lead-acid"]))


class TestChoosing:
    @given(sizes)
    def test_products_are_at_least_as_large_and_fit_together(self, design: tuple[int, int, str]):
        wp, wh, chemistry = design
        system = system_for(PRODUCTS, wp, wh, chemistry)
        assert system.wp >= wp
        assert system.wh >= wh
        assert system.volts == system_volts(wp) == 12 * system.battery_series
        assert system.open_volts <= system.controller.most_volts
        assert system.panel.vmp * system.series >= system.volts * HEADROOM
        assert Decimal(system.wp) / system.volts <= system.controller.amps

    def test_the_design_of_kano_is_snapped(self):
        system = system_for(PRODUCTS, 180, 1000, "lfp")
        assert (system.panel.name, system.series, system.strings) == ("Sample panel 200", 1, 1)
        assert (system.battery.name, system.controller.name) == ("Sample LFP 12-100", "Sample MPPT 20")
        assert system.price == Decimal("492.00")

    def test_the_cheapest_kit_that_is_large_enough_is_taken(self):
        kit = kit_for(PRODUCTS.kits, 21, 80, "lfp")
        assert kit is not None
        assert kit.name == "Sample kit 100"
        assert kit_for(PRODUCTS.kits, 500, 80, "lfp") is None
        assert kit_for(PRODUCTS.kits, 10, 10, "lead-acid") is None

    def test_what_no_catalogue_has_is_named(self):
        with pytest.raises(NoneFits, match="battery"):
            system_for(PRODUCTS, 10, 10, "flow")
        with pytest.raises(NoneFits, match="controller"):
            system_for(PRODUCTS, 20_000, 10, "lfp")


class TestWiring:
    def test_the_drop_is_that_of_two_wires(self):
        """Kirchhoff by hand: 2 x 10 m of 10 mm² copper are 0.045 ohm; 11.5 A lose 0.5175 V of 18.6 V."""
        drop = voltage_drop(Decimal("11.5"), Decimal("18.6"), Decimal(10), Decimal(10))
        assert drop * Decimal("18.6") == Decimal("0.5175")

    @given(st.integers(1, 300), st.sampled_from([12, 24, 48]), st.integers(1, 40))
    def test_a_wire_loses_little_and_its_fuse_goes_first(self, tenths: int, volts: int, metres: int):
        amps = Decimal(tenths) / 10
        try:
            wire = wire_for(amps, Decimal(volts), Decimal(metres))
        except TooMuch:
            thickest = voltage_drop(amps, Decimal(volts), Decimal(metres), Decimal(50))
            assert thickest > MOST_DROP
            return
        assert wire.drop <= MOST_DROP
        assert amps < wire.fuse <= CARRIES[wire.mm2]
        thinner = [one for one in CARRIES if one < wire.mm2]
        if thinner:
            drop = voltage_drop(amps, Decimal(volts), Decimal(metres), thinner[-1])
            assert drop > MOST_DROP or CARRIES[thinner[-1]] < wire.fuse

    def test_too_much_current_has_no_fuse_and_no_wire(self):
        assert fuse_for(Decimal(100)) == 150
        with pytest.raises(TooMuch, match="101"):
            fuse_for(Decimal(101))
        with pytest.raises(TooMuch, match="over 200 m"):
            wire_for(Decimal(50), Decimal(12), Decimal(200))


class TestStandards:
    @pytest.mark.parametrize(
        ("one_kit", "wp", "volts", "found"),
        [
            (True, 350, "35", Class.KIT),
            (True, 351, "35", Class.COMPONENTS),
            (True, 350, "35.1", Class.COMPONENTS),
            (False, 20, "12", Class.COMPONENTS),
        ],
    )
    def test_a_kit_is_small_low_and_sold_as_one(self, one_kit: bool, wp: int, volts: str, found: Class):
        assert classify(one_kit=one_kit, wp=wp, volts=Decimal(volts)) is found

    def test_documents_are_missing_expired_or_valid_on_the_day(self):
        old, new = Document("A", "1", date(2026, 11, 26)), Document("A", "2", DAY)
        (missing,) = check("x", ["A"], [], DAY)
        assert (missing.proof, missing.number) == (Proof.MISSING, "")
        assert check("x", ["A"], [old], DAY)[0].proof is Proof.EXPIRED
        (valid,) = check("x", ["A"], [new, old], DAY)
        assert (valid.proof, valid.number) == (Proof.VALID, "2")


class TestBill:
    def test_components_come_with_wires_fuses_lamps_and_their_own_documents(self):
        bill = bill_for(PRODUCTS, 180, 1000, "lfp", day=DAY, kits=False)
        assert [(one.kind, one.count) for one in bill.items] == [
            ("panel", 1), ("battery", 1), ("controller", 1), ("wire", 2), ("wire", 22),
            ("fuse", 1), ("fuse", 1), ("fuse", 1), ("lamp", 4),
        ]  # fmt: skip
        assert bill.total == Decimal("577.80")
        assert bill.proved_as is Class.COMPONENTS
        proofs = {one.standard: one.proof for one in bill.proofs}
        assert proofs == {
            "IEC 61215": Proof.VALID,
            "IEC 61730": Proof.EXPIRED,
            "IEC 62619": Proof.VALID,
            "IEC 62509": Proof.VALID,
        }

    def test_a_kit_is_proved_as_a_whole_and_more_lamps_are_added(self):
        bill = bill_for(PRODUCTS, 20, 80, "lfp", day=DAY, lamps=5)
        assert [(one.kind, one.count) for one in bill.items] == [("kit", 1), ("lamp", 2)]
        assert (bill.proved_as, [one.proof for one in bill.proofs]) == (Class.KIT, [Proof.VALID])
        assert bill_for(PRODUCTS, 20, 80, "lfp", day=DAY, lamps=0).total == Decimal("68.00")

    def test_a_kit_beyond_the_limits_is_a_system_of_components(self):
        large = replace(PRODUCTS.kits[-1], wp=400)
        bill = bill_for(replace(PRODUCTS, kits=(large,)), 380, 500, "lfp", day=DAY)
        assert bill.proved_as is Class.COMPONENTS
        assert {one.proof for one in bill.proofs} == {Proof.MISSING}

    def test_a_district_becomes_lots_of_one_specification(self):
        homes = [Household("Kano", wp, wh, "lfp") for wp, wh in ((15, 70), (20, 90), (450, 2000))]
        lots = lots_of(PRODUCTS, [*homes, Household("Jos", 20, 90, "lfp")], DAY)
        assert [(one.district, one.wp, one.battery_wh, one.count) for one in lots] == [
            ("Jos", 20, 90, 1),
            ("Kano", 20, 90, 2),
            ("Kano", 660, 2560, 1),
        ]
        assert [one.proved_as for one in lots] == [Class.KIT, Class.KIT, Class.COMPONENTS]


class TestSheet:
    @pytest.mark.parametrize(
        ("wp", "wh", "battery", "kits"),
        [(180, 1000, "lfp", False), (20, 80, "lfp", True), (700, 4000, "lead-acid", False)],
    )
    def test_the_same_design_gives_the_same_bytes(self, wp: int, wh: int, battery: str, kits: bool):
        bill = bill_for(PRODUCTS, wp, wh, battery, day=DAY, kits=kits)
        values = sheet(bill, PRODUCTS, Site(12.05, 8.52, 15.0, "Kano"), DAY)
        first = paper.pdf(values)
        assert first.startswith(b"%PDF-")
        assert paper.pdf(values) == first
        assert len(paper.pictures(values, ppi=20)) == 2

    def test_it_faces_the_equator_and_says_what_is_wrong(self):
        bill = bill_for(PRODUCTS, 180, 1000, "lfp", day=DAY)
        south = sheet(bill, PRODUCTS, Site(-33.9, 18.4, 33.0), DAY)
        assert "true north" in south["mounting"]["lines"][0]
        assert "54 cm up on 100 cm" in south["mounting"]["lines"][1]
        assert [mark[:6] for mark in south["marks"]] == ["Sample", "Do not"]
        assert south["proofs"]["rows"][0][3] == "EXPIRED 2026-08-31"
        assert south["code"] == "ISTHMUS-SOLAR:1:-33.9000:18.4000:200WP:1024WH:12.8V:TILT33"

    def test_the_command_writes_it_or_says_what_to_change(self, tmp_path: Path):
        out = tmp_path / "sheet.pdf"
        place = ["--lat", "12.05", "--lon", "8.52", "--battery-wh", "1000", "--json"]
        done = CliRunner().invoke(command, [*place, "--pv-wp", "180", "--out", str(out), "--components"])
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert (told["class"], told["pv_wp"], told["battery_wh"]) == ("component-system", 200, 1280)
        assert told["documents"] == ["expired", "valid"]
        assert out.read_bytes().startswith(b"%PDF-")
        for extra in (
            ["--pv-wp", "20000", "--out", str(out)],
            ["--pv-wp", "180", "--out", str(tmp_path / "no" / "x.pdf")],
        ):
            failed = CliRunner().invoke(command, [*place, *extra])
            assert getattr(failed.exception, "code", "") in {"solar.no-product", "solar.out"}
