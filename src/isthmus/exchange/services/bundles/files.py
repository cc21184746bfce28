"""The files in a bundle: as many chunks as fit beside the records, the rest on the next stick."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from isthmus.exchange.models import Attachment, AttachmentState, Naming
from isthmus.exchange.rules.storage import next_chunks
from isthmus.exchange.services.attachments import accept_manifest, store_chunk
from isthmus.exchange.services.attachments.keeping import chunk_at, manifest_of
from isthmus.exchange.services.attachments.leaving import to_carry
from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.trust.models import Partner
from isthmus.wire.attachment import CHUNK_BYTES
from isthmus.wire.bundle_content import AttachedChunks

MOST_HELD = 1_000
"""Files that one bundle says are here: the newest."""


@dataclass(frozen=True)
class _Stored(Mapping[int, bytes]):
    """Chunks that are read from the database when they are written, one in memory at a time."""

    row: Attachment
    indexes: tuple[int, ...]

    def __getitem__(self, index: int) -> bytes:
        if index not in self.indexes:
            raise KeyError(index)
        return chunk_at(self.row, index) or b""

    def __iter__(self) -> Iterator[int]:
        return iter(self.indexes)

    def __len__(self) -> int:
        return len(self.indexes)


def files_for(partner: Partner, *, last_seq: int, room: int) -> tuple[tuple[AttachedChunks, ...], int]:
    """The files that a bundle carries in ``room`` bytes, and how many chunks it leaves behind.

    What arrived is known from the partner alone; until it says so, rounds of bundles bring every chunk again.
    """
    left = room // CHUNK_BYTES
    found: dict[str, AttachedChunks] = {}
    behind = 0
    for naming in to_carry(partner, last_seq=last_seq):
        row = naming.attachment
        manifest = manifest_of(row)
        if manifest is None or row.sha256 in found:
            continue
        every = tuple(range(len(manifest.chunks)))
        chosen, following = next_chunks(every, begin=naming.carried_to, most=max(left, 0))
        behind += len(every) - len(chosen)
        left -= len(chosen)
        if chosen:
            found[row.sha256] = AttachedChunks(manifest, _Stored(row, chosen))
            Naming.objects.filter(pk=naming.pk).update(carried_to=following)
    return tuple(found.values()), behind


def held_from(partner: Partner) -> tuple[str, ...]:
    """The files of the partner that are whole here or were erased, for it to send them no more."""
    here = Attachment.objects.filter(origin=partner.node_id).exclude(state=AttachmentState.WANTED)
    return tuple(sorted(here.order_by("-id").values_list("sha256", flat=True)[:MOST_HELD]))


def take_files(partner: Partner, attached: tuple[AttachedChunks, ...]) -> tuple[int, int, list[str]]:
    """Take what a bundle brings of files: chunks taken, files that are whole now, and problems in words."""
    taken = whole = 0
    problems: list[str] = []
    for found in attached:
        digest = found.manifest.sha256
        try:
            lacking = {index for gap in accept_manifest(partner, found.manifest) for index in gap}
            done = False
            for index in sorted(lacking & found.chunks.keys()):
                done = store_chunk(partner, digest, index, found.chunks[index])
                taken += 1
            whole += done
        except NotFound:
            problems.append(
                _("It brings a file that no accepted record names (%(hash)s): read it again later.")
                % {"hash": digest[:12]}
            )
        except IsthmusError as error:
            problems.append(str(error))
    return taken, whole, problems
