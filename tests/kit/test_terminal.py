import io
import json
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from isthmus.kit import terminal
from isthmus.kit.terminal import Bar, in_words, plain, say, show_one, show_rows, who, write_table

MOMENT = datetime(2026, 11, 23, 9, 5, 7, tzinfo=UTC)
COLUMNS = {"id": "node", "name": "name"}


class TestValues:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (MOMENT, "2026-11-23T09:05:07Z"),
            (date(2026, 11, 23), "2026-11-23"),
            (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
            (Decimal("1.50"), "1.50"),
            ({"a": (1, True, None)}, {"a": [1, True, None]}),
            (ValueError("other"), "other"),
        ],
    )
    def test_in_json(self, value, expected):
        assert plain(value) == expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (MOMENT, "2026-11-23 09:05 UTC"),
            (None, ""),
            (True, "yes"),
            (False, "no"),
            (["mm", 2], "mm, 2"),
            (Decimal("1.50"), "1.50"),
        ],
    )
    def test_in_words(self, value, expected):
        assert in_words(value) == expected


class TestOutput:
    def test_talk_is_not_data(self, capsys):
        say("Nothing is wrong.")
        assert capsys.readouterr() == ("", "Nothing is wrong.\n")

    def test_a_table_is_aligned_by_what_a_terminal_shows(self, capsys):
        write_table(["name", "id"], [["中国", "cn"], ["Chişinău", "md"], ["e\u0301", "x"]])
        assert capsys.readouterr().out.splitlines() == [
            "name      id",
            "中国      cn",
            "Chişinău  md",
            "e\u0301         x",
        ]

    def test_what_a_partner_wrote_cannot_move_the_cursor(self, capsys):
        write_table(["name"], [["a\x1b[2Jb\nc"]])
        assert capsys.readouterr().out == "name\na [2Jb c\n"

    def test_rows_as_a_table_show_the_columns_and_as_json_everything(self, capsys):
        rows = [{"id": "cn", "name": "China", "keys": [1]}]
        show_rows(rows, COLUMNS, as_json=False, empty="None yet.")
        assert capsys.readouterr().out == "node  name\ncn    China\n"
        show_rows(rows, COLUMNS, as_json=True, empty="None yet.")
        assert json.loads(capsys.readouterr().out) == rows

    def test_no_rows_are_said_to_people_and_an_empty_list_to_programs(self, capsys):
        show_rows([], COLUMNS, as_json=False, empty="None yet.")
        assert capsys.readouterr() == ("", "None yet.\n")
        show_rows([], COLUMNS, as_json=True, empty="None yet.")
        assert capsys.readouterr() == ("[]\n", "")

    def test_one_thing_shows_what_has_a_value(self, capsys):
        show_one({"id": "cn", "last_contact": None, "is_open": False}, as_json=False)
        assert capsys.readouterr().out == "id            cn\nis open       no\n"
        show_one({}, as_json=False)
        assert capsys.readouterr().out == ""
        show_one({"name": "中国"}, as_json=True)
        assert capsys.readouterr().out == '{\n  "name": "中国"\n}\n'


class TestWho:
    def test_names_the_account_of_the_machine(self, monkeypatch):
        monkeypatch.setattr(terminal.getpass, "getuser", lambda: "chen")
        assert who() == "command line (chen)"

    @pytest.mark.parametrize("error", [OSError, KeyError])
    def test_numbers_one_without_a_name(self, monkeypatch, error):
        def fail():
            raise error

        monkeypatch.setattr(terminal.getpass, "getuser", fail)
        assert who() == f"command line ({os.getuid()})"


class Terminal(io.StringIO):
    def isatty(self):
        return True


class TestBar:
    def draw(self, monkeypatch, stream, steps):
        monkeypatch.setattr("sys.stderr", stream)
        with Bar("Reading") as bar:
            for done, total in steps:
                bar.step(done, total)
        return stream.getvalue()

    def test_is_for_people_only(self, monkeypatch):
        assert self.draw(monkeypatch, io.StringIO(), [(1, 2), (2, 2)]) == ""

    def test_shows_how_far_it_is(self, monkeypatch):
        drawn = self.draw(monkeypatch, Terminal(), [(1, 2), (2, 2)])
        assert drawn == f"\rReading [{'#' * 15}{'.' * 15}] 1 of 2\rReading [{'#' * 30}] 2 of 2\n"

    def test_is_not_drawn_again_where_nothing_would_change(self, monkeypatch):
        drawn = self.draw(monkeypatch, Terminal(), [(1, 1000), (2, 1000), (3, 1000)])
        assert drawn.count("\r") == 1

    def test_of_nothing_is_full_and_without_a_step_nothing_is_drawn(self, monkeypatch):
        assert "#" * 30 in self.draw(monkeypatch, Terminal(), [(0, 0)])
        assert self.draw(monkeypatch, Terminal(), []) == ""
