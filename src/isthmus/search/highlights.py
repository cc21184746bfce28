"""Hits as HTML: everything that somebody wrote is escaped, and only our own marks are markup."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from isthmus.search.rules.excerpts import Piece


def as_html(pieces: Iterable[Piece]) -> SafeString:
    """The pieces of a title or an excerpt, with the words that were asked for in ``<mark>``."""
    shown = [format_html("<mark>{}</mark>", piece.text) if piece.marked else piece.text for piece in pieces]
    return format_html_join("", "{}", ((text,) for text in shown))
