"""Hits as HTML: nothing of what somebody wrote is markup."""

from isthmus.search.highlights import as_html
from isthmus.search.rules.excerpts import Piece, marked


def test_words_are_marked_and_everything_else_is_escaped():
    pieces = (Piece("<b>{0} & ", marked=False), Piece("<i>", marked=True), Piece("%s", marked=False))
    assert as_html(pieces) == "&lt;b&gt;{0} &amp; <mark>&lt;i&gt;</mark>%s"


def test_a_script_in_a_title_stays_text():
    assert as_html(marked("<script>duty</script>", "en", {"en:duti": 1})) == (
        "&lt;script&gt;<mark>duty</mark>&lt;/script&gt;"
    )
