"""Two files of declarations, the rates and the duties: read, checked, refused with file, line and column."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.analysis.engine import Workspace
from isthmus.analysis.tables import open_table, see, unreadable
from isthmus.apps.etrade.reconciliation.rules.names import MARK_PATTERN
from isthmus.kit.errors import BadInput, FieldFault

REQUIRED = ("id", "date", "hs", "partner")
OPTIONAL = (
    "hs_version",
    "origin",
    "consigned_from",
    "regime",
    "net_kg",
    "gross_kg",
    "value",
    "currency",
    "incoterm",
    "exporter",
    "consignee",
    "transport_doc",
    "container",
    "plate",
    "ucr",
    "packages",
    "quantity",
    "unit",
)
STALE_RATE_DAYS = 31
"""A rate serves until the next one of its currency, but no longer than so many days."""
MOST_FAULTS = 5

# What a cell is read as where it is not empty text; NULL where it cannot be read so.
_READ = {
    "date": "TRY_CAST(date AS DATE)",
    "hs": "replace(replace(hs, '.', ''), ' ', '')",
    "net_kg": "TRY_CAST(net_kg AS DECIMAL(18, 3))",
    "gross_kg": "TRY_CAST(gross_kg AS DECIMAL(18, 3))",
    "value": "TRY_CAST(value AS DECIMAL(16, 2))",
    "packages": "TRY_CAST(packages AS DECIMAL(18, 3))",
    "quantity": "TRY_CAST(quantity AS DECIMAL(18, 3))",
}
# What each column must be where it is not empty, as a condition on the cell's text and what it is read as.
_CHECKS = {
    "id": "trim(coalesce(id, '')) <> ''",
    "date": "read_date IS NOT NULL",
    "hs": "regexp_full_match(read_hs, '[0-9]{6,12}')",
    "partner": "trim(coalesce(partner, '')) <> ''",
    "net_kg": "net_kg IS NULL OR read_net_kg BETWEEN 0 AND 1000000000",
    "gross_kg": "gross_kg IS NULL OR read_gross_kg BETWEEN 0 AND 1000000000",
    "value": "value IS NULL OR read_value BETWEEN 0 AND 1000000000000",
    "packages": "packages IS NULL OR read_packages BETWEEN 0 AND 2000000000",
    "quantity": "quantity IS NULL OR read_quantity BETWEEN 0 AND 1000000000000",
}
_WIDE = """
CREATE OR REPLACE TABLE $wide AS
SELECT trim(t.id) AS id, t.read_date AS day, TRY_CAST(substr(t.read_hs, 1, 6) AS INTEGER) AS hs6,
    TRY_CAST(t.hs_version AS SMALLINT) AS hs_version,
    nullif(upper(trim(t.origin)), '') AS origin, nullif(upper(trim(t.consigned_from)), '') AS consigned_from,
    nullif(upper(trim(t.partner)), '') AS partner,
    TRY_CAST(substr(trim(t.regime), 1, 1) AS TINYINT) AS regime,
    nullif(CAST(t.read_net_kg * 1000 AS BIGINT), 0) AS grams, nullif(t.read_value, 0) AS value,
    t.coded AS currency,
    nullif(upper(trim(t.incoterm)), '') AS incoterm, t.exporter, t.consignee,
    CAST(t.read_packages AS INTEGER) AS packages, t.read_quantity AS quantity,
    nullif(upper(trim(t.unit)), '') AS unit, $usable AS usable, $marks,
    CAST(round(nullif(t.read_value, 0) * 100 / r.rate) AS BIGINT) AS worth
FROM (SELECT *, nullif(upper(trim(currency)), '') AS coded, $read FROM given) AS t
LEFT JOIN rates AS r ON r.currency = t.coded AND r.day = t.read_date
"""
# The compared form of a mark as a hash. Most need no more than the signs of $plain taken out, which is done
# and checked in half the time of the pattern; the pattern serves the others, to the same result.
_MARK = """CASE WHEN regexp_full_match($plain, '[0-9A-Z]+') THEN hash($plain)
    WHEN regexp_replace($plain, '$pattern', '', 'g') <> ''
        THEN hash(upper(regexp_replace($plain, '$pattern', '', 'g'))) END AS $as"""
_PLAIN = "replace(replace($given, '-', ''), ' ', '')"
_MARKS = (
    ("transport_doc", "doc", _PLAIN),
    ("container", "container", "$given"),
    ("plate", "plate", _PLAIN),
    ("ucr", "ucr", "$given"),
)
_CHECKED = "SELECT count(*) FROM given WHERE NOT coalesce($all, false)"
_WRONG_CELLS = "SELECT DISTINCT $name FROM given WHERE NOT coalesce($check, false) ORDER BY 1 LIMIT 50"
# Counting hashes takes two thirds of the time of comparing ids, which are looked at where two are alike.
_ALIKE = "SELECT count(*) - count(DISTINCT hash(id)) FROM $wide"
_REPEATED = "SELECT id, count(*) FROM $wide GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 5"
_RATES = """
CREATE OR REPLACE TABLE rates AS
WITH stated AS (
    SELECT upper(trim(currency)) AS currency, TRY_CAST(date AS DATE) AS day,
        TRY_CAST(rate AS DECIMAL(24, 9)) AS rate FROM given),
