"""Reading XML from strangers.

An XML document can name files and addresses to be read, and entities that expand into gigabytes. None of
that is needed to declare goods, so a document type declaration, the only door to all of it, is refused
before the XML parser sees a byte of it. The text is decoded here, and handed to the parser in one
encoding only: a parser that guessed another encoding than the check did could be told another document.
See OWASP, "XML External Entity Prevention"; entity attacks as in CVE-2003-1564 and CVE-2013-1665.
"""

import codecs
import re
from collections.abc import Sequence
from typing import Any, cast

from lxml import etree

from isthmus.kit.errors import BadInput, FieldFault

# Declarations of 999 items stay below 3 MB; small elements fill thirty times their size in memory.
MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64

# Encodings that national systems write. All but UTF-16 agree with ASCII on the characters of markup.
_ENCODINGS = frozenset(
    {"utf-8", "ascii", "utf-16", "iso8859-1", "iso8859-15", "cp1252", "gb2312", "gbk", "gb18030", "big5"}
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARATION = re.compile(r"\A<\?xml\s(?P<body>[^>]{0,200}?)\?>", re.ASCII)
_ENCODING = re.compile(r"""\bencoding\s*=\s*["'](?P<name>[A-Za-z0-9._-]{1,40})["']""", re.ASCII)
# What may stand before the root element, one piece at a time.
_PROLOGUE = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)


class _Refused(Exception):
    """Why a document is not read; the caller's codes are put before it at the door."""

    def __init__(self, code: str, line: int, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.code, self.line, self.message, self.next_step = code, line, message, next_step

    def told(self, codes: str) -> BadInput:
        """The refusal in the words of the house, its code under ``codes``."""
        fault = FieldFault(f"line {self.line}", self.message)
        return BadInput(f"{codes}.{self.code}", self.message, next_step=self.next_step, faults=(fault,))


def _decode(data: bytes) -> str:
    body, encoding = data, ""
    for mark, marked in _MARKS:
        if data.startswith(mark):
            body, encoding = data[len(mark) :], marked
    if not encoding:
        declared = _DECLARATION.match(data[:256].decode("latin-1"))
        named = _ENCODING.search(declared["body"]) if declared else None
        encoding = _known(named["name"]) if named else "utf-8"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise _Refused("encoding", line, f"The text is not {encoding.upper()}, as it says it is.") from None


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found not in _ENCODINGS:
        step = "Save the document as UTF-8."
        raise _Refused("encoding", 1, f"The encoding {name} is not one this reader knows.", step)
    if found == "utf-16":
        raise _Refused("encoding", 1, "The document says UTF-16, but has no byte order mark.")
    return found


def _refuse_document_type(text: str) -> None:
    at = 0
    while piece := _PROLOGUE.match(text, at):
        at = piece.end()
    if text.startswith("<!", at) and not text.startswith("<!--", at):
        line = text.count("\n", 0, at) + 1
        raise _Refused(
            "doctype",
            line,
            "The document has a document type declaration, which could name files or expand without end.",
            "Save the document without DOCTYPE and entities.",
        )


def _refuse_depth(root: etree._Element) -> None:
    # One XPath, so that a million elements are looked at in C.
    below = cast("Sequence[Any]", root.xpath(f"({'/*' * (MAX_DEPTH + 1)})[1]"))
    if below:
        raise _too_deep(line_of(below[0]))


def _too_deep(line: int) -> _Refused:
    return _Refused("depth", line, f"The elements are nested more than {MAX_DEPTH} deep.")


def line_of(element: etree._Element) -> int:
    """The line on which an element begins, counted from 1; 1 where it was not read from text."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def parse_xml(data: bytes, *, codes: str = "xml") -> etree._Element:
    """The root element of an XML document, without comments and processing instructions.

    Nothing is fetched, no entity but XML's own five is known, and text is as the sender wrote it.
    Raises BadInput with the line, its code under ``codes``: ``xml.size`` (more than 4 MiB), ``.empty``,
    ``.encoding``, ``.doctype``, ``.depth`` (more than 64 levels) and ``.not-well-formed``.
    """
    try:
        return _parsed(data)
    except _Refused as refused:
        raise refused.told(codes) from None


def _parsed(data: bytes) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise _Refused("size", 1, f"The document has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    text = _decode(data)
    if not text.strip():
        raise _Refused("empty", 1, "The document is empty.")
    _refuse_document_type(text)
    # The declaration has done its duty; blanks in its place keep the line numbers.
    text = _DECLARATION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text, count=1)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        if "xcessive depth" in error.msg:
            raise _too_deep(line) from None
        reason = " ".join(re.sub(r", line \d+, column \d+.*", "", error.msg, flags=re.DOTALL).split())
        message = f"This is not well-formed XML: {reason[:200].rstrip(' .')}."
        raise _Refused("not-well-formed", line, message) from None
    _refuse_depth(root)
    return root
