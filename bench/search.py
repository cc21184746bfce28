"""What a question costs beside SQLite's own full text search (FTS5), and how large both indexes are.

Records of about fifty words, drawn from a seed by Zipf's law, so that some words stand in nearly all of
them. The same questions go to both, the best ten are wanted; FTS5 has its own tokens and its own BM25, in C.
With SQLite, times are processor time of this process; with --database postgres://..., they are time on the
clock, and FTS5 is left out. Ends with 1 where 95 of 100 questions take 50 ms or more.
"""

import argparse
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH))  # the settings of the benchmarks and their application
sys.path.insert(0, str(BENCH.parent / "src"))

VOCABULARY, TITLE, TEXT = 30_000, 6, 45
COMMON = 100
QUESTIONS, BEST = 200, 10
MOST_MS = 50.0


class Drawn:
    """Words of two to four syllables; the n-th is drawn as often as 1/n."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
        made: dict[str, None] = {}
        while len(made) < VOCABULARY:
            made["".join(self.random.choices(syllables, k=self.random.randint(2, 4))) + "x"] = None
        self.words = list(made)
        self.weights = list(accumulate(1 / place for place in range(1, VOCABULARY + 1)))

    def text(self, length: int) -> str:
        """So many words."""
        total = self.weights[-1]
        return " ".join(
            self.words[bisect(self.weights, self.random.random() * total)] for _word in range(length)
        )

    def records(self, count: int) -> Iterator[tuple[str, str, str]]:
        """Keys, titles and texts."""
        for number in range(count):
            yield str(number), self.text(TITLE), self.text(self.random.randint(TEXT // 2, TEXT * 3 // 2))

    def questions(self, records: list[tuple[str, str, str]]) -> list[str]:
        """One to three words that tell something, and up to two more, that stand together in a record."""
        common = set(self.words[:COMMON])
        found: list[str] = []
        while len(found) < QUESTIONS:
            words = self.random.choice(records)[2].split()
            telling = [word for word in words if word not in common]
            if telling:
                asked = self.random.choices(telling, k=self.random.randint(1, 3))
                found.append(" ".join([*asked, *self.random.choices(words, k=self.random.randint(0, 2))]))
        return found


def _set_up(home: Path, database: str) -> None:
    os.environ.update({"ISTHMUS_HOME": str(home), "ISTHMUS_NODE_ID": "mm", "ISTHMUS_LOG_LEVEL": "WARNING"})
    os.environ["ISTHMUS_DATABASE"] = database
    os.environ["DJANGO_SETTINGS_MODULE"] = "rig.settings"
    import django
    from django.core.management import call_command

    django.setup(set_prefix=False)
    call_command("migrate", "search", interactive=False, verbosity=0)


def _times(ask: Callable[[str], object], questions: list[str], clock: Callable[[], float]) -> list[float]:
    """Milliseconds of each question, the shortest first; asked once before they are counted."""
    for question in questions[:20]:
        ask(question)
    times = []
    for question in questions:
        begun = clock()
        ask(question)
        times.append((clock() - begun) * 1000)
    return sorted(times)


def _part(times: list[float], share: float) -> float:
    return round(times[int(len(times) * share)], 2)


def _fts5(file: Path, records: list[tuple[str, str, str]]) -> tuple[Callable[[str], object], int]:
    """Its way to ask, and its bytes; the texts are in it too, as they are in ours."""
    database = sqlite3.connect(file)
    database.execute("CREATE VIRTUAL TABLE found USING fts5(key UNINDEXED, title, text)")
    database.executemany("INSERT INTO found VALUES (?, ?, ?)", records)
    database.commit()
    statement = "SELECT key FROM found WHERE found MATCH ? ORDER BY bm25(found, 0.0, 2.0, 1.0) LIMIT ?"

    def ask(question: str) -> object:
        return database.execute(statement, (" OR ".join(question.split()), BEST)).fetchall()

    return ask, file.stat().st_size


def _beside_fts5(home: Path, records: list[tuple[str, str, str]], questions: list[str]) -> dict[str, Any]:
    """SQLite's own search on the same records."""
    ask, size = _fts5(home / "fts5.sqlite3", records)
    times = _times(ask, questions, time.process_time)
    return {"fts5_p50_ms": _part(times, 0.5), "fts5_p95_ms": _part(times, 0.95), "fts5_bytes": size}


def measure(home: Path, database: str, count: int) -> dict[str, Any]:
    """Index the records, ask, and compare."""
    drawn = Drawn(2026)
    records = list(drawn.records(count))
    questions = drawn.questions(records)
    _set_up(home, database)
    from django.db import connection

    from isthmus.search import queries, services
    from isthmus.search.queries import Question

    inside = connection.vendor == "sqlite"
    clock = time.process_time if inside else time.perf_counter
    begun = clock()
    services.put("bench", (services.Entry(key, title, text, "sw") for key, title, text in records))
    indexed = clock() - begun
    services.settle()  # as the commands do that index much
    try:
        times = _times(
            lambda text: queries.find(Question(text, languages=["sw"], size=BEST)), questions, clock
        )
        report: dict[str, Any] = {
            "bench": "search",
            "database": connection.vendor,
            "documents": count,
            "indexed_a_second": round(count / indexed),
            "p50_ms": _part(times, 0.5),
            "p95_ms": _part(times, 0.95),
            "most_p95_ms": MOST_MS,
        }
        if inside:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            report["bytes"] = Path(connection.settings_dict["NAME"]).stat().st_size
            report |= _beside_fts5(home, records, questions)
            report["ratio_of_p95_to_fts5"] = round(report["p95_ms"] / report["fts5_p95_ms"], 2)
            report["ratio_of_bytes_to_fts5"] = round(report["bytes"] / report["fts5_bytes"], 2)
    finally:
        services.clear("bench")
    return report


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--documents", type=int, default=100_000, help="how many records; 100,000 take minutes"
    )
    parser.add_argument(
        "--database", default="", metavar="ADDRESS", help="an empty one for this; else SQLite"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isthmus-bench-") as folder:
        report = measure(Path(folder), options.database, options.documents)
    if options.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name}: {value}")
    return int(report["p95_ms"] >= MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
