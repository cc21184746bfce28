"""A backup proves itself: what is missing, changed or cut off is found out."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.node.backup import age, checking, databases
from isthmus.node.backup.archive import Lock
from tests.node.backup.locked import KEY


class TestProving:
    def test_a_missing_file_and_a_strange_key_are_named(self, backup: Path, tmp_path: Path):
        with pytest.raises(NotFound):
            checking.check(tmp_path / "none", Lock((KEY,)))
        with pytest.raises(Refused):
            checking.check(backup, Lock((age.Identity.generate(),)))

    @pytest.mark.parametrize("cut", [10, 1000, -1, -70_000])
    def test_a_file_that_ends_early_is_found_out(self, backup: Path, cut: int):
        backup.write_bytes(backup.read_bytes()[:cut])
        with pytest.raises((BadInput, Refused)):
            checking.check(backup, Lock((KEY,)))

    def repack(self, backup: Path, change: Any) -> Path:
        """The same archive with other members, locked again by somebody who has the key."""
        plain = b"".join(age.decrypted(io.BytesIO(backup.read_bytes()), identities=[KEY]))
        members = {}
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(plain))) as opened:
            for info in opened:
                source = opened.extractfile(info)
                assert source is not None
                members[info.name] = source.read()
        members = change(members)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as written:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                written.addfile(info, io.BytesIO(data))
        file = io.BytesIO()
        locked = age.Writer(file, recipients=[KEY.recipient])
        locked.write(gzip.compress(packed.getvalue()))
        locked.finish()
        backup.write_bytes(file.getvalue())
        return backup

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda found: {**found, "secret_key": b"other"}, "secret_key is missing"),
            (
                lambda found: {**found, "secret_key": b"x" * len(found["secret_key"])},
                "not what its manifest says",
            ),
            (lambda found: {**found, "more": b"x"}, "more than its manifest names"),
            (lambda found: {"isthmus.env": b"", **found}, "does not come first"),
            (lambda found: {**found, "manifest.json": b"{}"}, "does not read"),
            (lambda found: {"manifest.json": found["manifest.json"]}, "is missing"),
        ],
    )
    def test_another_content_than_the_manifests_is_found_out(self, backup: Path, change: Any, words: str):
        with pytest.raises(BadInput, match=words):
            checking.check(self.repack(backup, change), Lock((KEY,)))

    @pytest.mark.parametrize(
        ("member", "value", "words"),
        [
            ("log", {"size": 7, "root": "ab" * 32}, "not the one that its manifest names"),
            ("migrations", ["exchange.0001_initial"], "another release"),
        ],
    )
    def test_another_log_or_release_than_the_manifests_is_found_out(
        self, backup: Path, member: str, value: Any, words: str
    ):
        def change(found: dict[str, bytes]) -> dict[str, bytes]:
            content = json.loads(found["manifest.json"])
            return {**found, "manifest.json": json.dumps({**content, member: value}).encode()}

        with pytest.raises(BadInput, match=words):
            checking.check(self.repack(backup, change), Lock((KEY,)))

    def test_an_archive_that_is_none_is_refused(self, backup: Path):
        file = io.BytesIO()
        locked = age.Writer(file, recipients=[KEY.recipient])
        locked.write(b"no archive at all")
        locked.finish()
        backup.write_bytes(file.getvalue())
        with pytest.raises(BadInput, match="cannot be unpacked"):
            checking.check(backup, Lock((KEY,)))

    def test_a_database_that_is_not_whole_is_named(self, tmp_path: Path):
        path = tmp_path / "x.sqlite3"
        path.write_bytes(b"SQLite format 3\0" + b"\1" * 4000)
        with pytest.raises(BadInput, match="not whole"):
            databases.look_into_sqlite(path)
        with pytest.raises(BadInput, match="entry 0 of its log is missing"):
            databases._log_of(iter([(1, "ab" * 32)]))
