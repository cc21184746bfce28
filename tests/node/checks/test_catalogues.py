"""Catalogues follow the sources: what is new, what is gone and what would break a page is named."""

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from isthmus.node.checks import catalogues

PAGE = """{% load i18n %}
<h1>{% translate "Streams" %}</h1>
    {% blocktranslate trimmed count n=n with who=x %}
      {{ n }} record waits for {{ who }}.
    {% plural %}
      {{ n }} records wait for {{ who }}.
    {% endblocktranslate %}
{% translate "Log" context "a ship's" %}
"""
CODE = """
from django.utils.translation import gettext_lazy as _, pgettext, ngettext
if True:
    title = _("Partners")
    # Translators: the button
    send = pgettext("verb", "Send")
    ngettext("%(n)s day", "%(n)s days", 3)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "views.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "page.html").write_text("{% translate 'Not a template of ours' %}", encoding="utf-8")
    return tmp_path


def translate(
    locale: Path, language: str, identity: str | tuple[str, str], text: object, **more: str
) -> None:
    """Put one translation into a catalogue, as a translator would."""
    path = catalogues.catalogue_path(language, locale)
    catalog = catalogues.read_catalogue(path, language)
    message = catalog.get(identity, **more)
    assert message is not None
    message.string = text
    with path.open("wb") as handle:
        catalogues.write_po(handle, catalog)


def test_messages_are_taken_from_python_and_templates(project: Path):
    assert catalogues.identities(catalogues.extracted(project)) == {
        ("", "Streams"),
        ("", ("%(n)s record waits for %(who)s.", "%(n)s records wait for %(who)s.")),
        ("a ship's", "Log"),
        ("", "Partners"),
        ("verb", "Send"),
        ("", ("%(n)s day", "%(n)s days")),
    }


def test_a_missing_catalogue_is_named(project: Path):
    assert catalogues.findings_in("fr", catalogues.extracted(project), project / "locale") == [
        "fr: there is no catalogue"
    ]


def test_an_updated_catalogue_is_fresh_and_updating_again_changes_nothing(project: Path):
    locale = project / "locale"
    told = catalogues.update(locale, project)
    assert told == [f"{language}: 6 messages, 6 not translated" for language in catalogues.LANGUAGES]
    for language in catalogues.LANGUAGES:
        assert catalogues.findings_in(language, catalogues.extracted(project), locale) == []
    before = {path: path.read_bytes() for path in locale.rglob("*.po")}
    catalogues.update(locale, project)
    assert {path: path.read_bytes() for path in locale.rglob("*.po")} == before


def test_new_and_lost_messages_are_named_and_translations_survive_an_update(project: Path):
    locale = project / "locale"
    catalogues.update(locale, project)
    translate(locale, "fr", "Partners", "Partenaires")
    (project / "views.py").write_text(CODE.replace("Send", "Post"), encoding="utf-8")
    assert catalogues.findings_in("fr", catalogues.extracted(project), locale) == [
        'fr: "Post" is missing',
        'fr: "Send" is no longer used',
    ]
    assert catalogues.update(locale, project)[1] == "fr: 6 messages, 5 not translated"
    kept = catalogues.read_catalogue(catalogues.catalogue_path("fr", locale), "fr").get("Partners")
    assert kept is not None
    assert kept.string == "Partenaires"


def test_a_translation_that_would_break_the_page_is_named(project: Path):
    locale = project / "locale"
    catalogues.update(locale, project)
    source = ("%(n)s day", "%(n)s days")
    translate(locale, "fr", source, ("%(n)s jour", "%(m)s jours"))
    found = catalogues.findings_in("fr", catalogues.extracted(project), locale)
    assert len(found) == 1
    assert found[0].startswith("fr: line ")


def test_compiled_catalogues_speak_with_the_plurals_of_their_language(project: Path):
    locale = project / "locale"
    catalogues.update(locale, project)
    forms = ("%(n)s zi", "%(n)s zile", "%(n)s de zile")
    translate(locale, "ro", ("%(n)s day", "%(n)s days"), forms)
    assert len(catalogues.compile_all(locale)) == len(catalogues.LANGUAGES)
    spoken = gettext.translation("django", locale, ["ro"])
    assert [spoken.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 5, 20)] == list(forms)
    assert not list(locale.rglob("*.part"))


@pytest.mark.parametrize(("language", "forms"), [("ar", 6), ("fr", 2), ("ro", 3), ("zh_Hans", 1)])
def test_each_language_has_its_number_of_plurals(language: str, forms: int):
    catalog = catalogues.read_catalogue(Path("nowhere"), language)
    assert isinstance(catalog, Catalog)
    assert catalog.num_plurals == forms
