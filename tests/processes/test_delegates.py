"""A delegate fills in a form at the Maldives' node while the secretariat cannot be reached: exactly once."""

import re
from pathlib import Path

import httpx
import pytest

from tests.processes.nodes import RealNode
from tests.processes.pairs import running

pytestmark = [pytest.mark.processes, pytest.mark.once]
NAME = "فاطمة الزهراني (sample)"


def fill_in(node: RealNode, secret: str) -> str:
    """Answer every question in a browser without script; returns the reference number."""
    answers = {
        "name": {"name": NAME},
        "country": {"country": "MV"},
        "work": {"position": "Head of systems", "employer": "Sample ministry"},
        "reach": {"email": "delegate@sample.example"},
        "gender": {"gender": "female"},
        "motivation": {"motivation": "Islands need it"},
        "check": {},
    }
    with httpx.Client(base_url=f"{node.url}/workshops/delegate/{secret}/", timeout=30) as person:
        for step, told in answers.items():
            page = person.get(f"{step}/").raise_for_status()
            (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[:1]
            sent = person.post(
                f"{step}/", data={**told, "csrfmiddlewaretoken": token}, headers={"Referer": str(page.url)}
            )
            assert sent.status_code == 302, sent.text
        done = person.get("").raise_for_status().text
    found = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", done)
    assert found is not None
    return found[0].replace("-", "").lower()


def test_a_nomination_crosses_exactly_once_and_is_answered(tmp_path: Path) -> None:
    with running(tmp_path, "delegate", (("mv", "MV"), ("cifal", ""))) as (mv, cifal):
        for node in (mv, cifal):
            node.steps = "tests.processes.delegate_steps"
        agreement = cifal.run("propose", "cifal", "mv")
        mv.run("sign", agreement)
        cifal.run("in_force", agreement)
        number = cifal.ask("call", "mv")
        secret = mv.ask("give_out", number)
        cifal.kill()  # the link is down from here
        sign = fill_in(mv, secret)
        sent = mv.ask("approve")
        assert sent["reference"].endswith(sign)
        mv.kill()  # and a power cut before anything could be delivered
        for node in (mv, cifal):
            node.start()
            node.wait_until_ready()
        assert cifal.ask("arrived", sent["reference"]) == {"names": [NAME], "records": 1}
        cifal.ask("select", sent["reference"])
        assert mv.ask("answered", sent["reference"]) == "accepted"
        plan = mv.ask("plan", sent["reference"])
        assert cifal.ask("planned", plan) == {"titles": ["One register (sample)"], "told": ["under-way"]}
        mv.ask("drained")
        assert cifal.ask("arrived", sent["reference"]) == {"names": [NAME], "records": 1}
        mv.dismiss()
        cifal.dismiss()
