"""Carry the postings of custody over to the ledger: an entry an act, in their order, chained and summed up."""

from collections import Counter
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from isthmus.apps.excise.ledger.rules import AccountKey, Draft, Move, Sealed, seal
from isthmus.apps.excise.ledger.rules.chain import ORIGIN

PLACES = {
    0: "issued",
    1: "stock",
    2: "transit",
    3: "activated",
    4: "sold",
    5: "spoiled",
    6: "cancelled",
    7: "destroyed",
    8: "lost",
    99: "given-out",
}
AT_ONCE = 500


def carry_over(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """One entry for each act that has postings; its moment and its actor are those of the act."""

    def get(name: str) -> type[Any]:
        return apps.get_model("excise", name)

    acts = get("StampAct").objects.order_by("pk")
    if not acts.exists():
        return
    book, _made = get("LedgerBook").objects.get_or_create(name="stamps", defaults={"head": ORIGIN})
    accounts: dict[AccountKey, Any] = {}
    balances: Counter[tuple[AccountKey, str]] = Counter()
    for act in acts.select_related("holder").prefetch_related("postings__holder").iterator(AT_ONCE):
        lines = sorted(act.postings.all(), key=lambda row: (row.holder.code, PLACES[row.place]))
        if not lines:
            continue
        unit = f"batch-{act.batch_id}"
        moves = tuple(Move(AccountKey(row.holder.code, PLACES[row.place]), unit, row.stamps) for row in lines)
        detail = {"first": act.first, "last": act.last, "carried_over": True}
        if act.reason:
            detail["reason"] = act.reason
        draft = Draft(f"act {act.pk}", act.act, moves, act.at.date(), unit, detail)
        entry = Sealed(book.name, book.entries + 1, draft, act.actor, act.at, 0, book.head, "")
        row = get("LedgerEntry").objects.create(
            book=book,
            number=entry.number,
            key=draft.key,
            kind=draft.kind,
            reference=draft.reference,
            value_on=draft.value_on,
            detail=detail,
            actor=entry.actor,
            at=entry.at,
            previous=entry.previous,
            digest=seal(entry),
        )
        for move in moves:
            if move.account not in accounts:
                accounts[move.account], _new = get("LedgerAccount").objects.get_or_create(
                    book=book,
                    holder=move.account.holder,
                    role=move.account.role,
                    defaults={"guarded": move.account.role != "given-out"},
                )
            balances[move.account, unit] += move.amount
        get("LedgerPosting").objects.bulk_create(
            get("LedgerPosting")(
                entry=row, line=line, account=accounts[move.account], unit=unit, amount=move.amount
            )
            for line, move in enumerate(moves, start=1)
        )
        book.entries, book.head = entry.number, row.digest
    book.save()
    get("LedgerBalance").objects.bulk_create(
        get("LedgerBalance")(
            account=accounts[account], unit=unit, amount=amount, guarded=accounts[account].guarded
        )
        for (account, unit), amount in sorted(balances.items())
    )


class Migration(migrations.Migration):
    dependencies = [
        ("excise", "0010_registry_extract"),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
