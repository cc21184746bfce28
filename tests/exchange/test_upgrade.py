"""A database of an earlier release comes along with what it holds."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from isthmus.exchange import ledger, tokens
from isthmus.exchange.models import LogEntry
from isthmus.kit import clock
from isthmus.wire import jws, keys, merkle, packing

TEXTS = [
    jws.sign(b'{"seq":1}' * 50, key=keys.generate_p256(), kid="k" * 43, typ=jws.RECORD),
    '{"kind":"audit","subject":"é"}',
    jws.sign(b"{}", key=keys.generate_p256(), kid="k" * 43, typ=jws.RECEIPT) + "=",
]
LOST = ["a text without entry", "another one"]


def leaf_of(text: str) -> str:
    return merkle.hash_leaf(text.encode()).hex()


def move_to(*targets: tuple[str, str]):
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return executor.loader.project_state(list(targets)).apps


@pytest.fixture
def newest(transactional_db: None) -> Iterator[list[tuple[str, str]]]:
    found = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield found
    MigrationExecutor(connection).migrate(found)


def indexes_of(table: str) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {
        name: index["columns"] for name, index in found.items() if index["index"] and not index["foreign_key"]
    }


@pytest.mark.django_db(transaction=True)
def test_texts_are_packed_and_records_lose_the_indexes_that_only_cost(newest: list[tuple[str, str]]) -> None:
    old = move_to(("exchange", "0002_kept_answers"))
    for index, text in enumerate(TEXTS):
        old.get_model("exchange", "LogEntry").objects.create(
            index=index, leaf=leaf_of(text), sort="sent", logged_at=clock.now()
        )
    plain = old.get_model("exchange", "Token").objects
    for text in [*TEXTS, *LOST]:
        plain.create(leaf=leaf_of(text), text=text)

    new = move_to(("exchange", "0003_packed_texts"))
    rows = dict(new.get_model("exchange", "Token").objects.values_list("entry_id", "packed"))
    assert [packing.unpack(bytes(rows[index])) for index in range(len(TEXTS))] == TEXTS
    assert {packing.unpack(bytes(packed)) for index, packed in rows.items() if index < 0} == set(LOST)

    again = move_to(("exchange", "0002_kept_answers"))
    kept = dict(again.get_model("exchange", "Token").objects.values_list("leaf", "text"))
    assert kept == {leaf_of(text): text for text in [*TEXTS, *LOST]}

    assert ["stream_id"] in indexes_of("exchange_record").values()
    move_to(*newest)
    found = indexes_of("exchange_record")
    assert ["stream_id"] not in found.values()
    assert "record_by_receipt" not in found
    assert ["uuid"] not in [*found.values(), *indexes_of("exchange_receipt").values()]
    assert found["record_by_organisation"] == ["organisation_id"]
    assert not [name for name in [*found, *indexes_of("exchange_logentry")] if name.endswith("_like")]
    assert [tokens.text_of(leaf_of(text)) for text in TEXTS] == TEXTS


@pytest.mark.parametrize("portion", [1, 4, 4096])
@pytest.mark.django_db(transaction=True)
def test_tree_hashes_come_to_stand_with_their_entries(
    newest: list[tuple[str, str]], portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("isthmus.exchange.migrations.0006_lean_tables"), "PORTION", portion)
    old = move_to(("exchange", "0005_fewer_indexes_of_a_record"))
    leaves = [merkle.hash_leaf(f"text {number}".encode()) for number in range(9)]
    frontier, completed = merkle.Frontier(), []
    for index, leaf in enumerate(leaves):
        frontier, nodes = frontier.append(leaf)
        completed += [node for node in nodes if node.level]
        old.get_model("exchange", "LogEntry").objects.create(
            index=index, leaf=leaf.hex(), sort="sent", logged_at=clock.now()
        )
    for node in completed:
        if (node.level, node.index) != (1, 1):  # somebody removed this one
            old.get_model("exchange", "LogNode").objects.create(
                level=node.level, index=node.index, hash=node.hash
            )

    move_to(*newest)
    kept = {entry.index: entry.subtree_hashes for entry in LogEntry.objects.all()}
    assert [len(kept[index]) for index in range(9)] == [0, 1, 0, 2, 0, 1, 0, 3, 0]
    assert kept[3][0] == bytes(32)
    for node in completed:
        if (node.level, node.index) != (1, 1):
            assert ledger.read_node(node.level, node.index) == node.hash

    again = move_to(("exchange", "0005_fewer_indexes_of_a_record"))
    rows = again.get_model("exchange", "LogNode").objects.values_list("level", "index", "hash")
    assert {(level, index): bytes(kept) for level, index, kept in rows} == {
        (node.level, node.index): node.hash if (node.level, node.index) != (1, 1) else bytes(32)
        for node in completed
    }
