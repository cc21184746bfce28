"""Pay-as-you-go tokens: those that OpenPAYGO's own library makes, each once, from a list of devices."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.payment.formats.devices import read_devices, written
from isthmus.apps.solar.payment.rules.siphash import siphash_2_4
from isthmus.apps.solar.payment.rules.tokens import (
    MOST_COUNT,
    Chain,
    Kind,
    chain_of,
    from_four_keys,
    issue,
    on_four_keys,
    recognised,
)
from isthmus.apps.solar.payment.services import make_token
from isthmus.kit.errors import BadInput, NotFound

ONE, TWO = "bc41ec9530f6dac86b1a29ab82edc5fb", "dac86b1a29ab82edc5fbbc41ec9530f6"
LIST = (
    "device,key,starting_code,count,place\n"
    f"A1,{ONE},516959010,1,Kano\nB2,{TWO},432435255,10,Jos\nC3,{TWO},,3,\n"
)
# The test devices of the package openpaygo 0.6.3 (MIT), and what it makes for them.
PUBLISHED = [
    (ONE, 516959010, 1, Kind.ADD, 1, 2, "588224011", "314114432231134"),
    (ONE, 516959010, 1, Kind.ADD, 995, 2, "944829005", "431221144132142"),
    (ONE, 516959010, 1, Kind.SET, 5, 3, "691966015", "332144332111444"),
    (ONE, 516959010, 1, Kind.OPEN, 0, 3, "190942008", "134231231341431"),
    (ONE, 516959010, 1, Kind.IN_STEP, 0, 3, "160440009", "132321112434132"),
    (TWO, 432435255, 10, Kind.ADD, 1, 12, "579194256", "313312241423211"),
    (TWO, 432435255, 10, Kind.ADD, 995, 12, "379163250", "223323232132413"),
    (TWO, 432435255, 10, Kind.SET, 5, 11, "519034260", "243434442223221"),
    (TWO, 432435255, 10, Kind.OPEN, 0, 11, "418174253", "231434142221342"),
    (TWO, 432435255, 10, Kind.IN_STEP, 0, 11, "648453254", "323332332413123"),
]
CHAINS = st.builds(Chain, st.binary(min_size=16, max_size=16), st.integers(0, 999_999_999))


def test_the_hash_is_that_of_its_paper() -> None:
    """Appendix A of Aumasson and Bernstein (2012)."""
    assert siphash_2_4(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5
    with pytest.raises(ValueError, match="16 bytes"):
        siphash_2_4(b"short", b"")


@pytest.mark.parametrize(("key", "start", "count", "kind", "days", "place", "digits", "few"), PUBLISHED)
def test_tokens_are_those_of_openpaygo(
    key: str, start: int, count: int, kind: Kind, days: int, place: int, digits: str, few: str
) -> None:
    made = issue(Chain(bytes.fromhex(key), start), count, kind, days)
    assert (made.count, made.digits, on_four_keys(made.digits)) == (place, digits, few)


def test_a_chain_begins_with_its_key_where_nothing_else_is_said() -> None:
    made = issue(chain_of(bytes.fromhex(TWO)), 3, Kind.ADD, 7)
    assert (made.count, made.digits) == (4, "211704833")


@given(CHAINS, st.integers(0, 60), st.sampled_from(Kind), st.integers(0, 995))
def test_a_token_is_recognised_by_its_device_with_what_it_carries(
    chain: Chain, count: int, kind: Kind, days: int
) -> None:
    carried = days if kind in (Kind.ADD, Kind.SET) else 0
    made = issue(chain, count, kind, carried)
    assert made.count > count
    assert (made.count % 2 == 0) is (kind is Kind.ADD)
    assert recognised(chain, made.digits, made.count) == made
    assert from_four_keys(on_four_keys(made.digits)) == made.digits


def test_digits_of_no_token_are_not_recognised() -> None:
    chain = chain_of(bytes.fromhex(ONE))
    assert recognised(chain, "000000000", 64) is None
    assert recognised(chain, f"{chain.start:09d}", 64) is None


@pytest.mark.parametrize(
    ("count", "kind", "days", "said"),
    [
        (-1, Kind.ADD, 1, "a count is from"),
        (MOST_COUNT + 1, Kind.ADD, 1, "a count is from"),
        (1, Kind.ADD, 996, "at most 995"),
        (1, Kind.SET, -1, "at most 995"),
        (1, Kind.OPEN, 3, "no value"),
        (1, Kind.IN_STEP, 3, "no value"),
    ],
)
def test_what_no_token_carries_is_refused(count: int, kind: Kind, days: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        issue(chain_of(bytes.fromhex(ONE)), count, kind, days)


def test_what_is_no_chain_and_no_token_of_four_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Chain(b"short", 1)
    with pytest.raises(ValueError, match="at most nine digits"):
        Chain(bytes(16), 10**9)
    for keys in ("1234", "123412341234125", "1" * 16):
        with pytest.raises(ValueError, match="from 1 to 4"):
            from_four_keys(keys)


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    path = tmp_path / "devices.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_a_count_moves_on_in_the_list_and_everything_else_stays(devices: Path) -> None:
    assert make_token(devices, "A1", Kind.ADD, 1).digits == "588224011"
    assert devices.read_text() == LIST.replace("516959010,1,", "516959010,2,")
    assert devices.stat().st_mode & 0o077 == 0
    assert make_token(devices, "A1", Kind.ADD, 1).digits != "588224011"
    assert make_token(devices, "C3", Kind.ADD, 7).digits == "211704833"


def test_a_list_without_counts_is_given_some() -> None:
    known = read_devices(f"device, key\nA1,{ONE}\nB2,{TWO}\n")
    assert known.of("A1").count == 0
    assert written(known.counted("B2", 4)) == f"device,key,count\nA1,{ONE},\nB2,{TWO},4\n"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("device,count\nA1,1\n", BadInput, "The list has no column key."),
        ("", BadInput, "The list has no column device."),
        (f"device,key\nA1,{ONE},9\n", BadInput, "Row 2 has more or fewer cells"),
        (f"device,key,count\nA1,{ONE}\n", BadInput, "Row 2 has more or fewer cells"),
        (f"device,key\nB2,{ONE}\nA1,zz\n", BadInput, "Row 3: the key, the starting code or the count"),
        (f"device,key,count\nA1,{ONE},many\n", BadInput, "Row 2: the key"),
        (f"device,key,count\nA1,{ONE},-1\n", BadInput, "Row 2: the count is not from 0"),
        (f"device,key,starting_code\nA1,{ONE},1234567890\n", BadInput, "Row 2: the key"),
        (f"device,key\nA1,{ONE}\nA1,{TWO}\n", BadInput, "A1 stands in the list more than once."),
        (f"device,key\nB2,{ONE}\n", NotFound, "No device of the list is called A1."),
    ],
)
def test_what_is_wrong_in_a_list_is_named_and_nothing_is_written(
    devices: Path, text: str, error: type[BadInput | NotFound], said: str
) -> None:
    devices.write_text(text)
    with pytest.raises(error, match=said):
        make_token(devices, "A1", Kind.ADD, 1)
    assert devices.read_text() == text


def test_a_list_that_is_no_text_is_refused(devices: Path) -> None:
    devices.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read as a text file"):
        make_token(devices, "A1", Kind.ADD, 1)


def asked(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(solar, ["token", *map(str, arguments)], catch_exceptions=True)
    if isinstance(done.exception, BadInput | NotFound):
        return done.exception.exit_code, done.exception.message
    return done.exit_code, done.stdout


def test_the_shell_makes_a_token_and_knows_it_again(devices: Path) -> None:
    code, out = asked(devices, "--device", "B2", "--days", "5", "--kind", "set", "--json")
    told = {"token": "519034260", "device": "B2", "kind": "set", "days": 5, "count": 11}
    assert (code, json.loads(out)) == (0, told)
    code, out = asked(devices, "--device", "B2", "--check", "519034260", "--json")
    assert (code, json.loads(out)) == (0, told)
    code, out = asked(devices, "--device", "B2", "--four-keys", "--check", "243434442223221", "--json")
    assert (code, json.loads(out)) == (0, {**told, "token": "243434442223221"})


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--check", "519034261"], 4, "no token of this device"),
        (["--check", "12"], 4, "no token of this device"),
        (["--check", "999", "--four-keys"], 4, "no token of this device"),
        ([], 2, "Give --days to add or to set days"),
        (["--kind", "open", "--days", "3"], 2, "Give --days to add or to set days"),
    ],
)
def test_the_shell_refuses_what_makes_no_token(
    devices: Path, arguments: list[str], code: int, said: str
) -> None:
    got, message = asked(devices, "--device", "B2", *arguments)
    assert (got, said in message) == (code, True)
    assert devices.read_text() == LIST


def test_the_shell_opens_a_system_for_good(devices: Path) -> None:
    code, out = asked(devices, "--device", "A1", "--kind", "open", "--four-keys", "--json")
    assert (code, json.loads(out)["token"]) == (0, "134231231341431")
