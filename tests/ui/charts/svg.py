"""Reading a picture back."""

from dataclasses import dataclass

from lxml import etree

from isthmus.ui.charts.drawing import FONT, text_width
from isthmus.ui.charts.figure import NARROW, WIDE

SIZES = (WIDE, NARROW)


@dataclass(frozen=True)
class Picture:
    """A parsed SVG."""

    root: etree._Element

    def all(self, tag, css=""):
        return [e for e in self.root.iter(tag) if css in (e.get("class") or "").split() or not css]

    def texts(self):
        return ["".join(e.itertext()) for e in self.all("text")]

    def text(self, words):
        return next(e for e in self.all("text") if e.text == words)

    @property
    def width(self):
        return float(self.root.get("viewBox").split()[2])

    @property
    def height(self):
        return float(self.root.get("viewBox").split()[3])


def read(svg) -> Picture:
    return Picture(etree.fromstring(str(svg)))


def number(element, name) -> float:
    return float(element.get(name))


def box(element):
    """The room that a text takes, by the same guess as the drawing's."""
    bold = {"strong", "t1", "t2", "t3", "t4", "t5", "t6"} & set((element.get("class") or "").split())
    wide = text_width(element.text or "", bold=bool(bold))
    x, y = number(element, "x"), number(element, "y")
    start = {"middle": x - wide / 2, "end": x - wide}.get(element.get("text-anchor"), x)
    return start, y - FONT + 3, start + wide, y + 2


def meet(a, b):
    return a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1


def check_sound(picture: Picture) -> None:
    """Nothing hangs over the edge, no text lies upon another, nothing is styled in place, all is finite."""
    assert picture.root.get("role") == "img"
    assert picture.root.get("direction") == "ltr"
    assert picture.root[0].tag == "title"
    assert picture.root[0].text
    boxes = []
    for element in picture.root.iter():
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
        assert "nan" not in str(element.attrib.values())
        assert "inf" not in str(element.attrib.values())
    for element in picture.all("text"):
        area = box(element)
        assert area[0] >= -2, element.text
        assert area[2] <= picture.width + 2, element.text
        assert area[1] >= -2, element.text
        assert area[3] <= picture.height + 2, element.text
        boxes.append((area, element.text))
    for i, (area, text) in enumerate(boxes):
        for other, words in boxes[i + 1 :]:
            assert not meet(area, other), f"{text!r} lies upon {words!r}"
