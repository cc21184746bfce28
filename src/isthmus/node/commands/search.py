"""The index from the shell: ask it, fill it from a file, make it anew, and measure how well it ranks."""

from pathlib import Path

import click
from django.conf import settings

from isthmus.kit.terminal import Bar, json_option, say, show_one, show_rows, write_json
from isthmus.node.network import kinds as declared_kinds
from isthmus.search import evaluation, queries, services
from isthmus.search.formats import collection, judgments
from isthmus.search.models import Collection
from isthmus.search.queries import Hit, Question
from isthmus.search.ranking import Part
from isthmus.search.rules.excerpts import Piece
from isthmus.search.rules.worth import MILLION
from isthmus.search.services import Entry

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FROM_FILES = "file:"
_PARTS: dict[str, tuple[Part, ...]] = {"text": ("text",), "title": ("title",), "both": ("title", "text")}
_language = click.option(
    "--language", default="en", show_default=True, help="The language where the file states none."
)


class Asking(click.Group):
    """What is no command of its own is a question: `isthmus search solar pumps`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in that was left out."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["find", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Asking)
def search() -> None:
    """Ask the index of this node; QUERY alone is enough."""


def _plain(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def _points(score: int) -> str:
    return f"{score / MILLION:.3f}"


def _because(hit: Hit) -> str:
    return ", ".join(f"{item.word} in {item.part} {_points(item.points)}" for item in hit.items)


def _as_row(hit: Hit, place: int, *, explain: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "place": place,
        "kind": hit.collection,
        "key": hit.key,
        "language": hit.language,
        "score_millionths": hit.score,
        "title": _plain(hit.title),
        "excerpt": _plain(hit.excerpt),
    }
    if explain:
        row["items"] = [
            {"word": item.word, "part": item.part, "count": item.count, "points_millionths": item.points}
            for item in hit.items
        ]
    return row


@search.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--kind", "kinds", multiple=True, help="Only this kind, such as experts; may be repeated.")
@click.option("--language", "languages", multiple=True, help="A language to ask in; may be repeated.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Which page.")
@click.option("--size", default=10, show_default=True, type=click.IntRange(1, 100), help="Documents a page.")
@click.option("--explain", is_flag=True, help="Say what each word adds to the score.")
@json_option
def find(
    query: tuple[str, ...],
    kinds: tuple[str, ...],
    languages: tuple[str, ...],
    page: int,
    size: int,
    *,
    explain: bool,
    as_json: bool,
) -> None:
    """Find documents of this node, the best first; whoever runs this sees them all."""
    indexed = Collection.objects.values_list("name", flat=True)
    declared_kinds.require_known(kinds, {*declared_kinds.declared(), *indexed})
    question = Question(
        " ".join(query),
        languages=languages or [settings.LANGUAGE_CODE, "en"],
        collections=kinds or None,
        audiences=None,
        page=page,
        size=size,
    )
    found = queries.find(question)
    first = (page - 1) * size + 1
    rows = [_as_row(hit, place, explain=explain) for place, hit in enumerate(found.hits, start=first)]
    if as_json:
        write_json({"hits": rows, "page": found.page, "more": found.more})
        return
    columns = {"place": "place", "kind": "kind", "key": "key", "score": "score", "shown": "what"}
    table = [
        {**row, "score": _points(hit.score), "shown": row["title"] or row["excerpt"]}
        for row, hit in zip(rows, found.hits, strict=True)
    ]
    show_rows(table, columns, as_json=False, empty="Nothing was found.")
    if explain:
        for row, hit in zip(rows, found.hits, strict=True):
            click.echo(f"{row['place']}: {_points(hit.score)} = {_because(hit)}")
    if found.more:
        say(f"There are more: --page {page + 1}.")


@search.command()
@click.argument("file", type=_FILE)
@click.option("--kind", default="documents", show_default=True, help="The name to find them under.")
@_language
@json_option
def index(file: Path, kind: str, language: str, *, as_json: bool) -> None:
    """Let the documents of a file be found as file:KIND; all of them, or none where a line is wrong.

    FILE is JSON Lines, an object a line with id, title, text and language, or a collection of SMART. What
    has the same id is replaced.
    """
    documents = list(collection.read(file, language))
    entries = [Entry(one.key, one.title, one.text, one.language) for one in documents]
    written = services.put(_FROM_FILES + kind, entries)
    services.settle()
    show_one({"kind": _FROM_FILES + kind, "read": len(documents), "indexed": written}, as_json=as_json)


@search.command()
@click.argument("kind")
@json_option
def forget(kind: str, *, as_json: bool) -> None:
    """Let what was indexed from files as KIND be found no more."""
    name = _FROM_FILES + kind.removeprefix(_FROM_FILES)
    show_one({"kind": name, "removed": services.clear(name)}, as_json=as_json)


@search.command()
@click.option("--stale", is_flag=True, help="Only what an earlier release indexed by other rules.")
@json_option
def rebuild(*, stale: bool, as_json: bool) -> None:
    """Index every document anew from its text; the node goes on working meanwhile."""
    with Bar("Indexing") as bar:
        done = services.rebuild(bar.step, stale=stale)
    services.settle()
    show_one({"indexed": done}, as_json=as_json)


@search.command()
@click.option("--docs", type=_FILE, required=True, help="The documents: JSON Lines or SMART.")
@click.option("--queries", "asked", type=_FILE, required=True, help="The questions: JSON Lines or SMART.")
@click.option("--qrels", type=_FILE, required=True, help="The judgments: TREC's four columns or three.")
@click.option(
    "--part", default="text", show_default=True, type=click.Choice(list(_PARTS)), help="What is ranked by."
)
@_language
@json_option
def evaluate(docs: Path, asked: Path, qrels: Path, part: str, language: str, *, as_json: bool) -> None:
    """Measure how well a judged collection is ranked, and leave the index as it was.

    A grade of at least 1 is relevant. On SQLite, nothing else can be written meanwhile.
    """
    found = evaluation.evaluate(
        list(collection.read(docs, language)),
        list(collection.read(asked, language)),
        judgments.read(collection.lines_of(qrels)),
        parts=_PARTS[part],
    )
    shown = {
        "documents": found.documents,
        "questions": found.questions,
        "ndcg_at_10": round(found.ndcg_at_10, 4),
        "map": round(found.mean_average_precision, 4),
        "recall_at_100": round(found.recall_at_100, 4),
    }
    show_one(shown, as_json=as_json)
