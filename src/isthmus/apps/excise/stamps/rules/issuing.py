"""Many codes at once: random serials in order, their tags and texts, in arrays."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from isthmus.apps.excise.stamps.rules import codes
from isthmus.kit import base32

_SIGNS = np.frombuffer(base32.ALPHABET.encode("ascii"), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Printing:
    """What all codes of a batch share. Without keys, codes carry neither tag nor signature."""

    host: str
    gtin: str
    tag_key: tuple[int, bytes] | None = None
    signature_key: tuple[int, Ed25519PrivateKey] | None = None


def draw(count: int, random: Callable[[int], bytes]) -> NDArray[np.uint8]:
    """``count`` different serials in rising order, a row of ten bytes each.

    ``random`` gives so many random bytes. Serials rise in the order they are printed in, so that a serial
    is found by its place; what lies between two of them stays beyond guessing (80 bits, less the count's).
    """
    serials = _in_order(np.frombuffer(random(count * codes.SERIAL_BYTES), dtype=np.uint8).reshape(-1, 10))
    while len(serials) < count:
        more = np.frombuffer(random((count - len(serials)) * codes.SERIAL_BYTES), dtype=np.uint8)
        serials = _in_order(np.concatenate([serials, more.reshape(-1, 10)]))
    return serials


def _in_order(serials: NDArray[np.uint8]) -> NDArray[np.uint8]:
    high = np.ascontiguousarray(serials[:, :8]).view(">u8").ravel().astype(np.uint64)
    low = np.ascontiguousarray(serials[:, 8:]).view(">u2").ravel().astype(np.uint16)
    order = np.lexsort((low, high))
    high, low = high[order], low[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    kept: NDArray[np.uint8] = serials[order[first]]
    return kept


def in_signs(numbers: NDArray[np.uint8], signs: int) -> NDArray[np.uint8]:
    """Rows of big-endian bytes in base32, a row of ``signs`` ASCII bytes each."""
    spare = signs * base32.BITS - numbers.shape[1] * 8
    bits = np.unpackbits(numbers, axis=1)
    padded = np.zeros((len(numbers), signs * base32.BITS), dtype=np.uint8)
    padded[:, spare:] = bits
    values = np.packbits(padded.reshape(-1, base32.BITS), axis=1) >> (8 - base32.BITS)
    written: NDArray[np.uint8] = _SIGNS[values.reshape(len(numbers), signs)]
    return written


def serial_signs(serials: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The 16 signs of each serial: two groups of five bytes, each one number of 40 bits."""
    wide = serials.astype(np.uint64)
    signs = np.empty((len(serials), codes.SERIAL_SIGNS), dtype=np.uint8)
    for half in (0, 1):
        number = np.zeros(len(serials), dtype=np.uint64)
        for place in range(5):
            number = number << np.uint64(8) | wide[:, 5 * half + place]
        for place in range(8):
            value = number >> np.uint64(35 - 5 * place) & np.uint64(31)
            signs[:, 8 * half + place] = _SIGNS[value.astype(np.intp)]
    return signs


def tags(key: bytes, gtin: str, serials: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The eight bytes of tag of each serial: what ``codes.tag_of`` gives one by one."""
    started = hashlib.blake2b(gtin.encode("ascii"), digest_size=codes.TAG_BYTES, key=key, person=codes.PERSON)
    whole, size = serials.tobytes(), codes.SERIAL_BYTES
    found = bytearray()
    for place in range(0, len(whole), size):
        state = started.copy()
        state.update(whole[place : place + size])
        found += state.digest()
    return np.frombuffer(bytes(found), dtype=np.uint8).reshape(-1, codes.TAG_BYTES)


def _signatures(key: Ed25519PrivateKey, gtin: str, serials: NDArray[np.uint8]) -> NDArray[np.uint8]:
    texts = (
        urlsafe_b64encode(codes.signature_of(key, gtin, serial.tobytes())).rstrip(b"=") for serial in serials
    )
    return np.frombuffer(b"".join(texts), dtype=np.uint8).reshape(len(serials), -1)


def lines(serials: NDArray[np.uint8], printing: Printing) -> bytes:
    """The codes of the serials as printed, a line each (ASCII, ended by a line feed)."""
    if not len(serials):
        return b""
    parts: list[NDArray[np.uint8]] = []

    def say(text: str) -> None:
        signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
        parts.append(np.broadcast_to(signs, (len(serials), len(signs))))

    say(f"HTTPS://{printing.host.upper()}/01/{printing.gtin}/21/")
    parts.append(serial_signs(serials))
    if printing.tag_key is not None:
        number, secret = printing.tag_key
        say(f"?91={base32.written(number, codes.KEY_SIGNS)}")
        parts.append(in_signs(tags(secret, printing.gtin, serials), codes.TAG_SIGNS))
        if printing.signature_key is not None:
            number, private = printing.signature_key
            say(f"&92={base32.written(number, codes.KEY_SIGNS)}")
            parts.append(_signatures(private, printing.gtin, serials))
    say("\n")
    return np.concatenate(parts, axis=1).tobytes()
