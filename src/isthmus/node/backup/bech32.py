"""Bech32 (BIP 173), in which age writes its keys: text whose typing errors show."""

from isthmus.kit.errors import BadInput

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK = 6


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate(_GENERATOR):
            check ^= part if top >> place & 1 else 0
    return check


def _prefix_values(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _regroup(data: bytes | list[int], width: int, to: int, *, pad: bool) -> list[int] | None:
    """Bits in groups of another width; None where bits are left that no encoder would leave."""
    waiting, bits = 0, 0
    groups: list[int] = []
    for value in data:
        waiting, bits = waiting << width | value, bits + width
        while bits >= to:
            bits -= to
            groups.append(waiting >> bits & (1 << to) - 1)
        waiting &= (1 << bits) - 1
    if pad and bits:
        groups.append(waiting << to - bits)
    elif not pad and (bits >= width or waiting):
        return None
    return groups


def encode(prefix: str, data: bytes) -> str:
    """Bytes as lower-case text behind ``prefix``."""
    values = _regroup(data, 8, 5, pad=True) or []
    check = _polymod([*_prefix_values(prefix), *values, *[0] * _CHECK]) ^ 1
    values += [check >> 5 * (_CHECK - 1 - place) & 31 for place in range(_CHECK)]
    return f"{prefix}1{''.join(_LETTERS[value] for value in values)}"


def decode(prefix: str, text: str) -> bytes:
    """The bytes behind ``prefix``; BadInput ``backup.key`` for a typing error or another prefix."""
    lowered = text.lower()
    found, separator, body = lowered.rpartition("1")
    values = [_LETTERS.find(letter) for letter in body]
    well_formed = bool(separator) and text in {lowered, text.upper()} and -1 not in values
    if not well_formed or found != prefix or _polymod([*_prefix_values(found), *values]) != 1:
        raise BadInput(
            "backup.key",
            "This is not a key of the form that was asked for, or it was mistyped.",
            next_step="Copy it again from where `isthmus backup key` wrote it.",
        )
    data = _regroup(values[:-_CHECK], 5, 8, pad=False)
    if data is None:
        raise BadInput("backup.key", "This key is not written in its one form.")
    return bytes(data)
