"""The catalogues of translations: taken from the sources, kept fresh, compiled, without GNU gettext.

Babel reads the Python sources, and the templates after Django has turned them into something like Python.
``python -m isthmus.node.checks.catalogues compile`` needs neither settings nor a database.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, TranslationError
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from isthmus.node.checks.gate import SOURCES

LANGUAGES = ("ar", "fr", "ro", "zh_Hans")
LOCALE = SOURCES / "node" / "locale"
_PLAIN: tuple[int, ...] = (1,)
_PLURAL = (1, 2)
_CONTEXT = ((1, "c"), 2)
_CONTEXT_PLURAL = ((1, "c"), 2, 3)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _CONTEXT,
    "pgettext_lazy": _CONTEXT,
    "npgettext": _CONTEXT_PLURAL,
    "npgettext_lazy": _CONTEXT_PLURAL,
}
Identity = tuple[str, str | tuple[str, ...]]


def _python_of_template(path: Path) -> bytes:
    """What Django makes of a template for xgettext, with lines left-stripped so that Python can read it."""
    code: str = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.lstrip() for line in code.split("\n")).encode()


def source_files(root: Path) -> Iterator[Path]:
    """Everything that may hold a message, in a steady order."""
    for path in sorted(root.rglob("*")):
        code = path.suffix == ".py" and "migrations" not in path.parts
        page = path.suffix in {".html", ".txt"} and "templates" in path.parts
        if code or page:
            yield path


def extracted(root: Path = SOURCES) -> Catalog:
    """All messages of the sources under ``root``."""
    catalog = Catalog(project="Isthmus", charset="utf-8")
    for path in source_files(root):
        data = path.read_bytes() if path.suffix == ".py" else _python_of_template(path)
        found = extract("python", io.BytesIO(data), keywords=KEYWORDS, comment_tags=["Translators:"])
        for _line, message, comments, context in found:
            # Places are named by file alone: line numbers would change every catalogue at every edit.
            place = (path.relative_to(root).as_posix(), 0)
            catalog.add(message, locations=[place], auto_comments=comments, context=context)
    return catalog


def catalogue_path(language: str, locale: Path = LOCALE) -> Path:
    """Where the catalogue of a language lives."""
    return locale / language / "LC_MESSAGES" / "django.po"


def read_catalogue(path: Path, language: str) -> Catalog:
    """Read a catalogue; a new empty one where there is none yet."""
    if not path.is_file():
        return Catalog(locale=language, project="Isthmus", charset="utf-8", fuzzy=False)
    with path.open("rb") as handle:
        return read_po(handle, locale=language, abort_invalid=True)


def identities(catalog: Catalog) -> set[Identity]:
    """Context and source text of every message, plural forms included."""
    listed = (message for message in catalog if message.id)
    return {
        (message.context or "", tuple(message.id) if isinstance(message.id, list | tuple) else message.id)
        for message in listed
    }


def _named(identity: Identity) -> str:
    text = identity[1] if isinstance(identity[1], str) else identity[1][0]
    return '"' + " ".join(text.split())[:70] + '"'


def findings_in(language: str, sources: Catalog, locale: Path = LOCALE) -> list[str]:
    """Where a catalogue has fallen behind the sources, and translations that would break a page."""
    path = catalogue_path(language, locale)
    if not path.is_file():
        return [f"{language}: there is no catalogue"]
    catalog = read_catalogue(path, language)
    wanted, present = identities(sources), identities(catalog)
    found = [f"{language}: {_named(one)} is missing" for one in sorted(wanted - present, key=_named)]
    found += [f"{language}: {_named(one)} is no longer used" for one in sorted(present - wanted, key=_named)]
    for message in catalog:
        for error in message.check(catalog) if message.id and message.string else []:
            assert isinstance(error, TranslationError)
            found.append(f"{language}: line {message.lineno}: {error}")
    return found


def gate() -> list[str]:
    """Freshness of all catalogues."""
    sources = extracted()
    return [finding for language in LANGUAGES for finding in findings_in(language, sources)]


def update(locale: Path = LOCALE, root: Path = SOURCES) -> list[str]:
    """Bring every catalogue to the sources, keeping translations; a line for each with what is left."""
    sources = extracted(root)
    told = []
    for language in LANGUAGES:
        path = catalogue_path(language, locale)
        catalog = read_catalogue(path, language)
        catalog.update(sources, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, catalog, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True)
        if not path.is_file() or _without_dates(path.read_bytes()) != _without_dates(buffer.getvalue()):
            path.write_bytes(buffer.getvalue())
        left = sum(not all(_strings(message.string or "")) for message in catalog if message.id)
        told.append(f"{language}: {len(identities(catalog))} messages, {left} not translated")
    return told


def _strings(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _without_dates(data: bytes) -> bytes:
    """A catalogue without its dates: a run that changes nothing else should change no file."""
    dates = (b'"POT-Creation-Date', b'"PO-Revision-Date')
    return b"\n".join(line for line in data.split(b"\n") if not line.startswith(dates))


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Compile every catalogue, each replaced in one step: a node that starts meanwhile reads a whole one."""
    written = []
    for language in LANGUAGES:
        path = catalogue_path(language, locale)
        if not path.is_file():
            continue
        buffer = io.BytesIO()
        write_mo(buffer, read_catalogue(path, language))
        target = path.with_suffix(".mo")
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(buffer.getvalue())
        part.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    if sys.argv[1:] != ["compile"]:
        sys.exit("usage: python -m isthmus.node.checks.catalogues compile")
    compile_all()
