"""The age format: opened and written as the other implementations do, and nothing else is let through."""

import io
from base64 import b64decode
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput, Refused
from isthmus.node.backup import age, bech32

# Made by another implementation (rage 0.11): a key pair of this test alone, and a file locked for it.
THEIR_KEY = "AGE-SECRET-KEY-10CUZJ5YWSU5LJ2Z47VU7G9G9A4A4NH9CSEA5FE7UERWXPTXYAW0Q6USXW3"
THEIR_RECIPIENT = "age1g572afy7sf63yen7sltlh02f57exv0psu4l5my2v2djx6rkg43rsx568hf"
THEIR_FILE = b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSA4Tnh2SVI2SDdqQkEvTDE5bjV0YTU0U1YzUlo4K016VSs5T1c1Qk1r"
    "UlF3CnZRNTZ6S0s0akVYT2FxRWRESFpNZXMxTzZhOElwL1phTXRnbG9zV2lXWFUKLT4gOy1ncmVhc2UgXn1ZOHFuIwpNeG9S"
    "NkxjU3IwQ0dPYlBhQjNjbzd0SEhjSmhYdnZaRTVwYW9JL21VSEZCbkxuVmlZSXQ5dURFbzNyRStieVEKLS0tIGJqY0pNelFZ"
    "NFppK2VVSGZXS2djdW1qeHdZV1RXaVpHOXBuTTZtUTFSaGcKavA/8jMxcQpG8Z3O70hmH/+53LNcKTsGsFjk3lNSg+I37MCl"
    "A9Xbv3F6XUAxDC8QFhZE/XdFe7/GTXnQeRlFQII="
)
FAST = 2
"""log2 of scrypt's cost in tests."""

KEY = age.Identity.generate()


def lock(data: bytes, **options: object) -> bytes:
    file = io.BytesIO()
    writer = age.Writer(file, **{"recipients": [KEY.recipient], **options})  # type: ignore[arg-type]  # as given
    writer.write(data)
    writer.finish()
    return file.getvalue()


def unlock(data: bytes, **options: object) -> bytes:
    given_options = options or {"identities": [KEY]}
    chunks: Iterator[bytes] = age.decrypted(io.BytesIO(data), **given_options)  # type: ignore[arg-type]  # as given
    return b"".join(chunks)


def test_another_implementations_file_opens():
    key = age.Identity.parse(THEIR_KEY)
    assert key.recipient == THEIR_RECIPIENT
    assert key.text() == THEIR_KEY
    assert unlock(THEIR_FILE, identities=[key]) == b"written by another implementation"


@given(st.binary(max_size=300), st.sampled_from([0, 65_535, 65_536, 65_537, 131_072]))
def test_what_was_locked_opens_again(start: bytes, more: int):
    data = start + b"x" * more
    assert unlock(lock(data)) == data


def test_one_of_several_keys_suffices():
    other = age.Identity.generate()
    both = lock(b"text", recipients=[KEY.recipient, other.recipient])
    assert unlock(both) == unlock(both, identities=[other]) == b"text"
    assert unlock(both, identities=[age.Identity.generate(), other]) == b"text"


def test_a_passphrase_opens_and_another_does_not():
    data = lock(b"text", recipients=[], passphrase=b"correct horse", work=FAST)
    assert age.needs_passphrase(io.BytesIO(data))
    assert not age.needs_passphrase(io.BytesIO(lock(b"text")))
    assert unlock(data, passphrase=b"correct horse") == b"text"
    for wrong in ({"passphrase": b"wrong"}, {"identities": [KEY]}):
        with pytest.raises(Refused, match="does not open"):
            unlock(data, **wrong)


def test_a_stranger_does_not_open_it():
    with pytest.raises(Refused, match="does not open"):
        unlock(lock(b"text"), identities=[age.Identity.generate()])


@pytest.mark.parametrize("place", [3, 40, 120, 190, -1, -40])
def test_a_changed_byte_is_noticed_wherever_it_is(place: int):
    data = bytearray(lock(b"text" * 100))
    data[place] ^= 1
    with pytest.raises((BadInput, Refused)):
        unlock(bytes(data))


@pytest.mark.parametrize("sign", [b"*", b"=", b"\xff"])
def test_a_sign_that_no_base64_knows_is_noticed(sign: bytes):
    data = lock(b"text" * 100)
    for locked, kind, opener in (
        (data, b"-> X25519 ", {}),
        (lock(b"text", recipients=[], passphrase=b"word", work=FAST), b"-> scrypt ", {"passphrase": b"word"}),
    ):
        at = locked.index(kind) + len(kind)
        with pytest.raises(BadInput, match="its header cannot be read"):
            unlock(locked[:at] + sign + locked[at + 1 :], **opener)


@pytest.mark.parametrize("size", [0, 10, 60, 200, 225, 65_700, 65_760])
def test_a_file_that_ends_early_is_noticed(size: int):
    with pytest.raises((BadInput, Refused)):
        unlock(lock(b"x" * 70_000)[:size])


def test_a_whole_chunk_that_is_missing_is_noticed():
    data = lock(b"x" * 200_000)
    head = len(data) - 200_000 - 4 * 16
    with pytest.raises(BadInput, match="changed or cut off"):
        unlock(data[: head + 65_552])


def test_work_that_would_stop_the_machine_is_refused():
    data = lock(b"text", recipients=[], passphrase=b"word", work=FAST).replace(b" 2\n", b" 40\n", 1)
    with pytest.raises(BadInput, match="more work"):
        unlock(data, passphrase=b"word")


def test_a_file_needs_one_kind_of_lock():
    for options in ({"recipients": []}, {"passphrase": b"word"}):
        with pytest.raises(BadInput, match="encrypted to keys or"):
            lock(b"text", **options)


@given(st.binary(max_size=60))
def test_keys_are_written_in_one_form(data: bytes):
    text = bech32.encode("age", data)
    assert bech32.decode("age", text) == bech32.decode("age", text.upper()) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        THEIR_RECIPIENT[:-1],
        THEIR_RECIPIENT.replace("g57", "g5v"),
        THEIR_RECIPIENT.replace("age", "AGE"),
        THEIR_RECIPIENT.replace("age1", "ega1"),
        THEIR_KEY,
        bech32.encode("age", b"short"),
    ],
)
def test_a_mistyped_key_is_refused(text: str):
    with pytest.raises(BadInput):
        age.check_recipient(text)


def test_bits_that_no_encoder_leaves_are_refused():
    values = [0] * 51 + [1]  # 260 bits, of which the last four must be zero
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    body = "".join(letters[value] for value in values)
    check = bech32._polymod([*bech32._prefix_values("age"), *values, *[0] * 6]) ^ 1
    body += "".join(letters[check >> 5 * (5 - place) & 31] for place in range(6))
    with pytest.raises(BadInput, match="one form"):
        bech32.decode("age", f"age1{body}")
