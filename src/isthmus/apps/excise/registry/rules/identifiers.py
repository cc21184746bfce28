"""The written forms of trade numbers, excise numbers and product codes."""

import re

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_EXCISE_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9]{11}")
_PRODUCT_CODE = re.compile(r"[A-Z][0-9]{3}")
_GROUP = re.compile(r"[A-Z]([0-9]{3})?")


def check_digit_of(digits: str) -> int:
    """The check digit that follows ``digits``: weights 3 and 1 from the right (GS1 General Specifications,
    section 7.9).
    """
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def is_gtin(text: str) -> bool:
    """Whether ``text`` is a GTIN of 8, 12, 13 or 14 digits whose check digit is right."""
    return _GTIN.fullmatch(text) is not None and check_digit_of(text[:-1]) == int(text[-1])


def is_excise_number(text: str, country: str = "") -> bool:
    """Whether ``text`` is an excise number as SEED has it: the ISO code of the country, then 11 capital
    letters or digits (Regulation (EU) 612/2013, annex). A ``country`` must be the one that it names.
    """
    return _EXCISE_NUMBER.fullmatch(text) is not None and text.startswith(country)


def is_product_code(text: str) -> bool:
    """Whether ``text`` is an excise product code such as B000 or S200."""
    return _PRODUCT_CODE.fullmatch(text) is not None


def is_product_group(text: str) -> bool:
    """Whether ``text`` may stand in an authorisation: a product code, or the letter that several share."""
    return _GROUP.fullmatch(text) is not None
