"""Parts of a whole as one small bar, for a table's cell; the figures stand in the cells beside it."""

from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from isthmus.ui.components import Share

_WIDTH, _HEIGHT = 104, 12


def share_html(share: Share) -> SafeString:
    """The bar, its parts in their order from where a line of text begins; words for who cannot see it."""
    bars, begin = [], Decimal(0)
    for place, (_name, part) in enumerate(share.parts, start=1):
        wide = _WIDTH * share.portion(part)
        if wide:
            start = _WIDTH - begin - wide if get_language_bidi() else begin
            bars.append((place, f"{start:.2f}", f"{wide:.2f}", _HEIGHT))
        begin += wide
    return format_html(
        '<svg class="share" role="img" direction="ltr" viewBox="0 0 {0} {1}"><title>{2}</title>{3}'
        '<rect class="edge" x="0.5" y="0.5" width="{4}" height="{5}"/></svg>',
        _WIDTH,
        _HEIGHT,
        str(share),
        format_html_join("", '<rect class="f{}" x="{}" y="0" width="{}" height="{}"/>', bars),
        _WIDTH - 1,
        _HEIGHT - 1,
    )
