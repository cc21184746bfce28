"""A folder into which a national system writes its documents.

A file is taken once it is whole: nobody has changed it for a while, or it was renamed into the folder, as
careful programs do; names that begin with a dot or end like drafts are never looked at. What was dealt
with is moved to ``done`` or ``refused`` with the reason beside it; where the folder may only be read, it
stays, and is known again by its hash. Links are not followed, so that no file elsewhere can be fetched.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.apps.etrade.sources.feeds.contract import Found, Outcome
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.tables.workbook import MAX_BYTES

SETTLE_SECONDS = 3.0
PATIENCE_SECONDS = 60.0
"""How long a refused file is left alone, in case it is still being written."""
DRAFTS = (".part", ".tmp", ".temp", ".crdownload", ".filepart", "~", ".swp")
DONE, REFUSED = "done", "refused"


class FolderFeed:
    """The files of one folder, in the order of their names."""

    def __init__(
        self,
        folder: Path,
        *,
        settle_seconds: float = SETTLE_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._settle = settle_seconds
        self._patience = patience_seconds
        self._clock = clock
        self._left: dict[str, tuple[int, int]] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self.waiting = 0
        """Files that were not whole yet at the last look."""

    def count(self) -> int:
        """How many files there are to look at, whole or not."""
        return sum(1 for _ in self._files())

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        if not self._folder.is_dir():
            raise NotFound(
                "etrade.source.no-folder", _("There is no folder %(folder)s.") % {"folder": self._folder}
            )
        with os.scandir(self._folder) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            if name.startswith(".") or name.lower().endswith((*DRAFTS, ".reason.txt")):
                continue
            try:
                found = os.lstat(self._folder / name)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(found.st_mode):
                yield name, found

    def discover(self, cursor: str) -> Iterator[Found]:  # noqa: ARG002  what is left in the folder is the cursor
        """The files that are whole, by name; those that were left here before are passed over."""
        self.waiting = 0
        now = self._clock()
        for name, found in self._files():
            mark = (found.st_size, found.st_mtime_ns)
            if self._left.get(name) == mark:
                continue
            # A clock that runs ahead elsewhere must not keep a file waiting for ever: two looks suffice.
            is_quiet = now - found.st_mtime >= self._settle or (
                found.st_mtime > now + self._settle and self._seen.get(name) == mark
            )
            self._seen[name] = mark
            if not is_quiet:
                self.waiting += 1
                continue
            yield Found(name, self._reader(name, mark))

    def _reader(self, name: str, mark: tuple[int, int]) -> Callable[[], bytes]:
        def read() -> bytes:
            if mark[0] > MAX_BYTES:
                raise BadInput(
                    "etrade.file-size",
                    _("The file has %(bytes)d bytes; at most %(most)d are read.")
                    % {"bytes": mark[0], "most": MAX_BYTES},
                )
            descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as stream:
                return stream.read(MAX_BYTES + 1)

        return read

    def path_of(self, found: Found) -> Path:
        """Where a file lies while it is not settled."""
        return self._folder / found.name

    def settle(self, found: Found, outcome: Outcome) -> None:
        """Move the file to ``done`` or ``refused``; one that changed while it was read is read again."""
        path = self._folder / found.name
        try:
            now = os.lstat(path)
        except FileNotFoundError:
            return
        mark = (now.st_size, now.st_mtime_ns)
        if self._seen.get(found.name) != mark:
            return
        if outcome.refused and 0 <= self._clock() - now.st_mtime < self._patience:
            self.waiting += 1
            return
        try:
            self._move(path, outcome)
        except OSError:
            # Read-only, or on a share that allows no rename: the hash tells that it was dealt with.
            self._left[found.name] = mark

    def _move(self, path: Path, outcome: Outcome) -> None:
        folder = self._folder / (REFUSED if outcome.refused else DONE)
        folder.mkdir(exist_ok=True)
        target = folder / path.name
        if target.exists():
            target = folder / f"{path.stem}-{outcome.sha256[:12]}{path.suffix}"
        if outcome.refused:
            reason = target.with_name(target.name + ".reason.txt")
            reason.write_text(f"{path.name}: {outcome.reason}\nSHA-256 {outcome.sha256}\n", encoding="utf-8")
        path.replace(target)
