"""Codes of code lists in the words of the visitor's language."""

from django.utils.translation import gettext_lazy as _

# UN/ECE Recommendation 16, the functions of a place.
FUNCTIONS = {
    "1": _("Port"),
    "2": _("Rail terminal"),
    "3": _("Road terminal"),
    "4": _("Airport"),
    "5": _("Postal exchange office"),
    "6": _("Inland clearance depot"),
    "7": _("Fixed transport"),
    "8": _("River port"),
    "B": _("Border crossing"),
}

DIMENSIONS = {
    "mass": _("Mass"),
    "volume": _("Volume"),
    "alcohol": _("Pure alcohol"),
    "length": _("Length"),
    "area": _("Area"),
    "count": _("Count"),
    "energy": _("Energy"),
    "radioactivity": _("Radioactivity"),
}


def functions_in_words(functions: str) -> tuple[str, ...]:
    """The functions of a place, each in words."""
    return tuple(str(FUNCTIONS[one]) for one in functions if one in FUNCTIONS)


def code_in_words(code: str, words: str, edition: str, *, declared: bool) -> str:
    """An HS code with its words; the edition is named where it is another than the declared one."""
    return f"{code}, {words}" if declared else f"{code}, {words} (HS {edition})"