until AS (
    SELECT currency, day, rate, least(lead(day) OVER (PARTITION BY currency ORDER BY day, rate),
                                      day + CAST(? AS INTEGER)) AS last FROM stated)
SELECT currency, CAST(unnest(generate_series(day, coalesce(last, day + CAST(? AS INTEGER)) - 1,
    INTERVAL 1 DAY)) AS DATE) AS day,
    rate FROM until
"""
_NO_RATES = (
    "CREATE OR REPLACE TABLE rates AS SELECT '' AS currency, DATE '1900-01-01' AS day, 1.0 AS rate LIMIT 0"
)
_DUTIES = """
CREATE OR REPLACE TABLE duties AS
WITH stated AS (
    SELECT CAST(substr(replace(replace(hs, '.', ''), ' ', ''), 1, 6) AS INTEGER) AS hs6,
        coalesce(TRY_CAST(date AS DATE), DATE '1900-01-01') AS since,
        CAST(max(TRY_CAST(rate AS DECIMAL(9, 6))) AS DECIMAL(9, 6)) AS rate FROM given GROUP BY 1, 2)
SELECT hs6, rate, since,
    coalesce(lead(since) OVER (PARTITION BY hs6 ORDER BY since), DATE '9999-12-31') AS until FROM stated
"""
_NO_DUTIES = """
CREATE OR REPLACE TABLE duties AS
SELECT 0 AS hs6, 0.0 AS rate, DATE '1900-01-01' AS since, DATE '9999-12-31' AS until LIMIT 0
"""
_RATE_CHECKS = {
    "currency": "regexp_matches(trim(currency), '^[A-Za-z]{3}$')",
    "date": "TRY_CAST(date AS DATE) IS NOT NULL",
    "rate": "TRY_CAST(rate AS DECIMAL(24, 9)) > 0",
}
_DUTY_CHECKS = {
    "hs": "regexp_full_match(replace(replace(hs, '.', ''), ' ', ''), '[0-9]{6,12}')",
    "date": "date IS NULL OR TRY_CAST(date AS DATE) IS NOT NULL",
    "rate": "TRY_CAST(rate AS DECIMAL(9, 6)) BETWEEN 0 AND 50",
}


def read_side(workspace: Workspace, path: Path, wide: str) -> int:
    """Read a file of declarations into the typed table ``wide``; returns the number of rows.

    Weights are grams, ``worth`` is the value in hundredths of the currency of ``rates``, which are read
    before; marks are 64-bit hashes of their compared form.
    BadInput names the missing column, or the lines and columns that hold what the column cannot.
    """
    _open(workspace, path, REQUIRED, OPTIONAL)
    marks = ", ".join(
        _MARK.replace("$plain", f"plain_{mark}").replace("$pattern", MARK_PATTERN).replace("$as", mark)
        for _given, mark, _plain in _MARKS
    )
    read = [f"{text} AS read_{name}" for name, text in _READ.items()]
    read += [f"{plain.replace('$given', given)} AS plain_{mark}" for given, mark, plain in _MARKS]
    statement = _WIDE.replace("$wide", wide).replace("$marks", marks).replace("$read", ", ".join(read))
    _fill(workspace, path, statement.replace("$usable", _every(_CHECKS)))
    _refuse_unusable(workspace, path, wide)
    alike = workspace.number(_ALIKE.replace("$wide", wide))
    repeated = workspace.rows(_REPEATED.replace("$wide", wide)) if alike else []
    if repeated:
        raise BadInput(
            "etrade.reconcile.ids",
            _("%(file)s has more than one row with the same id.") % {"file": path.name},
            next_step=_("Give every declared item an id of its own; a shipment declared twice has two."),
            faults=tuple(
                FieldFault(f"{path.name}, id {code}", _("%(count)s rows") % {"count": count})
                for code, count in repeated
            ),
        )
    return workspace.number("SELECT count(*) FROM $wide".replace("$wide", wide))


def read_rates(workspace: Workspace, path: Path | None) -> None:
    """Fill ``rates``: units of each currency for one of the reference currency,
    one row a currency and day."""
    if path is None:
        workspace.run(_NO_RATES)
        return
    _open(workspace, path, ("currency", "date", "rate"), ())
    _check(workspace, path, _RATE_CHECKS)
    workspace.run(_RATES, [STALE_RATE_DAYS, STALE_RATE_DAYS])


def read_duties(workspace: Workspace, path: Path | None) -> None:
    """Fill ``duties``: the rate of duty on the value, as a fraction, by HS subheading and day.

    A rate counts from its ``date`` until the next one of its code; one without a date counts from ever.
    """
    if path is None:
        workspace.run(_NO_DUTIES)
        return
    _open(workspace, path, ("hs", "rate"), ("date",))
    _check(workspace, path, _DUTY_CHECKS)
    workspace.run(_DUTIES)


def _open(workspace: Workspace, path: Path, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
    columns = open_table(workspace, path, "file")
    missing = [name for name in required if name not in columns]
    if missing:
        raise BadInput(
            "etrade.reconcile.columns",
            _("%(file)s lacks the column %(columns)s.") % {"file": path.name, "columns": ", ".join(missing)},
            next_step=_("The guide's page on reconciliation lists the columns."),
        )
    chosen = ", ".join(
        ("CAST(" + name + " AS VARCHAR)" if name in columns else "CAST(NULL AS VARCHAR)") + " AS " + name
        for name in (*required, *optional)
    )
    workspace.run("CREATE OR REPLACE VIEW given AS SELECT $chosen FROM file".replace("$chosen", chosen))


def _fill(workspace: Workspace, path: Path, statement: str) -> None:
    import duckdb

    try:
        workspace.run(statement)
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
        raise unreadable(path, error) from error


def _check(workspace: Workspace, path: Path, checks: dict[str, str]) -> None:
    import duckdb

    try:
        wrong = workspace.number(_CHECKED.replace("$all", _every(checks)))
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise unreadable(path, error) from error
    _refuse(workspace, path, checks, wrong)


def _every(checks: dict[str, str]) -> str:
    return " AND ".join("coalesce(" + check + ", false)" for check in checks.values())


def _refuse_unusable(workspace: Workspace, path: Path, wide: str) -> None:
    wrong = workspace.number("SELECT count(*) FROM $wide WHERE NOT usable".replace("$wide", wide))
    of_the_text = {
        name: check.replace(f"read_{name}", _READ.get(name, name)) for name, check in _CHECKS.items()
    }
    _refuse(workspace, path, of_the_text, wrong)


def _refuse(workspace: Workspace, path: Path, checks: dict[str, str], wrong: int) -> None:
    if wrong:
        raise BadInput(
            "etrade.reconcile.values",
            _("%(file)s has %(count)s rows that cannot be used.") % {"file": path.name, "count": wrong},
            next_step=_(
                "Correct them: days as 2026-05-31, numbers with a decimal point, HS codes of 6 digits."
            ),
            faults=tuple(_faults(workspace, path, checks)),
        )


def _faults(workspace: Workspace, path: Path, checks: dict[str, str]) -> Iterator[FieldFault]:
    """The first wrong cells, found by a second, slower reading that keeps count of the lines."""
    found = 0
    for name, check in checks.items():
        cells = workspace.rows(_WRONG_CELLS.replace("$name", name).replace("$check", check))
        wrong = {value for (value,) in cells}
        if not wrong:
            continue
        for place, value in _cells(workspace, path, name):
            if value in wrong:
                shown = _("“%(value)s”") % {"value": str(value)[:40]} if value is not None else _("nothing")
                yield FieldFault(
                    _("%(file)s, %(place)s, column %(column)s")
                    % {"file": path.name, "place": place, "column": name},
                    _("holds %(value)s") % {"value": shown},
                )
                found += 1
                if found == MOST_FAULTS:
                    return


def _cells(workspace: Workspace, path: Path, name: str) -> Iterator[tuple[str, str | None]]:
    if path.suffix.lower() != ".csv":
        return
    shape = workspace.rows("SELECT Delimiter, Quote FROM sniff_csv(?)", [str(see(workspace, path))])
    delimiter, quote = (str(part) for part in shape[0])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, delimiter=delimiter or ",", quotechar=quote if len(quote) == 1 else '"')
        header = [cell.strip().lower() for cell in next(rows)]
        at = header.index(name)
        for row in rows:
            yield _("line %(line)s") % {"line": rows.line_num}, (row[at] or None) if at < len(row) else None
