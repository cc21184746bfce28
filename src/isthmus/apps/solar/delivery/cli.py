"""`isthmus solar sheet`: the installation sheet of a design, as PDF."""

from decimal import Decimal
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.numbers_cli import Number
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one


@click.command()
@click.option("--lat", type=Number(-90, 90), required=True, help="Latitude, north above zero.")
@click.option("--lon", type=Number(-180, 180), required=True, help="Longitude, east above zero.")
@click.option("--pv-wp", type=click.IntRange(1, 20_000), required=True, help="The panel, in Wp.")
@click.option("--battery-wh", type=click.IntRange(1, 100_000), required=True, help="On its label, in Wh.")
@click.option("--battery", type=click.Choice(["lfp", "lead-acid"]), default="lfp", show_default=True)
@click.option("--tilt", type=Number(0, 90), help="Of the panel, in degrees; default: latitude.")
@click.option("--lamps", type=click.IntRange(0, 50), default=4, show_default=True, help="How many lamps.")
@click.option("--panel-metres", type=click.IntRange(1, 200), default=10, show_default=True)
@click.option("--place", default="", help="Name of the place, as the sheet shows it.")
@click.option("--components", is_flag=True, help="Of components, although a kit would do.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF file.")
@json_option
def sheet(
    lat: float,
    lon: float,
    pv_wp: int,
    battery_wh: int,
    battery: str,
    tilt: float | None,
    lamps: int,
    panel_metres: int,
    place: str,
    out: Path,
    *,
    components: bool,
    as_json: bool,
) -> None:
    """Write the sheet for the roof: diagram, wires and fuses, mounting, safety, materials, care."""
    from isthmus.apps.solar.catalogue.queries import catalogue
    from isthmus.apps.solar.catalogue.rules.choosing import NoneFits
    from isthmus.apps.solar.delivery.formats import sheet as paper
    from isthmus.apps.solar.delivery.rules.materials import Runs, bill_for
    from isthmus.apps.solar.delivery.rules.wiring import TooMuch
    from isthmus.apps.solar.delivery.wording import Site, lacking
    from isthmus.apps.solar.delivery.wording import sheet as words
    from isthmus.apps.solar.sizing.rules.usual import usual_tilt
    from isthmus.kit import clock

    products, today = catalogue(), clock.now().date()
    runs = Runs(panel=Decimal(panel_metres))
    try:
        bill = bill_for(
            products, pv_wp, battery_wh, battery, day=today, lamps=lamps, runs=runs, kits=not components
        )
    except (NoneFits, TooMuch) as error:
        raise BadInput(
            "solar.no-product",
            _("The catalogue has nothing for this design: %(what)s.") % {"what": lacking(str(error))},
            next_step=_("Choose a smaller system, a shorter wire, or another battery."),
        ) from error
    site = Site(lat, lon, usual_tilt(lat) if tilt is None else tilt, place)
    values = words(bill, products, site, today)
    try:
        out.write_bytes(paper.pdf(values))
    except OSError as error:
        raise BadInput(
            "solar.out", _("%(file)s cannot be written: %(why)s.") % {"file": out, "why": error.strerror}
        ) from error
    for mark in values["marks"]:
        say(mark)
    size = bill.kit or bill.system
    assert size is not None, "a bill is of one of them"
    facts = {
        "file": str(out),
        "class": bill.proved_as.value,
        "pv_wp": size.wp,
        "battery_wh": size.wh,
        "total": f"{bill.total:.2f}",
        "currency": products.currency,
        "documents": sorted({one.proof.value for one in bill.proofs}),
    }
    show_one(facts, as_json=as_json)
