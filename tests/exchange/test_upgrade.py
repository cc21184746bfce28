"""A database of an earlier release comes along with what it holds."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from isthmus.exchange import tokens
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


@pytest.mark.django_db(transaction=True)
def test_texts_are_carried_into_their_packed_form_and_back(newest: list[tuple[str, str]]) -> None:
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

    move_to(*newest)
    assert [tokens.text_of(leaf_of(text)) for text in TEXTS] == TEXTS
