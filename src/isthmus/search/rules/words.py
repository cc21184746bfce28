"""How a text becomes terms: what documents are found by and what questions ask for.

- A word of a script with spaces becomes ``language:stem``, so that a word is found in all its forms and only
  in texts of its language. Snowball (Porter, 2001) knows the forms.
- Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer become signs and pairs of signs: nobody has to
  agree where a word ends.
- What holds a digit is a code and is found as written, and by its parts: ``2208.30`` by ``2208.30``,
  ``220830`` and ``2208``.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from isthmus.search.rules import scripts
from isthmus.search.rules.scripts import Script, script_of

VERSION = 1
"""Counts up whenever the same text would become other terms; documents of an older count are to be indexed
anew.
"""

LONGEST_TERM = 60
"""Signs of a term; what is longer is cut, and nobody types it."""

_SNOWBALL = {
    "ar": "arabic",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
}
_WRITTEN_IN = {
    Script.CYRILLIC: frozenset({"be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"}),
    Script.ARABIC: frozenset({"ar", "ckb", "fa", "ps", "sd", "ug", "ur"}),
}
_OF_SCRIPT = {Script.LATIN: "en", Script.CYRILLIC: "ru", Script.ARABIC: "ar"}
_NOT_LATIN = frozenset().union(*_WRITTEN_IN.values()) | {
    *(
        "am",
        "bn",
        "dv",
        "dz",
        "el",
        "gu",
        "he",
        "hi",
        "hy",
        "ja",
        "ka",
        "km",
        "kn",
        "ko",
        "lo",
        "ml",
        "mr",
        "my",
    ),
    *("ne", "pa", "si", "ta", "te", "th", "ti", "yi", "yue", "zh"),
}

# The article, and what is written before it as one word (Larkey, Ballesteros and Connell, 2002).
_ARABIC_ARTICLE = re.compile(r"^(?:[\u0648\u0628\u0643\u0641]?\u0627\u0644|\u0644\u0644)(?=\w{2})")
_WITH_ARTICLE = "\u0627\u0644"

# Words of letters alone, by far the most, have a name of their own: they need no second look.
_RUN = re.compile(r"(?<!a)(?P<word>w[wm]*)(?![wdma]|j[wd])|c[cm]*|[wd][wdm]*(?:j[wd][wdm]*)*")
_CLUSTER = re.compile(r"cm*")
_PIECE = re.compile(r"[wd][wdm]*")
_MANY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Token:
    """A term and where it stands in the text, in signs; ``extra`` terms are not counted as words of their
    own.
    """

    term: str
    start: int
    end: int
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a question: as it was written, and the terms that answer it, one for each language."""

    word: str
    terms: tuple[str, ...]


def language_of(tag: str) -> str:
    """The language of a tag such as ``pt-BR`` or ``zh-hans``; English where none is stated."""
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0] or "en"


def language_for(script: Script, language: str) -> str:
    """The language that a word of this script has in a text of this language; empty where it is not stemmed.

    A Latin word in a Chinese text is taken for English, a Cyrillic one in a French text for Russian.
    """
    if script is Script.LATIN:
        return _OF_SCRIPT[script] if language in _NOT_LATIN else language
    if script in _WRITTEN_IN:
        return language if language in _WRITTEN_IN[script] else _OF_SCRIPT[script]
    return ""


class _Stemmers(threading.local):
    """Snowball's stemmers keep the word they work on: each thread has its own."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}

    def stem(self, language: str, word: str) -> str:
        if language not in _SNOWBALL:
            return word
        if language not in self.made:
            name = _SNOWBALL[language]
            # Not ``snowballstemmer.stemmer``: it takes whatever PyStemmer is installed, and terms would
            # differ.
            module = import_module(f"snowballstemmer.{name}_stemmer")
            self.made[language] = getattr(module, f"{name.capitalize()}Stemmer")()
        if language == "ar":
            # Snowball takes nouns without their article for verbs and cuts other endings off.
            word = _WITH_ARTICLE + _ARABIC_ARTICLE.sub("", word, count=1)
        return str(self.made[language].stemWord(word))


_stemmers = _Stemmers()


def _plain(text: str) -> str:
    """One form of a word: compatibility forms and case folded, digits in ASCII, nothing without a picture."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(
        str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in folded
        if unicodedata.category(sign) != "Cf"
    )


