"""What a case says is put together in the engine: every figure in its place, whatever the words hold."""

from collections.abc import Iterator

import pytest

from isthmus.analysis.engine import Workspace, open_workspace, quoted
from isthmus.apps.etrade.reconciliation.analytics.telling import filled


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with open_workspace() as opened:
        yield opened


@pytest.mark.parametrize(
    "text", ["", "l'origine", "'; DROP TABLE cases; --", "{", "100 % } $stake", "原产地"]
)
def test_words_stay_as_they_are(workspace: Workspace, text: str) -> None:
    assert workspace.rows(f"SELECT {quoted(text)}, {filled(text, {})}") == [(text, text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{kg} kg", "5 kg"),
        ("HS {hs}: {kg} kg, {kg} kg", "HS {kg}: 5 kg, 5 kg"),
        ("{unknown} {kg}", "{unknown} 5"),
        ("{nothing}.", "."),
    ],
)
def test_each_hole_takes_its_figure_and_nothing_is_filled_twice(
    workspace: Workspace, text: str, said: str
) -> None:
    figures = {"kg": "CAST(kg AS VARCHAR)", "hs": "hs", "nothing": "NULL"}
    query = f"SELECT {filled(text, figures)} FROM (SELECT 5 AS kg, '{{kg}}' AS hs)"
    assert workspace.rows(query) == [(said,)]
