"""A picture as a file of its own, for paper and slides: what the pages' style sheet gives stands in it."""

import re

from isthmus.ui.charts.figure import WIDE, Chart

# The light theme's colours; shades differ in lightness, so that they stay apart in black and white.
_STYLE = """
svg{background:#fff}
text{font:12px system-ui,'Noto Sans',sans-serif;fill:#55626a}
.strong{fill:#17242b;font-weight:600}.halo{paint-order:stroke;stroke:#fff;stroke-width:3px}
.grid{stroke:#e0d9cb}.axis{stroke:#7f7a6d}.leader{stroke:#55626a;stroke-width:.75;fill:none}
.reference{stroke:#17242b;stroke-width:2;stroke-dasharray:5 4;fill:none}
.contour{stroke:#17242b;fill:none}.line{fill:none;stroke-width:2}.dot{stroke:#fff;stroke-width:1.5}
.s1{stroke:#0b5872}.f1{fill:#0b5872}.f2{fill:#a8741f}.t1{fill:#0b5872;font-weight:600}
.t2{fill:#75561f;font-weight:600}.faint{fill:#7a7f86;fill-opacity:.55}
.q0{fill:#fff;stroke:#e0d9cb}.q1{fill:#dde8ec}.q2{fill:#bbd0d8}.q3{fill:#95b5c1}.q4{fill:#5c8da0}.q5{fill:#0b5872}
"""


def alone(chart: Chart, width: int = WIDE) -> bytes:
    """The chart as an SVG file, UTF-8."""
    drawn = str(chart.draw(width))
    size = re.search(r'viewBox="0 0 (\S+) (\S+)"', drawn)
    assert size is not None, "every sheet says its size"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[1]}" height="{size[2]}"'
    opened = drawn.replace("<svg", head, 1)
    return opened.replace("<title>", f"<style>{_STYLE.strip()}</style><title>", 1).encode()
