"""A tender between two real nodes: asked, sealed twice, opened after the deadline, compared and awarded."""

from pathlib import Path

import pytest

from tests.processes.nodes import StepFailedError
from tests.processes.pairs import running

pytestmark = [pytest.mark.processes, pytest.mark.once]
SECONDS = 45.0
"""Until the deadline: enough for a request and two seals to cross on a slow machine."""


def test_two_sealed_quotes_are_opened_after_the_deadline_and_one_is_awarded(tmp_path: Path) -> None:
    with running(tmp_path, "tender") as (asker, maker):
        for node in (asker, maker):
            node.steps = "tests.processes.tender_steps"
        agreement = asker.run("propose", "mm", "cn")
        maker.run("sign", agreement)
        asker.run("in_force", agreement)
        maker.ask("card")  # its lasting process is there before the deadline runs
        asked = asker.ask("ask", "cn", SECONDS)
        number = asked["number"]
        dear = maker.ask("quote", number, "lantern", "1450.00")
        cheap = maker.ask("quote", number, "beacon", "1300.00")
        with pytest.raises(StepFailedError, match="before the deadline"):
            maker.ask("open_quote", cheap["quote"])
        sealed = asker.ask("seen", number, "sealed", 2)
        assert sorted(sealed["quotes"]) == sorted([one["quote"], one["seal"], False] for one in (dear, cheap))
        assert sealed["costs"] == []
        with pytest.raises(StepFailedError, match="after its deadline"):
            asker.ask("award", number, "cn", cheap["quote"])
        maker.ask("wait_for_the_deadline", number)
        opened = [maker.ask("open_quote", one["quote"]) for one in (dear, cheap)]
        seen = asker.ask("seen", number, "opened", 2)
        assert [quote for quote, _cost in seen["costs"]] == [cheap["quote"], dear["quote"]]
        assert seen["costs"][0][1] == "91286640.38"
        decided = asker.ask("award", number, "cn", cheap["quote"])
        assert maker.ask("told", cheap["quote"]) == decided[cheap["quote"]]
        assert maker.ask("told", dear["quote"]) == decided[dear["quote"]]
        assert [decided[one["quote"]][0] for one in (cheap, dear)] == ["awarded", "not-awarded"]
        for leaf in (asked["leaf"], *(leaf for _says, leaf in decided.values())):
            assert asker.ask("receipted", leaf)
        for leaf in (dear["leaf"], cheap["leaf"], *opened):
            assert maker.ask("receipted", leaf)
        asker.dismiss()
        maker.dismiss()
