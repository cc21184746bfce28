"""The installation sheet in words: what it shows of a bill, a place and a tilt."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from isthmus.apps.solar.catalogue.rules.products import Catalogue
from isthmus.apps.solar.delivery.rules.materials import Bill, Run, Runs
from isthmus.apps.solar.delivery.rules.standards import Class, Proof
from isthmus.apps.solar.delivery.rules.wiring import wire_for


@dataclass(frozen=True, slots=True)
class Site:
    """Where a system is mounted: degrees, north and east above zero; ``tilt`` from the level."""

    lat: float
    lon: float
    tilt: float
    name: str = ""


def _faces(lat: float) -> str:
    return _("south") if lat >= 0 else _("north")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _wire_words(run: Run) -> list[str]:
    return [f"{_plain(run.wire.mm2)} mm²", _("fuse %(amps)d A") % {"amps": run.wire.fuse}]


def _kit_runs(bill: Bill) -> dict[str, Run]:
    """The runs of a kit for the diagram; its maker's own cables take their place."""
    assert bill.kit is not None, "only of a kit"
    amps, volts, runs = Decimal(bill.kit.wp) / bill.kit.volts, bill.kit.volts, Runs()
    return {
        name: Run(name, amps, volts, metres, wire_for(amps, volts, metres))
        for name, metres in (("panel", Decimal(5)), ("battery", Decimal(1)), ("load", runs.battery))
    }


def _layout(series: int, strings: int) -> str:
    if series * strings == 1:
        return ""
    return _("%(series)d in series, %(strings)d in parallel") % {"series": series, "strings": strings}


def _diagram(bill: Bill) -> dict[str, Any]:
    if bill.system is not None:
        system, runs = bill.system, {run.name: run for run in bill.runs}
        panel = f"{system.series * system.strings} × {system.panel.wp} Wp"
        battery = f"{system.battery_series * system.battery_strings} × {system.battery.wh} Wh"
        panel_sub = _layout(system.series, system.strings)
        battery_sub = _layout(system.battery_series, system.battery_strings)
        controller = f"{system.controller.amps} A, {system.volts} V"
        note = _(
            "Panels give up to %(volts)s V in the cold. Each line is two cores: plus red, minus black."
        ) % {"volts": _plain(system.open_volts.quantize(Decimal("0.1")))}
    else:
        assert bill.kit is not None, "a bill is of one of them"
        runs = _kit_runs(bill)
        panel, battery = f"{bill.kit.wp} Wp", f"{bill.kit.wh} Wh"
        panel_sub, battery_sub = "", {"lfp": "LFP", "lead-acid": _("lead-acid")}[bill.kit.chemistry]
        controller = f"{_plain(bill.kit.volts)} V"
        note = _("A kit: use its own cables and plugs; the sizes shown are the least where you lengthen one.")
    return {
        "title": _("Single-line diagram"),
        "panel": [_("Panel"), f"{panel}, {panel_sub}".removesuffix(", ")],
        "controller": [_("Charge controller"), controller],
        "battery": [_("Battery"), f"{battery}, {battery_sub}".removesuffix(", ")],
        "loads": [_("Lamps and sockets"), _("direct current")],
        "panel_wire": _wire_words(runs["panel"]),
        "battery_wire": _wire_words(runs["battery"]),
        "load_wire": _wire_words(runs["load"]),
        "note": note,
    }


def _run_words(name: str) -> str:
    return {
        "panel": _("Panel to controller"),
        "battery": _("Controller to battery"),
        "load": _("Controller to loads"),
    }[name]


def _wiring(bill: Bill) -> dict[str, Any]:
    runs = bill.runs or tuple(_kit_runs(bill).values())
    rows = [
        [
            _run_words(run.name),
            f"{run.volts:.1f} V",
            f"{run.amps:.1f} A",
            f"{_plain(run.metres)} m",
            f"{_plain(run.wire.mm2)} mm²",
            f"{run.wire.fuse} A",
            f"{run.wire.drop * 100:.1f} %",
        ]
        for run in runs
    ]
    heads = [
        _("Run"),
        _("Voltage"),
        _("Current"),
        _("At most"),
        _("Copper"),
        _("Fuse"),
        _("Drop"),
    ]
    return {"title": _("Wires and fuses"), "heads": heads, "rows": rows}


def _mounting(site: Site) -> dict[str, Any]:
    lines = [
        _("Face the panel to true %(side)s; a compass may point some degrees off it.")
        % {"side": _faces(site.lat)},
        _("Tilt it %(tilt)d° from the level: with a level and a ruler, %(rise)d cm up on 100 cm along it.")
        % {"tilt": round(site.tilt), "rise": round(100 * _sine(site.tilt))},
        _("No shade from 9 to 15 o'clock, in any month. One shaded cell can take half of the power."),
        _("Leave 10 cm of air below the panel. Fix the frame to rafters, not to roofing sheets."),
        _("Keep the battery in a dry, airy, shaded place that can be locked, off the floor."),
    ]
    return {
        "title": _("Mounting"),
        "tilt": min(max(site.tilt, 0.0), 89.0),
        "angle": f"{round(site.tilt)}°",
        "lines": lines,
    }


def _sine(degrees: float) -> float:
    from math import radians, sin

    return sin(radians(degrees))


