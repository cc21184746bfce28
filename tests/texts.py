"""Tampering with the signed texts behind the log."""

from isthmus.exchange import tokens
from isthmus.exchange.models import Token
from isthmus.wire import packing


def replace_text(leaf: str, text: str) -> None:
    """Put another text where the one behind this leaf is kept."""
    assert Token.objects.filter(entry__leaf=leaf).exists()
    Token.objects.filter(entry__leaf=leaf).update(packed=packing.pack(text))


def alter_text(leaf: str) -> None:
    """Change the last character of the text behind this leaf."""
    text = tokens.text_of(leaf) or ""
    replace_text(leaf, text[:-1] + ("A" if text[-1] != "A" else "B"))
