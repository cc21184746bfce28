"""Identifiers of things: EPC URNs and GS1 Digital Links, and the one canonical form of both.

EPC URNs by the EPC Tag Data Standard 1.13, section 6; Digital Links by GS1 Digital Link 1.2; the canonical
form and what it leaves out (query, lot beside a serial, consumer variant) by CBV 2.0, section 8.9.4.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

CANONICAL = "https://id.gs1.org/"
_CHARACTER = r"(?:%[2-7][0-9A-Fa-f]|[!')(*+,.0-9:;=A-Za-z_-])"
_ENCODED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "!()*+,:"})
_OTHER_SCHEMES = frozenset({"adi", "bic", "gid", "imovn", "usdod"})
"""EPC schemes that carry no GS1 key; they are taken as they stand."""


def check_digit(digits: str) -> str:
    """The check digit of a GS1 key (GS1 General Specifications, section 7.9.1)."""
    weights = (3, 1)
    total = sum(int(digit) * weights[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One scheme of EPC URNs: the pattern of what follows its name, and its Digital Link."""

    pattern: re.Pattern[str]
    link: Callable[[re.Match[str]], str]


def _prefixed(total: int) -> str:
    """Company prefix of 6 to 12 digits, a point, and the reference that fills ``total`` digits."""
    pairs = "|".join(rf"[0-9]{{{size}}}\.[0-9]{{{total - size}}}" for size in range(6, 13))
    return f"(?P<key>{pairs})"


def _plain(found: re.Match[str]) -> str:
    """Prefix and reference as one number with its check digit."""
    digits = found["key"].replace(".", "")
    return digits + check_digit(digits)


def _indicated(found: re.Match[str]) -> str:
    """Prefix and reference whose first digit leads the number: a GTIN or an SSCC, with its check digit."""
    prefix, reference = found["key"].split(".")
    digits = reference[:1] + prefix + reference[1:]
    return digits + check_digit(digits)


def _asset(found: re.Match[str]) -> str:
    digits = "0" + found["key"].replace(".", "")
    return digits + check_digit(digits)


def _serial(found: re.Match[str]) -> str:
    return found["serial"].translate(_ENCODED)


def _location(found: re.Match[str]) -> str:
    extension = "" if found["serial"] == "0" else f"/254/{_serial(found)}"
    return f"414/{_plain(found)}{extension}"


def _scheme(pattern: str, link: Callable[[re.Match[str]], str]) -> _Scheme:
    return _Scheme(re.compile(pattern), link)


_SERIAL = rf"\.(?P<serial>{_CHARACTER}{{1,30}})"
_FREE = rf"(?P<prefix>[0-9]{{6,12}})\.(?P<serial>{_CHARACTER}{{1,30}})"
_PART = r"(?P<prefix>[0-9]{6,12})\.(?P<part>(?:%[2-5][0-9A-Fa-f]|[0-9A-Z-]){1,24})"
_PIECES = r"\.(?P<piece>[0-9]{2})\.(?P<total>[0-9]{2})"
_NUMBER = r"\.(?P<serial>[0-9]{1,12})"

_SCHEMES: dict[str, _Scheme] = {
    "id:sgtin": _scheme(_prefixed(13) + _SERIAL, lambda m: f"01/{_indicated(m)}/21/{_serial(m)}"),
    "id:upui": _scheme(_prefixed(13) + _SERIAL, lambda m: f"01/{_indicated(m)}/235/{_serial(m)}"),
    "id:sscc": _scheme(_prefixed(17), lambda m: f"00/{_indicated(m)}"),
    "id:sgln": _scheme(_prefixed(12) + _SERIAL, _location),
    "id:pgln": _scheme(_prefixed(12), lambda m: f"417/{_plain(m)}"),
    "id:grai": _scheme(_prefixed(12) + _SERIAL, lambda m: f"8003/{_asset(m)}{_serial(m)}"),
    "id:giai": _scheme(_FREE, lambda m: f"8004/{m['prefix']}{_serial(m)}"),
    "id:gsrn": _scheme(_prefixed(17), lambda m: f"8018/{_plain(m)}"),
    "id:gsrnp": _scheme(_prefixed(17), lambda m: f"8017/{_plain(m)}"),
    "id:gdti": _scheme(_prefixed(12) + _SERIAL, lambda m: f"253/{_plain(m)}{_serial(m)}"),
    "id:cpi": _scheme(_PART + _NUMBER, lambda m: f"8010/{m['prefix']}{m['part']}/8011/{m['serial']}"),
    "id:sgcn": _scheme(_prefixed(12) + _NUMBER, lambda m: f"255/{_plain(m)}{m['serial']}"),
    "id:ginc": _scheme(_FREE, lambda m: f"401/{m['prefix']}{_serial(m)}"),
    "id:gsin": _scheme(_prefixed(16), lambda m: f"402/{_plain(m)}"),
    "id:itip": _scheme(
        _prefixed(13) + _PIECES + _SERIAL,
        lambda m: f"8006/{_indicated(m)}{m['piece']}{m['total']}/21/{_serial(m)}",
    ),
    "class:lgtin": _scheme(_prefixed(13) + _SERIAL, lambda m: f"01/{_indicated(m)}/10/{_serial(m)}"),
    "idpat:sgtin": _scheme(_prefixed(13) + r"\.\*", lambda m: f"01/{_indicated(m)}"),
    "idpat:upui": _scheme(_prefixed(13) + r"\.\*", lambda m: f"01/{_indicated(m)}"),
    "idpat:grai": _scheme(_prefixed(12) + r"\.\*", lambda m: f"8003/{_asset(m)}"),
    "idpat:gdti": _scheme(_prefixed(12) + r"\.\*", lambda m: f"253/{_plain(m)}"),
    "idpat:sgcn": _scheme(_prefixed(12) + r"\.\*", lambda m: f"255/{_plain(m)}"),
    "idpat:cpi": _scheme(_PART + r"\.\*", lambda m: f"8010/{m['prefix']}{m['part']}"),
    "idpat:itip": _scheme(
        _prefixed(13) + _PIECES + r"\.\*", lambda m: f"8006/{_indicated(m)}{m['piece']}{m['total']}"
    ),
}

