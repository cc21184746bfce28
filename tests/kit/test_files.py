"""Files that a power cut leaves whole."""

import os
from pathlib import Path

import pytest

from isthmus.kit.files import sync_folder, write_private


def test_a_private_file_is_whole_and_only_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.pem"
    write_private(path, b"first")
    write_private(path, b"second")
    assert path.read_bytes() == b"second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [found.name for found in path.parent.iterdir()] == ["seal.pem"]


def test_its_bytes_are_synced_before_its_name_and_the_name_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def seen_sync(descriptor: int) -> None:
        steps.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        sync(descriptor)

    def seen_replace(self: Path, target: Path) -> Path:
        steps.append(f"rename to {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", seen_sync)
    monkeypatch.setattr(Path, "replace", seen_replace)
    write_private(tmp_path / "seal.pem", b"key")
    assert steps == ["sync seal.pem.part", "rename to seal.pem", f"sync {tmp_path.name}"]


def test_a_folder_that_cannot_be_synced_loses_nothing(tmp_path: Path) -> None:
    sync_folder(tmp_path / "not there")
