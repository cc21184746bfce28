"""`isthmus excise stamps`: issue codes, verify one, keep the list for inspectors, look for copies."""

from dataclasses import asdict
from pathlib import Path

import click
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import Bar, json_option, say, show_one, who

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def stamps() -> None:
    """Tax stamps: codes, checks, and signs of copies."""


@stamps.command()
@click.option("--gtin", required=True, help="GTIN of the product, 8 to 14 digits.")
@click.option("--count", required=True, type=int, help="How many stamps.")
@click.option("--out", required=True, type=_OUT, help="File for the codes, a line each.")
@click.option(
    "--proof", type=click.Choice(["plain", "tagged", "signed"]), default="tagged", show_default=True
)
@click.option("--request", "number", type=int, help="Number of the approved request; it says the rest.")
@click.option("--organisation", help="Code of the organisation that holds them, where there are several.")
@click.option("--product", default="", help="What consumers read; the GTIN where it is not given.")
@click.option("--guarantee", default="", help="Number of the guarantee of which the duty is reserved.")
@json_option
def issue(
    gtin: str,
    count: int,
    out: Path,
    proof: str,
    number: int | None,
    organisation: str | None,
    product: str,
    guarantee: str,
    *,
    as_json: bool,
) -> None:
    """Issue stamps and write their codes to a file.

    Without --request, the request and its approval are noted as made by whoever runs the command, and the
    duty as not secured where no --guarantee is given.
    """
    from isthmus.apps.excise.stamps.services import issuing, requesting

    if not out.parent.is_dir():
        raise BadInput("excise.stamps-out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    actor = who()
    with transaction.atomic():
        if number is None:
            asked = requesting.at_the_command_line(
                organisation,
                gtin=gtin,
                product=product,
                count=count,
                proof=proof,
                guarantee=guarantee,
                actor=actor,
            )
        else:
            asked = requesting.approved(number, gtin=gtin, count=count)
        batch = issuing.issue(asked, actor=actor)
        draft, written = out.with_name(out.name + ".part"), 0
        with draft.open("wb") as file, Bar(_("Writing codes")) as bar:
            for portion in issuing.code_lines(batch):
                file.write(portion)
                written += portion.count(b"\n")
                bar.step(written, batch.count)
    draft.replace(out)
    facts = {
        "batch": batch.pk,
        "request": asked.number,
        "gtin": batch.gtin,
        "count": written,
        "out": str(out),
    }
    show_one(facts, as_json=as_json)


@stamps.command()
@click.argument("code")
@json_option
def verify(code: str, *, as_json: bool) -> None:
    """Say what this node knows about a CODE: an address from a symbol, or the signs beside it.

    Exit code 0 where it is in order, 2 where the text is no code, 4 for a serial that was never issued, and 3
    for all others.
    """
    from isthmus.apps.excise.stamps.rules.verdicts import Verdict
    from isthmus.apps.excise.stamps.services.verifying import verify as answer_about
    from isthmus.apps.excise.stamps.wording import PLACES, headline, meaning

    answer = answer_about(code)
    facts: dict[str, object] = {
        "verdict": answer.verdict.value,
        "answer": headline(answer.verdict),
        "meaning": meaning(answer.verdict),
    }
    if answer.code is not None:
        facts["serial"] = answer.code.serial_text
    if answer.found is not None and answer.product:
        facts |= {
            "gtin": answer.found.batch.gtin,
            "product": answer.product,
            "batch": answer.found.batch.pk,
            "number": answer.found.number,
            "state": PLACES[answer.found.place],
            "seen": answer.seen,
            "first_seen": answer.first_seen,
        }
    show_one(facts, as_json=as_json)
    codes = {Verdict.IN_ORDER: 0, Verdict.NO_CODE: 2, Verdict.UNKNOWN_SERIAL: 4}
    raise SystemExit(codes.get(answer.verdict, 3))


@stamps.command("filter")
@click.option("--out", type=_OUT, help="Write it here instead of where the inspectors' page finds it.")
@json_option
def keep_filter(out: Path | None, *, as_json: bool) -> None:
    """Make the list of stamps in use for checks without a network."""
    from isthmus.apps.excise.stamps.rules.filtering import opened
    from isthmus.apps.excise.stamps.services import listing

    if out is None:
        path = listing.keep()
    else:
        path = out
        path.write_bytes(listing.status_filter())
    found = opened(path.read_bytes())
    facts = {
        "out": str(path),
        "stamps": found.shape.count,
        "bytes": path.stat().st_size,
        "made_at": found.made_at,
    }
    show_one(facts, as_json=as_json)


@stamps.command("roll-key")
@click.argument("kind", type=click.Choice(["tag", "signature"]))
@json_option
def roll_key(kind: str, *, as_json: bool) -> None:
    """Make a new key for tags or signatures; codes issued from now on name it, old ones stay valid."""
    from isthmus.apps.excise.stamps.models import StampKeyKind
    from isthmus.apps.excise.stamps.services import keys

    key = keys.roll(StampKeyKind(kind), actor=who())
    show_one({"kind": kind, "number": key.number, "made_at": key.made_at}, as_json=as_json)


@stamps.command()
@click.argument("scans", type=_IN)
@click.option("--out", required=True, type=_OUT, help="CSV or Parquet to write.")
@click.option("--produced", type=_IN, help="Productions: columns serial,time.")
@click.option(
    "--speed-kmh",
    type=click.FloatRange(1, 2000),
    default=130,
    show_default=True,
    help="How fast goods travel.",
)
@click.option(
    "--clock-error-s",
    type=click.IntRange(0, 86_400),
    default=900,
    show_default=True,
    help="By how much two clocks together may be wrong.",
)
@click.option(
    "--place-error-km",
    type=click.FloatRange(0, 500),
    default=2,
    show_default=True,
    help="How far apart two positions of one place may be.",
)
@click.option("--keep", is_flag=True, help="Keep what is found as indications for officers; OUT is CSV then.")
@json_option
def clones(
    scans: Path,
    out: Path,
    produced: Path | None,
    speed_kmh: float,
    clock_error_s: int,
    place_error_km: float,
    *,
    keep: bool,
    as_json: bool,
) -> None:
    """Look for signs of copied stamps in SCANS: columns serial,time,place,lat,lon, CSV or Parquet.

    What it finds are indications, no proof. Rows without a serial, a place, a time or a position are left
    out; the exit code is 2 then.
    """
    from isthmus.apps.excise.stamps.analytics.copies import find_copies
    from isthmus.apps.excise.stamps.formats.signs import read_signs
    from isthmus.apps.excise.stamps.models import IndicationKind, IndicationSource
    from isthmus.apps.excise.stamps.rules.clones import Bounds
    from isthmus.apps.excise.stamps.services import indicating

    if keep and out.suffix.lower() != ".csv":
        raise BadInput("excise.stamps-out", _("With --keep the signs are written as CSV."))
    with Bar(_("Looking for copies")) as bar:
        summary = find_copies(
            scans,
            out,
            bounds=Bounds(speed_kmh, clock_error_s, place_error_km),
            productions=produced,
            step=bar.step,
        )
    facts: dict[str, object] = {**asdict(summary), "out": str(out)}
    if keep:
        scanned = IndicationSource.SCANS
        facts["kept"] = indicating.keep(
            indicating.Sign(source=scanned, **one | {"kind": IndicationKind(one["kind"])})
            for one in read_signs(out)
        )
    show_one(facts, as_json=as_json)
    if summary.left_out:
        say(
            _("%(count)s rows were left out: they lack a serial, a place, a time or a position on earth.")
            % {"count": summary.left_out}
        )
        raise SystemExit(2)


@stamps.command()
@click.option("--clock-error-s", type=click.IntRange(0, 86_400), default=900, show_default=True)
@json_option
def look(clock_error_s: int, *, as_json: bool) -> None:
    """Look for indications now: activation without production, and places of single bottles."""
    from datetime import timedelta

    from isthmus.apps.excise.stamps.services import indicating

    show_one(indicating.look(clock_error=timedelta(seconds=clock_error_s)), as_json=as_json)
