"""EMCS: the published examples are read, and what we write is valid by the schemas of both versions."""

import os
from pathlib import Path

import pytest

from isthmus.apps.excise.movements.formats.layout import VERSIONS, Version
from isthmus.apps.excise.movements.formats.message import BODIES, Message
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.schemas import schema_faults
from isthmus.apps.excise.movements.formats.writing import write_message
from tests.apps.excise.movements.formats.test_chain import chain
from tests.apps.excise.movements.made import messages

DATA = Path(os.environ.get("ISTHMUS_CONFORMANCE_DATA") or "/nonexistent") / "emcs"
SCHEMAS = DATA / "xsd"
pytestmark = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="ISTHMUS_CONFORMANCE_DATA names no folder with emcs/xsd in it"
)
EXAMPLES = {
    "IE801.xml": ("IE801", ["23XI00000000000000013"], 1),
    "IE803.xml": ("IE803", ["23XI00000000000056333"], 1),
    "IE813.xml": ("IE813", ["23GB00000000000378126"], 0),
    "IE815.xml": ("IE815", [], 0),
    "IE818.xml": ("IE818", ["23GB00000000000378553"], 0),
    "IE819.xml": ("IE819", ["23GB00000000000378574"], 0),
    "IE837_consignee.xml": ("IE837", ["16GB00000000000192223"], 0),
    "IE840.xml": ("IE840", ["23XI00000000000000333"], 1),
    "IE871.xml": ("IE871", ["23GB00000000000377768"], 0),
    "IE905.xml": ("IE905", ["23XI00000000000056349"], 1),
}


def test_no_example_is_left_out():
    assert sorted(path.name for path in (DATA / "examples").iterdir()) == sorted(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_published_example_is_read(name: str):
    data = (DATA / "examples" / name).read_bytes()
    message = read_message(data)
    assert (message.code, list(message.arcs), len(message.doubts)) == EXAMPLES[name]
    assert message.version == "3.13"
    assert schema_faults(data, message, SCHEMAS) == ()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_written_again_is_valid_and_says_the_same(name: str, version: Version):
    read = read_message((DATA / "examples" / name).read_bytes())
    again = Message(version, read.header, read.body)
    data = write_message(again)
    assert schema_faults(data, again, SCHEMAS) == ()
    assert read_message(data) == again


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("code", sorted(BODIES))
def test_what_we_write_is_valid_by_the_published_schemas(code: str, version: Version):
    message = messages(version)[code]
    assert schema_faults(write_message(message), message, SCHEMAS) == ()


def test_the_schemas_are_a_true_oracle():
    """A message that we would refuse is refused by them too."""
    message = messages("3.23")["IE818"]
    data = write_message(message).replace(
        b"<ie:GlobalConclusionOfReceipt>2<", b"<ie:GlobalConclusionOfReceipt>9<"
    )
    assert schema_faults(data, message, SCHEMAS)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chain_of_a_movement_is_valid_in_both_versions(version: Version):
    """815 -> 801 -> 818, each made of the one before."""
    codes = []
    for message in chain(version):
        assert schema_faults(write_message(message), message, SCHEMAS) == ()
        codes.append(message.code)
    assert codes == ["IE815", "IE801", "IE818"]
