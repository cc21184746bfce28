"""On what duty is charged, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

BASES = {
    "litre": _("litres"),
    "hectolitre": _("hectolitres"),
    "litre of alcohol": _("litres of pure alcohol"),
    "centilitre of alcohol": _("centilitres of pure alcohol"),
    "hectolitre per degree Plato": _("hectolitres and degrees Plato"),
    "value (CIF)": _("the CIF value"),
    "value (RETAIL)": _("the retail price"),
}


def base_words(named: str) -> str:
    """Bases as ``rules.fitting`` names them, joined by plus signs; what is no base stays as it is."""
    return " + ".join(gettext(BASES[part]) if part in BASES else part for part in named.split(" + "))
