"""Make a corridor: two files of declarations, the rates, the duties, and the truth beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.corridor import shipments, sides
from bench.corridor.settings import Corridor


@dataclass(frozen=True)
class Files:
    """Where a corridor lies."""

    exports: Path
    imports: Path
    rates: Path
    duties: Path
    links: Path
    traps: Path


def make(corridor: Corridor, folder: Path, suffix: str = ".parquet", *, shuffle: str = "") -> Files:
    """Write a corridor's files into ``folder``; ``shuffle`` is a word that puts the rows in another order."""
    import duckdb

    with duckdb.connect(
        ":memory:", config={"threads": 2, "memory_limit": "1500MB", "temp_directory": str(folder)}
    ) as db:
        db.execute("SET VARIABLE seed = ?", [f"corridor {corridor.seed} "])
        for statement in [*shipments.statements(corridor), *sides.statements(corridor)]:
            db.execute(statement)
        files = Files(
            *(
                folder / (name + suffix)
                for name in ("exports", "imports", "rates", "duties", "links", "traps")
            )
        )
        order = f"md5('{shuffle}' || id)" if shuffle else "id"
        _write(db, f"SELECT * FROM exports ORDER BY {order}", files.exports)
        _write(db, f"SELECT * FROM imports ORDER BY {order}", files.imports)
        _write(
            db,
            "SELECT currency, CAST(day AS VARCHAR) AS date, printf('%d.%06d', per_billion_usd // 1000000000, "
            "per_billion_usd % 1000000000 // 1000) AS rate FROM rates ORDER BY ALL",
            files.rates,
        )
        _write(db, "SELECT hs, printf('0.%02d', 1 + g % 30) AS rate FROM goods ORDER BY hs", files.duties)
        _write(db, "SELECT * FROM links ORDER BY ALL", files.links)
        _write(db, "SELECT * FROM traps ORDER BY ALL", files.traps)
    return files


def _write(db: Any, query: str, path: Path) -> None:  # noqa: ANN401  the engine is imported where it is used
    kind = "(FORMAT parquet)" if path.suffix == ".parquet" else "(FORMAT csv, HEADER)"
    db.execute(f"COPY ({query}) TO '{path}' {kind}")
