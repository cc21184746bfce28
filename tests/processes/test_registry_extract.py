"""One country's registry in another country's hands: two real nodes, and the link taken away at the end."""

from pathlib import Path

import pytest

from tests.processes.pairs import running

pytestmark = [pytest.mark.processes, pytest.mark.once]
NUMBER, OTHER = "MM00000000017", "MM00000000025"


def test_a_partner_answers_for_our_operator_without_a_link(tmp_path: Path) -> None:
    with running(tmp_path, "extract") as (mm, cn):
        for node in (mm, cn):
            node.steps = "tests.processes.registry_steps"
        agreement = mm.run("propose", "mm", "cn")
        cn.run("sign", agreement)
        mm.run("in_force", agreement)
        licence = mm.ask("enter", NUMBER)
        mm.ask("enter", OTHER)
        sent = mm.command("excise", "registry", "export", "--to", "cn")
        assert sent["numbers"] == [NUMBER, OTHER]
        first = cn.ask("told", NUMBER, 1, "W200", "2026-06-01")
        assert (first["authorised"], first["partner"], first["version"]) == (True, "mm", 1)
        assert first["leaf"] == mm.ask("leaf_of", NUMBER)
        mm.ask("suspend", licence, "2026-05-01")
        assert mm.command("excise", "registry", "export", "--to", "cn")["numbers"] == [NUMBER]
        second = cn.ask("told", NUMBER, 2, "W200", "2026-06-01")
        assert (second["verdict"], second["authorisation"], second["version"]) == ("suspended", licence, 2)
        mm.run("drained")
        mm.dismiss()
        mm.stop()
        asked = ("excise", "registry", "check", NUMBER, "W200", "--on")
        offline = cn.command(*asked, "2026-06-01", code=3)
        assert (offline["verdict"], offline["leaf"]) == ("suspended", second["leaf"])
        assert cn.command(*asked, "2026-04-30")["authorised"] is True
        cn.dismiss()
