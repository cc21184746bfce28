"""SipHash-2-4, by which pay-as-you-go tokens are made.

Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012. Written here in plain Python: the
packages that OpenPAYGO's own library needs for it are not handed out as wheels.
"""

_WORD = (1 << 64) - 1
_START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
_State = tuple[int, int, int, int]


def _turned(word: int, bits: int) -> int:
    return (word << bits | word >> 64 - bits) & _WORD


def _round(state: _State) -> _State:
    a, b, c, d = state
    a, c = (a + b) & _WORD, (c + d) & _WORD
    b, d = _turned(b, 13) ^ a, _turned(d, 16) ^ c
    a, c = (_turned(a, 32) + d) & _WORD, (c + b) & _WORD
    return a, _turned(b, 17) ^ c, _turned(c, 32), _turned(d, 21) ^ a


def siphash_2_4(key: bytes, message: bytes) -> int:
    """The 64 bits of a message under a key of 16 bytes, as a number. ValueError for another length."""
    if len(key) != 16:
        raise ValueError(f"a key has 16 bytes, not {len(key)}")
    low, high = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    a, b, c, d = (start ^ half for start, half in zip(_START, (low, high, low, high), strict=True))
    whole = len(message) // 8 * 8
    last = message[whole:].ljust(7, b"\0") + bytes([len(message) % 256])
    for place in range(0, whole + 8, 8):
        word = int.from_bytes((message[:whole] + last)[place : place + 8], "little")
        a, b, c, d = _round(_round((a, b, c, d ^ word)))
        a ^= word
    state = a, b, c ^ 0xFF, d
    for _final in range(4):
        state = _round(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]