def _safety() -> dict[str, Any]:
    lines = [
        _("A panel in light is live and cannot be switched off: cover it before you touch its wires."),
        _("Connect in this order: battery, loads, panel. Disconnect in the opposite order."),
        _("The fuse of the battery sits within 20 cm of its plus pole. Put it in last."),
        _("A battery can weld a spanner: take off rings, insulate tools, never bridge its poles."),
        _("Check polarity with a meter before each connection; wrong polarity destroys the controller."),
        _("Earth the frame of the panel and the mast. Do not work on a roof in wind, rain or thunder."),
        _("Work on a roof with two people and a rope. No mains: nothing here may be joined to a grid."),
    ]
    return {"title": _("Safety"), "lines": lines}


def _kind_words(kind: str) -> str:
    return {
        "kit": _("Kit"),
        "panel": _("Panel"),
        "battery": _("Battery"),
        "controller": _("Charge controller"),
        "wire": _("Two-core copper wire (m)"),
        "fuse": _("Fuse with holder"),
        "lamp": _("Lamp"),
    }[kind]


def _bill(bill: Bill, catalogue: Catalogue) -> dict[str, Any]:
    rows = [
        [_kind_words(one.kind), one.name, _plain(one.count), f"{one.price:.2f}", f"{one.total:.2f}"]
        for one in bill.items
    ]
    return {
        "title": _("Bill of materials"),
        "heads": [
            _("What"),
            _("Product"),
            _("How many"),
            _("Each, %(currency)s") % {"currency": catalogue.currency},
            _("Together"),
        ],
        "rows": rows,
        "total": f"{catalogue.currency} {bill.total:,.2f}",
    }


def proof_words(proof: Proof) -> str:
    """Whether a document holds, in words."""
    return {
        Proof.VALID: _("valid"),
        Proof.EXPIRED: _("EXPIRED"),
        Proof.MISSING: _("MISSING"),
    }[proof]


def class_words(found: Class) -> str:
    """How a system is proved, in words."""
    return {
        Class.KIT: _("Kit under IEC TS 62257-9-5"),
        Class.COMPONENTS: _("System of components, each under its own standard"),
    }[found]


def _proofs(bill: Bill) -> dict[str, Any]:
    rows = [
        [
            one.product,
            one.standard,
            one.number or "-",
            f"{proof_words(one.proof)} {one.valid_until.isoformat() if one.valid_until else ''}".strip(),
        ]
        for one in bill.proofs
    ]
    heads = [_("Product"), _("Standard"), _("Document"), _("Until")]
    return {"title": _("Documents"), "heads": heads, "rows": rows}


def _care(bill: Bill) -> dict[str, Any]:
    size = bill.kit or bill.system
    assert size is not None, "a bill is of one of them"
    lead = bill.kit is None and bill.system is not None and bill.system.battery.chemistry == "lead-acid"
    rows = [
        [_("Each week"), _("Look at the controller: does it charge at noon, is a fault shown?")],
        [_("Each month"), _("Wash the panel in the morning with water and a soft cloth; in dust each week.")],
        [_("Each month"), _("Look for new shade: cut branches, move aerials and laundry.")],
        [_("Each quarter"), _("Tighten terminals with the panel covered; look for corrosion and ants.")],
        [_("Each year"), _("Check frame, bolts, earth wire and the seals of cables on the roof.")],
        [
            _("Each year"),
            _("Measure: hours of light from a full battery. Below four fifths of the first year, call."),
        ],
    ]
    if lead:
        rows.insert(2, [_("Each month"), _("Fill open lead cells with distilled water to the mark.")])
    heads = [_("When"), _("What"), "I", "II", "III", "IV"]
    return {
        "title": _("Care: tick each quarter"),
        "heads": heads,
        "rows": [[*row, "", "", "", ""] for row in rows],
    }


def sheet(bill: Bill, catalogue: Catalogue, site: Site, day: date) -> dict[str, Any]:
    """All that the sheet shows."""
    size = bill.kit or bill.system
    assert size is not None, "a bill is of one of them"
    volts = bill.kit.volts if bill.kit is not None else Decimal(bill.system.volts if bill.system else 0)
    marks = [_("Sample catalogue: products, prices and documents are invented")] if catalogue.sample else []
    if any(one.proof is not Proof.VALID for one in bill.proofs):
        marks.append(_("Do not install before the documents marked below are renewed"))
    place = f"{site.lat:.3f}, {site.lon:.3f}"
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": _("Installation sheet"),
        "subtitle": class_words(bill.proved_as),
        "marks": marks,
        "facts": [
            [_("Place"), f"{site.name} {place}".strip()],
            [_("Panel"), f"{size.wp} Wp"],
            [_("Battery, on its label"), f"{size.wh} Wh, {_plain(volts)} V"],
            [_("Made on"), day.isoformat()],
        ],
        "code": f"ISTHMUS-SOLAR:1:{site.lat:.4f}:{site.lon:.4f}:{size.wp}WP:{size.wh}WH:{_plain(volts)}V"
        f":TILT{round(site.tilt)}",
        "diagram": _diagram(bill),
        "wiring": _wiring(bill),
        "mounting": _mounting(site),
        "safety": _safety(),
        "bill": _bill(bill, catalogue),
        "proofs": _proofs(bill),
        "care": _care(bill),
        "signatures": [_("Installed by, on, signature"), _("Tested and taken over by, on, signature")],
        "footer": _("Keep this sheet beside the controller."),
    }


def lacking(what: str) -> str:
    """What the catalogue lacks for a design, in words; anything else as it is."""
    words = {
        "battery": _("no battery is large enough"),
        "controller": _("no charge controller carries so large a panel"),
    }
    return words.get(what, what)
