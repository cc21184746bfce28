"""Whether there is room for a file, and which of a file's chunks the next bundle takes."""

MIB = 1024 * 1024


def has_room(size: int, *, held: int, limit_mib: int) -> bool:
    """Whether ``size`` more bytes fit beside the ``held`` ones into ``limit_mib`` mebibytes."""
    return held + size <= limit_mib * MIB


def share_mib(limit_mib: int, percent: int, *, largest_mib: int) -> int:
    """The mebibytes that the files of one partner may take: its share, or one largest file."""
    return max(limit_mib * percent // 100, largest_mib)


def next_chunks(missing: tuple[int, ...], *, begin: int, most: int) -> tuple[tuple[int, ...], int]:
    """The chunks to carry now, in order, and where the next bundle begins.

    ``missing`` are the indexes that the receiver is not known to have, in order. A round goes on at
    ``begin``, and starts anew at the front once it came to the end: a stick may have been lost.
    """
    if begin > (missing[-1] if missing else -1):
        begin = 0
    chosen = tuple(index for index in missing if index >= begin)[:most]
    return chosen, chosen[-1] + 1 if chosen else begin