def _without_accents(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


@lru_cache(maxsize=50_000)
def _terms_of_word(word: str, language: str) -> tuple[str, ...]:
    """The terms of one word: as it is written, then as people write it who leave accents out."""
    plain = _plain(word)
    script = script_of(plain)
    known = language_for(script, language)
    if script is not Script.LATIN:
        stem = _stemmers.stem(known, plain.replace("ё", "е"))
        return (f"{known}:{stem}"[:LONGEST_TERM],)
    bare = _without_accents(plain)
    stems = [_without_accents(_stemmers.stem(known, plain)), _stemmers.stem(known, bare)]
    return tuple(dict.fromkeys(f"{known}:{stem}"[:LONGEST_TERM] for stem in stems))


def _code(text: str) -> str:
    """The term of a code: long ones without what joins their parts, short ones as written (3.5 is not 35)."""
    plain = _plain(text)
    bare = re.sub(r"[-./,]", "", plain)
    long = sum(sign.isdigit() for sign in bare) >= _MANY_DIGITS
    return f"#{bare if long else plain}"[:LONGEST_TERM]


def _tokens_of_pieces(
    text: str, kinds: str, start: int, end: int, language: str, *, extra: bool
) -> Iterator[Token]:
    for found in _PIECE.finditer(kinds, start, end):
        first, last = found.span()
        if scripts.DIGIT in found[0]:
            yield Token(_code(text[first:last]), first, last, extra)
            continue
        # The s of country's and the l of l'accise are no words.
        alone = last - first == 1 and scripts.APOSTROPHE in kinds[max(first - 1, 0) : last + 1]
        if not alone:
            terms = _terms_of_word(text[first:last], language)
            yield Token(terms[0], first, last, extra)
            yield from (Token(term, first, last, extra=True) for term in terms[1:])


def _tokens_of_run(text: str, kinds: str, found: re.Match[str], language: str) -> Iterator[Token]:
    start, end = found.span()
    if kinds[start] == scripts.CLUSTER:
        clusters = [inner.span() for inner in _CLUSTER.finditer(kinds, start, end)]
        for place, (first, last) in enumerate(clusters):
            yield Token(f"~{_plain(text[first:last])}"[:LONGEST_TERM], first, last)
            if place + 1 < len(clusters):
                after = clusters[place + 1][1]
                yield Token(f"~{_plain(text[first:after])}"[:LONGEST_TERM], first, after, extra=True)
    elif scripts.DIGIT in found[0] and scripts.JOINER in found[0]:
        yield Token(_code(text[start:end]), start, end)
        yield from _tokens_of_pieces(text, kinds, start, end, language, extra=True)
    else:
        yield from _tokens_of_pieces(text, kinds, start, end, language, extra=False)


def tokens(text: str, language: str) -> Iterator[Token]:
    """The terms of a document's text in their order; ``language`` is a tag such as ``en`` or ``zh-hans``."""
    kinds = scripts.kinds_of(text)
    known = language_of(language)
    for found in _RUN.finditer(kinds):
        if found.lastgroup is None:
            yield from _tokens_of_run(text, kinds, found, known)
            continue
        start, end = found.span()
        extra = False
        for term in _terms_of_word(text[start:end], known):
            yield Token(term, start, end, extra)
            extra = True


def _asked_of_run(run: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Of a question only what is most exact: pairs rather than their signs, a code rather than its parts."""
    pairs = [token for token in run if token.term.startswith("~") and token.extra]
    whole = [token for token in run if not token.extra]
    words = [token for token in run if token.extra and ":" in token.term and whole[0].term.startswith("#")]
    for token in pairs or [*whole, *words]:
        yield token.start, token.end, token.term


def asked(text: str, languages: Iterable[str]) -> list[Asked]:
    """The words of a question put in these languages, in their order, each as often as it was written."""
    kinds = scripts.kinds_of(text)
    found: dict[tuple[int, int], dict[str, None]] = {}
    for language in dict.fromkeys(language_of(tag) for tag in languages):
        for run in _RUN.finditer(kinds):
            for start, end, term in _asked_of_run(list(_tokens_of_run(text, kinds, run, language))):
                found.setdefault((start, end), {})[term] = None
    return [Asked(text[start:end], tuple(terms)) for (start, end), terms in sorted(found.items())]
