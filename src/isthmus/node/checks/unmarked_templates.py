"""Find text in templates that no translator would ever see.

Text with letters must stand inside ``{% translate %}`` or ``{% blocktranslate %}``, and so must the
attributes that people read. Code (``<code>``, ``<kbd>``, ``<samp>``, ``<pre>``) and elements that say
``translate="no"`` or name their own ``lang`` are left alone. ``{# untranslated: the reason #}`` on the line
or the line above allows one text, ``{# untranslated page: the reason #}`` a whole file.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

READ_ATTRIBUTES = frozenset({"alt", "title", "placeholder", "aria-label", "aria-description", "label"})
READ_ARGUMENTS = frozenset(
    {
        "title",
        "label",
        "heading",
        "text",
        "hint",
        "caption",
        "summary",
        "message",
        "legend",
        "alt",
        "placeholder",
    }
)
_LEFT_ALONE = frozenset({"script", "style", "code", "kbd", "samp", "pre"})
_VOID = frozenset(
    {"br", "hr", "img", "input", "link", "meta", "source", "col", "wbr", "area", "base", "track"}
)
_ALLOWED = re.compile(r"\{#\s*untranslated:\s*\S+.*?#\}")
_PAGE_ALLOWED = re.compile(r"\{#\s*untranslated page:\s*\S+.*?#\}")
_ARGUMENT = re.compile(r"""\b([a-z_]+)=("[^"]*"|'[^']*')""")
_FILTERED = re.compile(r"""\|(?:default|default_if_none|yesno|pluralize):("[^"]*"|'[^']*')""")
# A word of code, such as an attribute's value: no capital, no space.
_CODE = re.compile(r"[a-z0-9_,.:/#-]*")
# Names that are the same in every language.
_PROPER_NAMES = re.compile(r"\bIsthmus\b")
_TRANSLATING = ("translate", "trans")
_TRANSLATED_BLOCK = ("blocktranslate", "blocktrans")

Finding = tuple[int, str]


def has_letters(text: str) -> bool:
    """Whether the text says something in some language."""
    return any(character.isalpha() for character in _PROPER_NAMES.sub("", text))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _tag_findings(token: Token) -> Iterator[Finding]:
    """Literals inside a tag or a variable that end up on the page."""
    line = token.lineno or 0
    for name, literal in _ARGUMENT.findall(token.contents):
        if name in READ_ARGUMENTS and has_letters(literal):
            yield line, f"{name}={literal} is not marked for translation"
    for literal in _FILTERED.findall(token.contents):
        if has_letters(literal) and not _CODE.fullmatch(literal[1:-1]):
            yield line, f"{literal} in a filter is not marked for translation"


class _Reader(HTMLParser):
    """Collects what a person would read in HTML whose template tags have been blanked out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[Finding] = []
        self._left_alone: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that people read, and the elements whose text is nobody's language."""
        given = dict(attrs)
        # An element that names its own language is written in it on purpose.
        own_language = tag != "html" and "lang" in given
        alone = tag in _LEFT_ALONE or own_language or given.get("translate") == "no"
        if not self._left_alone and not alone:
            read = set(READ_ATTRIBUTES)
            if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
                read.add("value")
            for name, value in attrs:
                if name in read and value and has_letters(value):
                    self.findings.append(
                        (self.getpos()[0], f'{name}="{value}" is not marked for translation')
                    )
        if tag not in _VOID and (alone or (self._left_alone and tag == self._left_alone[-1])):
            self._left_alone.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element whose text was left alone."""
        if self._left_alone and tag == self._left_alone[-1]:
            self._left_alone.pop()

    def handle_data(self, data: str) -> None:
        """Note text with letters, at the line of its first letter."""
        if self._left_alone or not has_letters(data):
            return
        first = next(index for index, character in enumerate(data) if character.isalpha())
        line = self.getpos()[0] + data.count("\n", 0, first)
        shown = " ".join(data.split())
        self.findings.append((line, f'"{shown[:60]}" is not marked for translation'))


def unmarked(source: str, *, html: bool = True) -> list[Finding]:
    """Line and sentence of each unmarked text in a template."""
    if _PAGE_ALLOWED.search(source):
        return []
    found: list[Finding] = []
    masked: list[str] = []
    hidden = ""
    for token in Lexer(source).tokenize():
        text, contents = token.contents, token.contents
        if token.token_type == TokenType.TEXT:
            masked.append(_blank(text) if hidden else text)
            continue
        word = contents.split(maxsplit=1)[0] if contents.strip() else ""
        if token.token_type == TokenType.BLOCK:
            if word == f"end{hidden}":
                hidden = ""
            elif not hidden and word in (*_TRANSLATED_BLOCK, "comment"):
                hidden = word
        marked = token.token_type == TokenType.COMMENT or word in (*_TRANSLATING, *_TRANSLATED_BLOCK)
        if not marked and not hidden:
            found += _tag_findings(token)
        # A tag that chooses the name of an element must not part it from its bracket.
        names_element = bool(masked) and masked[-1].endswith(("<", "</"))
        masked.append("" if names_element else " ")
    flat = "".join(masked)
    if html:
        reader = _Reader()
        reader.feed(flat)
        reader.close()
        found += reader.findings
    else:
        lines = enumerate(flat.split("\n"), start=1)
        found += [
            (n, f'"{line.strip()}" is not marked for translation') for n, line in lines if has_letters(line)
        ]
    allowed = {n for n, line in enumerate(source.split("\n"), start=1) if _ALLOWED.search(line)}
    return sorted(finding for finding in found if not {finding[0], finding[0] - 1} & allowed)
