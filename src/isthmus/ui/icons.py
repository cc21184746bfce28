"""Few icons, drawn by lines on a grid of 24; text always stands beside them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_DRAWN = {
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "box": "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
    "calendar": "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
    "chart": "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
    "check": "M5 13l4 4L19 7",
    "clock": "M12 3a9 9 0 1 0 .01 0M12 7v5l3 2",
    "cross": "M6 6l12 12M18 6L6 18",
    "declaration": "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h5",
    "desk": "M4 13l2-8h12l2 8v6H4zM4 13h5l1 2h4l1-2h5",
    "differs": "M5 9h14M5 15h14M16 5L8 19",
    "download": "M12 4v11M7 10l5 5 5-5M5 20h14",
    "excise": "M9 3h6M10 3v5l-4 8v4h12v-4l-4-8V3M7.5 14h9",
    "expert": "M3 9l9-5 9 5-9 5zM7 11.5v5c3 2 7 2 10 0v-5M21 9v6",
    "folder": "M3 6h6l2 2h10v11H3z",
    "help": "M12 3a9 9 0 1 0 .01 0M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.2",
    "info": "M12 3a9 9 0 1 0 .01 0M12 11v6M12 7.5v.2",
    "key": "M14 10a4 4 0 1 0-3.5 4L12 16h2v2h2v2h4v-4l-6.5-6M7.5 9v.2",
    "language": "M12 3a9 9 0 1 0 .01 0M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
    "log": "M12 3v5M12 8l-6 5M12 8l6 5M6 13v3M18 13v3M4 17h4v4H4zM16 17h4v4h-4z",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "office": "M4 20h16M6 20V5h8v15M14 9h4v11M9 9h2M9 13h2",
    "partner": "M8 12h8M8 7a5 5 0 1 0 0 10M16 7a5 5 0 1 1 0 10",
    "pen": "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
    "people": "M9 11a3.5 3.5 0 1 0-.01 0M3 20c0-8 12-8 12 0M16 11a3 3 0 1 0-1-5.800M17 14c3 .5 4 3 4 6",
    "person": "M12 11a4 4 0 1 0-.01 0M5 20c0-8 14-8 14 0",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "project": "M4 5h7v6H4zM13 13h7v6h-7zM7.5 11v5H13",
    "quarantine": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM10 9v6M14 9v6",
    "record": "M6 3h9l4 4v14H6zM9 11h7M9 15h7",
    "search": "M11 4a7 7 0 1 0 .01 0M16 16l5 5",
    "seal": "M12 3a6 6 0 1 0 .01 0M8 14l-1.5 7L12 18l5.5 3L16 14",
    "settings": "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
    "shield": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
    "sign-out": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
    "solar": "M12 8a4 4 0 1 0 .01 0M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5"
    "M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5",
    "stop": "M12 3a9 9 0 1 0 .01 0M9 9h6v6H9z",
    "stream": "M4 8h13M13 4l4 4-4 4M20 16H7M11 12l-4 4 4 4",
    "truck": "M2 6h12v10H2zM14 10h4l4 4v2h-8M7 16a2 2 0 1 0 .01 0M18 16a2 2 0 1 0 .01 0",
    "agreement": "M6 3h9l4 4v14H6zM9 12l2 2 4-4M9 18h7",
    "workshop": "M3 4h18v11H3zM12 15v3M8 21l4-3 4 3",
    # The shapes of states: a tick in a ring, a triangle, an octagon, a dial, a bar in a square.
    "state-ok": "M12 3a9 9 0 1 0 .01 0M8 12.5l3 3 5-6",
    "state-warn": "M12 4l9.5 16h-19zM12 10v4M12 17v.2",
    "state-bad": "M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6",
    "state-wait": "M12 3a9 9 0 1 0 .01 0M12 7v5h4",
    "state-off": "M4 4h16v16H4zM8 12h8",
}
_UNKNOWN = "M12 5a7 7 0 1 0 .01 0"
# They point along the line of reading, so they turn round where that runs from right to left.
_TURNED = frozenset({"arrow", "back", "sign-out", "truck"})

NAMES = frozenset(_DRAWN)


def icon(name: str) -> SafeString:
    """The icon as inline SVG, hidden from screen readers; a plain ring for a name that is not drawn."""
    turned = mark_safe(" icon-flip") if name in _TURNED else ""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        turned,
        _DRAWN.get(name, _UNKNOWN),
    )
