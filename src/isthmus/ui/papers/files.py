"""A paper as PDF and as DOCX: the same paper, the same bytes."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import translation

from isthmus.ui.charts.scale import nice
from isthmus.ui.formats import grouped
from isthmus.ui.papers.columns import PAGE, widths
from isthmus.ui.papers.paper import Paper, PaperChart, PaperTable
from isthmus.ui.typeset import Form, typeset

DOCUMENTS = Path(__file__).resolve().parent / "documents"
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_TABLE, _CHART = "table ", "chart "
"""How the paragraphs begin that a table and a chart are put in place of."""
_BEHIND_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:rPr",
)
_BEHIND_SIZE = ("w:highlight", "w:u", "w:vertAlign", "w:rtl", "w:cs", "w:lang")
"""What stands behind the direction of a line and behind the size of letters: Word wants them in order."""
_FIXED = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold."""


def _data(paper: Paper) -> dict[str, Any]:
    data = asdict(paper)
    data["language"] = paper.language.partition("-")[0]
    for section, shown in zip(paper.sections, data["sections"], strict=True):
        for table, drawn in zip(section.tables, shown["tables"], strict=True):
            drawn["widths"] = widths(table, section.tables)
            drawn["chart"] = None if table.chart is None else _chart(table.chart)
    return data


def _chart(chart: PaperChart) -> dict[str, Any]:
    """A chart with the ticks of its axis and the height of each bar as a share of it."""
    values = [[float(value) for value in line] for line in chart.values]
    every = [value for line in values for value in line]
    scale = nice(every, count=4, zero=True)
    # What is counted comes in wholes; half a stamp on the axis would be odd.
    whole = all(value.is_integer() for value in every)
    ticks = [tick for tick in scale.ticks if tick.is_integer() or not whole]
    return {
        "unit": scale.unit(chart.unit),
        "steps": chart.steps,
        "names": chart.names,
        "ticks": [
            {
                "text": grouped(int(tick)) if whole and not scale.power else scale.label(tick),
                "at": scale.at(tick),
            }
            for tick in ticks
        ],
        "bars": [[{"at": scale.at(value), "text": scale.exact(value)} for value in line] for line in values],
        "zero": scale.at(0),
    }


def _typst(main: bytes, data: object, form: Form, ppi: float | None) -> list[bytes]:
    files = {
        "main": main,
        "chart.typ": (DOCUMENTS / "chart.typ").read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    return typeset(files, form, ppi)


def _compiled(paper: Paper, form: Form, ppi: float | None) -> list[bytes]:
    return _typst((DOCUMENTS / "paper.typ").read_bytes(), _data(paper), form, ppi)


def _picture(chart: PaperChart) -> bytes:
    """A chart alone, as a PNG of 174 mm width."""
    return _typst((DOCUMENTS / "picture.typ").read_bytes(), _chart(chart), "png", 160)[0]


def pdf(paper: Paper) -> bytes:
    """The paper as PDF, whatever language its reader uses."""
    with translation.override(paper.language):
        return _compiled(paper, "pdf", None)[0]


def pictures(paper: Paper, ppi: float = 60) -> list[bytes]:
    """Its pages as PNG, to look at; ``ppi`` is in points an inch."""
    with translation.override(paper.language):
        return _compiled(paper, "png", ppi)


def docx(paper: Paper) -> bytes:
    """The paper as DOCX, by the template that an office may restyle; zip times are fixed."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(DOCUMENTS / "paper.docx")
    template.render({"paper": _data(paper)}, autoescape=True)
    with translation.override(paper.language):
        _put_tables(template.docx, paper)
    _set_language(template.docx, paper)
    made = io.BytesIO()
    template.docx.save(made)
    again = io.BytesIO()
    with zipfile.ZipFile(made) as given, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in sorted(given.namelist()):
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(info, given.read(name))
    return again.getvalue()


def _set_language(document: Any, paper: Paper) -> None:  # noqa: ANN401  python-docx has no types
    """Say which language the words are in, and turn lines and tables where it runs from right to left."""
    from docx.enum.table import WD_TABLE_DIRECTION
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.run import Run

    spoken = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    region = "zh-CN" if paper.language == "zh-hans" else paper.language
    for script in ("val", "eastAsia", "bidi"):
        spoken.set(qn(f"w:{script}"), region)
    if not paper.is_rtl:
        return
    # Letters that join cannot be spaced.
    for spacing in list(document.styles.element.iterfind(f".//{qn('w:rPr')}/{qn('w:spacing')}")):
        spacing.getparent().remove(spacing)
    body = document.element.body
    for line in body.iter(qn("w:p")):
        line.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_BEHIND_BIDI)
    for run in body.iter(qn("w:r")):
        Run(run, document).font.rtl = True
    for table in document.tables:
        table.table_direction = WD_TABLE_DIRECTION.RTL


def _put_tables(document: Any, paper: Paper) -> None:  # noqa: ANN401  python-docx has no types
    """Put tables and charts where the template left their marks: a template cannot vary their columns."""
    from docx.shared import Cm

    marks = {mark.text: mark for mark in document.paragraphs if mark.text.startswith((_TABLE, _CHART))}
    for place, section in enumerate(paper.sections):
        for number, table in enumerate(section.tables):
            mark = marks[f"{_TABLE}{place}.{number}"]
            mark._p.addprevious(_table(document, table, widths(table, section.tables)))  # noqa: SLF001  no public way
            # Word joins two tables that have nothing between them.
            mark.clear()
            if table.chart is not None:
                drawn = marks[f"{_CHART}{place}.{number}"]
                drawn.clear()
                shape = drawn.add_run().add_picture(io.BytesIO(_picture(table.chart)), width=Cm(PAGE / 1000))
                shape._inline.docPr.set("descr", table.caption)  # noqa: SLF001  no public way


def _table(document: Any, table: PaperTable, across: Sequence[int]) -> Any:  # noqa: ANN401  no other way
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    grid = document.add_table(rows=len(table.rows) + 1, cols=len(table.heads), style="Table Grid")
    grid.autofit = False
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  python-docx offers no other way
    sizes = [Cm(one / 1000) for one in across]
    for column, size in zip(grid.columns, sizes, strict=True):
        column.width = size
    for place, (row, texts) in enumerate(zip(grid.rows, (table.heads, *table.rows), strict=True)):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001  python-docx offers no other way
        for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = sizes[number]
            line = cell.paragraphs[0]
            run = line.add_run(text)
            run.font.size, run.bold = Pt(8.5), place == 0
            # Letters of scripts such as Arabic have a size and a weight of their own.
            run.font.cs_bold = place == 0
            complex_size = OxmlElement("w:szCs")
            complex_size.set(qn("w:val"), "17")
            run._r.rPr.insert_element_before(complex_size, *_BEHIND_SIZE)  # noqa: SLF001  python-docx offers no other way
            # The head stays with the first rows.
            line.paragraph_format.space_after, line.paragraph_format.keep_with_next = Pt(2), place < 2
            if number in table.numbers:
                # In a line from right to left, "right" means its end: the left.
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return grid._tbl  # noqa: SLF001  python-docx offers no other way


def made(paper: Paper, kind: str) -> bytes:
    """The paper as one of ``KINDS``."""
    return pdf(paper) if kind == "pdf" else docx(paper)
