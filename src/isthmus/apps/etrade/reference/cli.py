"""`isthmus reference`: load code lists into the node, and look codes up."""

from collections.abc import Callable
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.etrade.reference import queries, services
from isthmus.apps.etrade.reference.models import HsCode, Place, ReferenceFile
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import Bar, json_option, say, show_rows, who

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Load = Callable[[Path, services.Step], services.Loading]


@click.group()
def reference() -> None:
    """What codes mean: the HS, places, units, currencies."""


def _many(name: str, text: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    return click.option(name, multiple=True, type=_FILE, metavar="FILE", help=text)


@reference.command()
@click.argument("named", nargs=-1, metavar="[LIST FILE...]")
@_many("--hs", "An edition of the HS, or the names of its sections, as CSV.")
@click.option("--edition", default="", metavar="YEAR", help="Edition of the HS, where the file does not say.")
@_many("--unlocode", "UN/LOCODE of a country, as CSV of the UN vocabulary.")
@_many("--units", "Further units of Recommendation 20: code,name.")
@_many("--rates", "Exchange rates: currency,date,rate.")
@_many("--duties", "Rates of duty, CSV or XLSX: hs,rate,from.")
@json_option
def load(
    named: tuple[str, ...],
    hs: tuple[Path, ...],
    edition: str,
    unlocode: tuple[Path, ...],
    units: tuple[Path, ...],
    rates: tuple[Path, ...],
    duties: tuple[Path, ...],
    *,
    as_json: bool,
) -> None:
    """Load code lists. Each file is loaded whole or not at all; one loaded before changes nothing.

    `load duties FILE...` says the same as `load --duties FILE`, and so do the other lists.
    """
    actor = who()
    more = _named(named)
    work: list[tuple[Path, Load]] = [
        *(
            (path, lambda p, s: services.load_hs(p, edition=edition, actor=actor, step=s))
            for path in (*hs, *more["hs"])
        ),
        *(
            (path, lambda p, s: services.load_places(p, actor=actor, step=s))
            for path in (*unlocode, *more["unlocode"])
        ),
        *(
            (path, lambda p, s: services.load_units(p, actor=actor, step=s))
            for path in (*units, *more["units"])
        ),
        *(
            (path, lambda p, s: services.load_rates(p, actor=actor, step=s))
            for path in (*rates, *more["rates"])
        ),
        *(
            (path, lambda p, s: services.load_duties(p, actor=actor, step=s))
            for path in (*duties, *more["duties"])
        ),
    ]
    if not work:
        raise click.UsageError("Name a file: --hs, --unlocode, --units, --rates or --duties.")
    rows: list[dict[str, object]] = []
    refused: list[BadInput] = []
    for path, function in work:
        try:
            with Bar(path.name) as bar:
                loading = function(path, bar.step)
        except BadInput as error:
            refused.append(error)
            say(str(error))
            continue
        rows.append(_row(loading.file) | {"file": str(path), "new": loading.is_new})
    columns = {"file": "file", "sort": "list", "scope": "edition or country", "rows": "rows", "new": "new"}
    show_rows(rows, columns, as_json=as_json, empty=_("Nothing was loaded."))
    if refused:
        raise SystemExit(2)


_LISTS = ("hs", "unlocode", "units", "rates", "duties")


def _named(words: tuple[str, ...]) -> dict[str, tuple[Path, ...]]:
    """The files of `load LIST FILE...`, by list; each must be there."""
    found: dict[str, tuple[Path, ...]] = dict.fromkeys(_LISTS, ())
    if not words:
        return found
    name, *files = words
    if name not in found:
        raise click.UsageError(f"{name} is no list; there are {', '.join(_LISTS)}.")
    context = click.get_current_context()
    found[name] = tuple(_FILE.convert(file, None, context) for file in files)
    return found


def _row(file: ReferenceFile) -> dict[str, object]:
    return {"sort": file.sort, "scope": file.scope, "rows": file.rows, "loaded_at": file.loaded_at}


@reference.command("list")
@json_option
def list_files(*, as_json: bool) -> None:
    """Say which files were loaded, the newest first."""
    rows = [
        _row(file) | {"file": file.file_name, "by": file.loaded_by} for file in ReferenceFile.objects.all()
    ]
    columns = {"file": "file", "sort": "list", "scope": "edition or country", "rows": "rows"}
    show_rows(rows, {**columns, "loaded_at": "loaded"}, as_json=as_json, empty=_("Nothing was loaded yet."))


@reference.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--edition", default="", metavar="YEAR", help="Only this edition of the HS.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="At most so many.")
@json_option
def find(words: tuple[str, ...], edition: str, limit: int, *, as_json: bool) -> None:
    """Look up HS codes and places by their words or by code. Exit code 4 where nothing is found."""
    text = " ".join(words)
    codes = HsCode.objects.filter(edition=edition) if edition else HsCode.objects.all()
    rows: list[dict[str, object]] = [
        {"kind": f"HS {row.edition}", "code": row.code, "words": row.words}
        for row in queries.codes_with(text, codes)[:limit]
    ]
    if not edition:
        rows += [
            {"kind": "UN/LOCODE", "code": row.code, "words": row.name}
            for row in queries.places_with(text, Place.objects.all())[:limit]
        ]
    if not rows:
        raise NotFound(
            "etrade.reference-none",
            _("No code or place is called “%(text)s”.") % {"text": text},
            next_step=_("`isthmus reference list` shows what was loaded."),
        )
    columns = {"kind": "list", "code": "code", "words": "words"}
    show_rows(rows, columns, as_json=as_json, empty="")