_NAMES = {
    "gtin": "01",
    "itip": "8006",
    "cpid": "8010",
    "gln": "414",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
}
"""Short names that a Digital Link may write for application identifiers."""
_SAFE = r"[\x22\x27\x2D\x2E\x30-\x39\x3B-\x3F\x41-\x5A\x5F\x61-\x7A]"
_KEYS: dict[str, tuple[str, dict[str, str]]] = {
    "00": (r"[0-9]{18}", {}),
    "01": (r"[0-9]{14}", {"21": f"{_SAFE}{{0,20}}", "10": f"{_SAFE}{{0,20}}", "235": f"{_SAFE}{{0,28}}"}),
    "253": (rf"[0-9]{{13}}{_SAFE}{{0,17}}", {}),
    "255": (r"[0-9]{13,25}", {}),
    "401": (f"{_SAFE}{{4,30}}", {}),
    "402": (r"[0-9]{17}", {}),
    "414": (r"[0-9]{13}", {"254": f"{_SAFE}{{0,20}}"}),
    "417": (r"[0-9]{13}", {}),
    "8003": (rf"[0-9]{{14}}{_SAFE}{{0,16}}", {}),
    "8004": (f"{_SAFE}{{4,30}}", {}),
    "8006": (r"[0-9]{18}", {"21": f"{_SAFE}{{0,20}}", "10": f"{_SAFE}{{0,20}}"}),
    "8010": (r"[#\-/0-9A-Z]{4,30}", {"8011": r"[0-9]{0,12}"}),
    "8017": (r"[0-9]{18}", {}),
    "8018": (r"[0-9]{18}", {}),
}
"""Primary keys of a canonical Digital Link, each with the qualifiers that may follow it."""
_LONGEST = 512


def _linked(uri: str) -> str | None:
    path = uri.split("?", 1)[0].split("/", 3)
    if path[0] not in {"http:", "https:"} or len(path) < 4 or path[1]:
        return None
    parts = [_NAMES.get(part, part) for part in path[3].split("/")]
    start = next((place for place, part in enumerate(parts[:-1]) if part in _KEYS), None)
    if start is None or (len(parts) - start) % 2:
        return None
    key, value = parts[start : start + 2]
    qualifiers = dict(zip(parts[start + 2 :: 2], parts[start + 3 :: 2], strict=True))
    if key == "01" and value.isdigit() and len(value) in {8, 12, 13}:
        value = value.zfill(14)
    if key in {"01", "8006"}:
        qualifiers.pop("22", None)
        if "21" in qualifiers:
            qualifiers.pop("10", None)
    form, allowed = _KEYS[key]
    if not re.fullmatch(form, value) or len(qualifiers) > 1:
        return None
    for name, text in qualifiers.items():
        if name not in allowed or not re.fullmatch(allowed[name], text):
            return None
    return CANONICAL + "/".join([key, value, *(part for pair in qualifiers.items() for part in pair)])


def canonical(uri: str) -> str | None:
    """The canonical Digital Link of an EPC URN or a Digital Link; None for a URI that carries no GS1 key."""
    if len(uri) > _LONGEST:
        return None
    if not uri.startswith("urn:epc:"):
        return _linked(uri)
    name, rest = _named(uri)
    scheme = _SCHEMES.get(name)
    found = scheme.pattern.fullmatch(rest) if scheme is not None else None
    return CANONICAL + scheme.link(found) if scheme is not None and found is not None else None


def _named(uri: str) -> tuple[str, str]:
    """The name of a URN's scheme and what follows it; a serial may hold colons."""
    parts = uri.split(":", 4)
    return ":".join(parts[2:4]), parts[4] if len(parts) > 4 else ""


def is_malformed(uri: str) -> bool:
    """Whether a URI says that it is an EPC URN and is none by the Tag Data Standard."""
    if not uri.lower().startswith("urn:epc:"):
        return False
    name, rest = _named(uri)
    if name.split(":")[-1] in _OTHER_SCHEMES:
        return not rest
    return canonical(uri) is None


def gtin_of(uri: str) -> str:
    """The GTIN of 14 digits in an identifier; empty where there is none or its check digit is wrong."""
    link = canonical(uri) or ""
    digits = link[len(CANONICAL) + 3 : len(CANONICAL) + 17] if link.startswith(f"{CANONICAL}01/") else ""
    return digits if digits and check_digit(digits[:-1]) == digits[-1] else ""
