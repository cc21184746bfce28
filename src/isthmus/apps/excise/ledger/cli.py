"""`isthmus excise ledger`: whether books are as they were written, and what their accounts hold."""

import click
from django.utils.translation import gettext as _

from isthmus.apps.excise.ledger import queries
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, say, show_rows, write_json


@click.group()
def ledger() -> None:
    """Books of duty and of stamps: verify them, show what accounts hold."""


def _names(name: str | None) -> list[str]:
    known = queries.names()
    if name is not None and name not in known:
        raise NotFound(
            "excise.ledger.no-book",
            _("There is no book “%(book)s”.") % {"book": name},
            next_step=_("A book begins with its first entry. `isthmus excise ledger verify` lists them all."),
        )
    return known if name is None else [name]


def _found(verdict: queries.Verdict) -> dict[str, object]:
    broken = verdict.broken
    return {
        "book": verdict.book,
        "whole": verdict.whole,
        "entries": verdict.entries,
        "head": verdict.head,
        "first_changed": None if broken is None else broken.number,
        "why": None if broken is None else broken.why,
        "off_balance": list(verdict.off_balance),
    }


@ledger.command()
@click.argument("book", required=False)
@json_option
def verify(book: str | None, *, as_json: bool) -> None:
    """Walk a BOOK, or all, from the first entry; exit code 3 where one was changed, which is named.

    Why: `content` is an entry that was changed, `link` one that does not follow the one before it, `missing`
    a number that is not there. Off balance are accounts that hold something else than was posted to them.
    """
    rows = [_found(queries.verify(name)) for name in _names(book)]
    columns = {"book": "book", "whole": "whole", "entries": "entries", "first_changed": "first changed"}
    show_rows(
        rows,
        {**columns, "why": "why", "off_balance": "off balance"},
        as_json=as_json,
        empty="No book was begun yet.",
    )
    if not all(row["whole"] for row in rows):
        say("What was posted is no longer what is there. Restore a backup beside this node and compare.")
        raise SystemExit(3)


@ledger.command()
@click.argument("book")
@json_option
def balance(book: str, *, as_json: bool) -> None:
    """Show the trial balance of a BOOK: what each account holds, in minor units or pieces; sums are zero."""
    (name,) = _names(book)
    rows: list[dict[str, object]] = [
        {"holder": line.account.holder, "role": line.account.role, "unit": line.unit, "amount": line.amount}
        for line in queries.trial_balance(name)
    ]
    sums = queries.sums(name)
    if as_json:
        write_json({"book": name, "accounts": rows, "sums": sums})
    else:
        heads = {"holder": "holder", "role": "role", "unit": "unit", "amount": "amount"}
        show_rows(rows, heads, as_json=False, empty="Nothing was posted yet.")
        say("; ".join(f"{unit}: all accounts together hold {held}" for unit, held in sums.items()))
