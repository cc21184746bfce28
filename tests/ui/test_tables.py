"""Tables: wide ones, and cells that lead on."""

from django.template.loader import render_to_string

from isthmus.ui.table import Column, tabulate


def test_a_wide_table_without_links_can_be_scrolled_by_keyboard():
    columns = [Column(f"c{n}", f"Column {n}", lambda row: row) for n in range(7)]
    drawn = render_to_string("ui/parts/table.html", {"table": tabulate(columns, ["x"], "Items")})
    assert 'tabindex="0" role="group" aria-label="Items"' in drawn
    linked = [*columns[1:], Column("link", "Link", lambda row: row, url=lambda row: "/there")]
    drawn = render_to_string("ui/parts/table.html", {"table": tabulate(linked, ["x"], "Items")})
    assert "tabindex" not in drawn
    assert 'class="table cards-narrow dense"' in drawn


def test_a_number_can_lead_to_its_page():
    column = Column("entry", "Entry", lambda row: row, kind="number", url=lambda row: f"/log/{row}")
    (only,) = tabulate([column], [1200]).rows[0]
    assert only.html == '<a href="/log/1200"><span class="number">1,200</span></a>'


def test_a_hash_may_break_anywhere_and_words_may_not():
    table = tabulate([Column("a", "A", str), Column("b", "B", str)], ["ab" * 32])
    assert table.rows[0][1].long
    assert 'class="is-long"' in render_to_string("ui/parts/table.html", {"table": table})
    sentence = "Datenübermittlungsdienst of an office with a long name, in several words"
    assert not tabulate([Column("a", "A", str)], [sentence]).rows[0][0].long
