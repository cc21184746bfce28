"""How texts become terms, and what questions ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.search.rules import scripts
from isthmus.search.rules.scripts import Script
from isthmus.search.rules.words import (
    LONGEST_TERM,
    asked,
    language_for,
    language_of,
    tokens,
)

TAGS = st.sampled_from(["en", "fr", "ro", "ru", "ar", "zh-hans", "lo", "th", "my", "km", "sw", "fa", ""])


def terms(text: str, language: str = "en") -> list[str]:
    return [token.term for token in tokens(text, language)]


def found_by(question: str, text: str, language: str) -> bool:
    """Whether every word of a question stands in a text of the same language."""
    present = set(terms(text, language))
    words = asked(question, [language])
    return bool(words) and all(present.intersection(word.terms) for word in words)


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "The duties on imported spirits", "duty import spirit"),
        ("fr", "Les accises déclarées à la frontière", "accise déclaré frontières"),
        ("es", "Las declaraciones de energía solar", "declaración energía"),
        ("pt", "As declarações dos países", "declaração países"),
        ("ro", "Declarațiile experților la vamă", "declarație experți vama"),
        ("ru", "Налоги на солнечную энергию", "налогов солнечная энергия"),
        ("ar", "الضرائب على المشروبات", "ضرائب مشروبات"),
    ],
)
def test_a_word_is_found_in_its_other_forms(language: str, text: str, question: str):
    assert found_by(question, text, language)


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("zh-hans", "家庭太阳能供电系统", "太阳"),
        ("zh-hans", "家庭太阳能供电系统", "供电系统"),
        ("zh-hans", "烟草税", "税"),
        ("th", "ภาษีสรรพสามิตสุราและยาสูบ", "ยาสูบ"),
        ("lo", "ພາສີຊົມໃຊ້ສິນຄ້າ", "ສິນຄ້າ"),
        ("my", "ယစ်မျိုးခွန် ဌာန", "ခွန်"),
        ("km", "ពន្ធអាករពិសេស", "អាករ"),
        ("ja", "たばこ税の申告", "申告"),
        ("ko", "담배소비세", "소비"),
    ],
)
def test_a_script_without_spaces_is_found_by_any_stretch(language: str, text: str, question: str):
    assert found_by(question, text, language)


@pytest.mark.parametrize("word", ["الجمارك", "والجمارك", "بالجمارك", "للجمارك"])
def test_an_arabic_word_is_found_with_its_article_and_without(word: str):
    assert terms(word, "ar") == terms("جمارك", "ar")


def test_signs_in_another_order_are_not_found():
    assert not found_by("能太", "家庭太阳能供电系统", "zh")


def test_a_mark_belongs_to_its_sign():
    assert terms("ສີ", "lo") == ["~ສີ"]


def test_accents_may_be_left_out_of_a_question():
    assert found_by("declaracao", "A declaração", "pt")
    assert found_by("energia", "La energía", "es")
    assert found_by("evaluees", "Les pertes évaluées", "fr")


def test_old_and_new_letters_of_romanian_and_russian_are_one():
    assert terms("acţiune", "ro")[0] == terms("acțiune", "ro")[0]
    assert terms("ёлка", "ru") == terms("елка", "ru")


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("2208.30", "HS 2208.30, whisky", True),
        ("220830", "HS 2208.30, whisky", True),
        ("2208.30", "HS 220830, whisky", True),
        ("2208", "HS 2208.30, whisky", True),
        ("2208.30", "HS 2208.40, rum", False),
        ("3.5", "a rate of 3.5 per cent", True),
        ("35", "a rate of 3.5 per cent", False),
        ("MD-2026-000123", "see md-2026-000123.", True),
        ("1,000,000", "1000000 stamps", True),
        ("2208", "٢٢٠٨", True),
        ("2208", "２２０８", True),
        ("EN590", "diesel of en590", True),
    ],
)
def test_numbers_and_codes_are_found_as_written(question: str, text: str, found: bool):
    assert found_by(question, text, "en") is found


def test_the_parts_of_a_code_are_no_words_of_their_own():
    counted = {token.term: token.extra for token in tokens("wing-body2", "en")}
    assert counted == {"#wing-body2": False, "en:wing": True, "#body2": True}


def test_a_question_with_a_code_of_words_asks_for_its_words_too():
    assert [word.terms for word in asked("mach-2", ["en"])] == [("en:mach",), ("#mach-2",)]


def test_a_word_with_a_hyphen_is_two_and_what_an_apostrophe_leaves_alone_is_none():
    assert terms("TD-SCDMA") == ["en:td", "en:scdma"]
    assert terms("country's l'accise") == ["en:countri", "en:accis"]


def test_a_soft_hyphen_does_not_part_a_word_and_a_space_without_width_does():
    assert terms("du\u00adty") == terms("duty")
    assert terms("ab\u200bcd", "sw") == ["sw:ab", "sw:cd"]


@pytest.mark.parametrize(
    ("tag", "language"), [("pt-BR", "pt"), ("zh-hans", "zh"), ("RO", "ro"), ("en_GB", "en"), ("", "en")]
)
def test_a_tag_names_a_language(tag: str, language: str):
    assert language_of(tag) == language


@pytest.mark.parametrize(
    ("script", "language", "known"),
    [
        (Script.LATIN, "ro", "ro"),
        (Script.LATIN, "zh", "en"),
        (Script.LATIN, "ru", "en"),
        (Script.CYRILLIC, "en", "ru"),
        (Script.CYRILLIC, "kk", "kk"),
        (Script.ARABIC, "fr", "ar"),
        (Script.ARABIC, "fa", "fa"),
        (Script.OTHER, "el", ""),
    ],
)
def test_a_word_of_a_foreign_script_has_the_likely_language(script: Script, language: str, known: str):
    assert language_for(script, language) == known


def test_a_script_that_is_not_stemmed_is_found_whatever_the_text_is_said_to_be():
    assert terms("φόρος", "en") == terms("φόρος", "el") == [":φόροσ"]
    assert terms("कर का विवरण", "hi") == [":कर", ":का", ":विवरण"]


def test_a_language_without_stems_keeps_its_words():
    assert terms("ushuru", "sw") == ["sw:ushuru"]


def test_a_question_is_asked_in_every_language_that_the_asker_reads():
    (word,) = asked("experts", ["en", "fr", "en"])
    assert word.terms == ("en:expert", "fr:expert")


def test_a_question_keeps_its_words_in_order_and_as_often_as_written():
    assert [word.word for word in asked("flow of flow", ["en"])] == ["flow", "of", "flow"]


def test_nothing_is_asked_by_signs_alone():
    assert asked(" ?! \0 ... ", ["en"]) == []
    assert script_of_nothing() is Script.OTHER


def script_of_nothing() -> Script:
    return scripts.script_of("123")


@given(st.text(max_size=200), TAGS)
def test_any_text_becomes_terms_that_stand_where_they_say(text: str, language: str):
    for token in tokens(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert 1 < len(token.term) <= LONGEST_TERM


@given(st.text(max_size=60), TAGS)
def test_a_text_is_found_by_itself(text: str, language: str):
    present = set(terms(text, language))
    assert all(present.intersection(word.terms) for word in asked(text, [language]))


@given(st.text(max_size=60), TAGS)
def test_case_does_not_matter_to_latin_letters(text: str, language: str):
    plain = "".join(sign for sign in text if sign.isascii())
    assert terms(plain.upper(), language) == terms(plain.lower(), language)
