"""The style sheet: its weight, its direction, its contrast; and no style outside of it."""

import gzip
import re
from pathlib import Path

import pytest

import isthmus.ui

HOME = Path(isthmus.ui.__file__).parent
CSS = (HOME / "static/ui/isthmus.css").read_text(encoding="utf-8")
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)


def theme(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{3,6})\b", block))


LIGHT = theme(RULES.split(":root {", 1)[1].split("}", 1)[0])
DARK = theme(RULES.split(':root[data-theme="dark"] {', 1)[1].split("}", 1)[0])
DARK_BY_DEVICE = theme(RULES.split(':root:not([data-theme="light"]) {', 1)[1].split("}", 1)[0])


def rgb(colour: str) -> tuple[float, float, float]:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast(rgb("#000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_the_sheet_weighs_at_most_14_kb_gzipped():
    assert len(gzip.compress(CSS.encode(), 9)) <= 14 * 1024


def test_it_knows_no_left_and_right():
    physical = re.compile(
        r"(?:^|[\s;{])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*"
        r"|(?:left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)"
        r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    )
    without_queries = re.sub(r"@(?:media|container)[^{]*\{", "{", RULES)
    assert physical.findall(without_queries) == []
    assert re.findall(r"(?:text-align|float|clear)\s*:\s*(?:left|right)", RULES) == []


def test_it_takes_nothing_from_elsewhere():
    assert "url(" not in RULES
    assert "@import" not in RULES


def test_both_dark_themes_are_the_same():
    assert DARK == DARK_BY_DEVICE
    assert LIGHT.keys() - DARK.keys() == set()


TEXT_PAIRS = [
    *(
        (ink, ground)
        for ink in ("ink", "muted", "sea", "sea-deep")
        for ground in ("paper", "surface", "sunk")
    ),
    *((state, ground) for state in ("ok", "warn", "bad", "sand") for ground in ("paper", "surface", "sunk")),
    ("sea-deep", "sea-wash"),
    ("sand", "sand-wash"),
    ("ink", "mark"),
    ("muted", "mark"),
    ("on-sea", "sea"),
    ("on-sea", "sea-deep"),
    ("on-head", "head"),
]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(colours, ink, ground):
    assert contrast(rgb(colours[f"--{ink}"]), rgb(colours[f"--{ground}"])) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["edge", "focus", "c1", "c2", "c3", "c4", "c5", "c6"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_borders_of_controls_and_lines_of_charts_can_be_seen(colours, mark, ground):
    assert contrast(rgb(colours[f"--{mark}"]), rgb(colours[f"--{ground}"])) >= 3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shade", "hue"), [("q", "c1"), ("n", "sand")])
def test_numbers_on_shades_can_be_read(colours, shade, hue):
    mixed = dict(
        re.findall(rf"\.plot \.{shade}(\d) {{ fill: color-mix\(in srgb, var\(--{hue}\) (\d+)%", RULES)
    )
    assert sorted(mixed) == ["1", "2", "3", "4"]
    full, ground = rgb(colours[f"--{hue}"]), rgb(colours["--surface"])
    for step, share in {**mixed, "5": "100"}.items():
        part = int(share) / 100
        fill = tuple(part * a + (1 - part) * b for a, b in zip(full, ground, strict=True))
        ink = colours["--on-sea" if step in "45" else "--ink"]
        assert contrast(rgb(ink), fill) >= 4.5, f"{shade}{step}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_script_of_their_own(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "javascript:" not in text


def test_every_class_of_a_template_is_in_the_sheet():
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", RULES))
    # Built from a value, or a hook that needs no rule.
    built = {
        "notice-",
        "state-",
        "by-",
        "here",
        "note",
        "answers",
        "figure",
        "node-name",
        "list",
        "hint",
        "error",
    }
    used = set()
    for path in TEMPLATES:
        plain = re.sub(r"{[%{].*?[%}]}", " ", path.read_text(encoding="utf-8"))
        for classes in re.findall(r'class="([^"]*)"', plain):
            used |= set(classes.split())
    assert used - known - built == set()


def test_the_page_of_a_fault_needs_nothing_but_the_sheet():
    text = (HOME / "templates/500.html").read_text(encoding="utf-8")
    assert "{%" not in text
    assert "{{" not in text
    assert re.findall(r'(?:href|src)="([^"]*)"', text) == ["/static/ui/isthmus.css", "/"]
