"""The real phytosanitary certificate crosses between two running nodes, byte for byte, with all its notes."""

import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.test_ephyto import notes_in
from tests.processes.nodes import RealNode
from tests.processes.pairs import running

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
FILE = Path(DATA, "ephyto", "SPSCertificateContent.xml")
pytestmark = [
    pytest.mark.processes,
    pytest.mark.once,
    pytest.mark.skipif(
        not (DATA and FILE.is_file()), reason="ISTHMUS_CONFORMANCE_DATA names no folder with ephyto"
    ),
]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RealNode, RealNode]]:
    """Two nodes that have met and run."""
    with running(tmp_path, "papers") as nodes:
        for node in nodes:
            node.steps = "tests.processes.document_steps"
        yield nodes


def test_it_crosses_byte_for_byte_with_its_notes(pair: tuple[RealNode, RealNode]) -> None:
    mm, cn = pair
    agreement = mm.run("propose", "mm", "cn")
    assert cn.run("sign", agreement) == "in-force"
    mm.run("in_force", agreement)
    mm.command("organisation", "add", "plant", "--name", "Plant Protection (Sample data)")
    (read,) = mm.command("etrade", "import", str(FILE))
    assert (read["verdict"], read["new"]) == ("mapped", True)
    assert mm.run("send", "123ABC", "cn") == 1
    got = cn.run("arrived", "123ABC")
    data = FILE.read_bytes()
    assert b64decode(got["content"]) == data
    notes = sorted((subject, " ".join(content.split())) for subject, content in got["notes"])
    assert notes == notes_in(data)
    assert len(notes) == 34
