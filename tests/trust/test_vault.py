"""Secrets in the database open with the keys folder and the passphrase, and with nothing less."""

from typing import Any

import pytest

from isthmus.kit.errors import Fault
from isthmus.trust import vault


@pytest.fixture
def other_home(settings: Any, tmp_path: Any) -> Any:
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"home": tmp_path})
    settings.ISTHMUS.passphrase_path.write_text("another passphrase", encoding="ascii")
    return settings.ISTHMUS


def test_what_is_sealed_opens_under_its_name_alone() -> None:
    sealed = vault.seal(b"secret", name="one")
    assert b"secret" not in sealed
    assert sealed != vault.seal(b"secret", name="one"), "each has a nonce of its own"
    assert vault.unseal(sealed, name="one") == b"secret"
    with pytest.raises(Fault) as caught:
        vault.unseal(sealed, name="two")
    assert caught.value.code == "keys.vault"
    with pytest.raises(Fault):
        vault.unseal(b"", name="one")


def test_another_nodes_key_does_not_open_it(other_home: Any, settings: Any) -> None:
    here = vault.seal(b"secret", name="one")
    tagged = vault.tag("somebody")
    (other_home.keys_folder / vault.FILE_NAME).unlink()
    with pytest.raises(Fault, match="does not open"):
        vault.unseal(here, name="one")
    assert vault.tag("somebody") != tagged


def test_the_key_is_a_sealed_file_that_only_its_owner_reads(other_home: Any) -> None:
    vault.seal(b"secret", name="one")
    path = other_home.keys_folder / vault.FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
    assert [found.name for found in other_home.keys_folder.iterdir()] == [vault.FILE_NAME]


def test_of_two_processes_that_make_it_the_first_ones_stays(other_home: Any) -> None:
    vault.seal(b"x", name="one")
    path = other_home.keys_folder / vault.FILE_NAME
    before = path.read_bytes()
    vault._make(path, b"another passphrase")
    assert path.read_bytes() == before


def test_a_tag_finds_a_text_again_and_does_not_name_it() -> None:
    assert vault.tag("somebody") == vault.tag("somebody") != vault.tag("somebody else")
    assert len(vault.tag("somebody")) == 64
