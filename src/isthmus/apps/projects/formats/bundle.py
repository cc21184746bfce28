"""Everything about a topic as one ZIP: the same data give the same bytes.

``records`` holds what was signed, exactly; ``isthmus verify`` checks each with the card of its node.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from isthmus.ui.papers.paper import Paper

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold."""
_STYLE = (
    "body{font-family:sans-serif;line-height:1.6;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem;text-align:start;"
    "vertical-align:top;overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class Package:
    """What the archive is made of: ``pdf`` is the paper as such, ``files`` lie by their path in it,
    ``guide`` says how to check them.
    """

    data: Mapping[str, Any]
    paper: Paper
    pdf: bytes
    guide: str
    files: Mapping[str, bytes]


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def html(paper: Paper) -> bytes:
    """The story as one page that needs nothing beside it."""
    parts = [f"<h1>{escape(paper.title)}</h1><p>{escape(paper.subtitle)}</p><dl>"]
    parts += [f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in paper.facts]
    parts.append("</dl>")
    for section in paper.sections:
        parts.append(f"<h2>{escape(section.heading)}</h2>")
        parts += [f"<p>{escape(text)}</p>" for text in section.text]
        for table in section.tables:
            heads = "".join(f"<th>{escape(head)}</th>" for head in table.heads)
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
            )
            caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
            parts.append(f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    direction = "rtl" if paper.is_rtl else "ltr"
    head = (
        f'<!doctype html><html lang="{escape(paper.language)}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(paper.title)}</title><style>{_STYLE}</style></head><body>"
    )
    return f"{head}{''.join(parts)}</body></html>\n".encode()


def write(package: Package) -> bytes:
    """The archive, with a list of all its files and their hashes."""
    files = {
        "topic.json": _json(package.data),
        "story.html": html(package.paper),
        "story.pdf": package.pdf,
        "READ-ME.txt": package.guide.encode(),
        **package.files,
    }
    files["manifest.json"] = _json(
        {name: {"bytes": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()}
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(info, files[name])
    return made.getvalue()
