"""Documents taken many at once: the same as one by one, with few questions to the database."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.apps.etrade import services
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, DeclarationEvent, DocumentVerdict, SourceDocument
from isthmus.apps.etrade.services import portions
from isthmus.apps.etrade.services.intake import Intake
from isthmus.apps.etrade.services.portions import Handed, take_documents
from isthmus.kit.errors import Conflict
from tests.apps.etrade.conftest import Customs


def handed(count: int, *, malformed: int = 0, seed: int = 7) -> list[Handed]:
    return [Handed(name, content) for name, content in sample_declarations(seed, count, malformed=malformed)]


def take(documents: list[Handed], customs: Customs) -> list[Intake]:
    return take_documents(documents, organisation=customs.organisation, actor="test")


def changed(document: Handed) -> Handed:
    """The same declaration, as it stands a day later."""
    content = re.sub(
        rb"<Name>[^<]*</Name>", b"<Name>Another name (sample data)</Name>", document.content, count=1
    )
    assert content != document.content
    return Handed("later.xml", content)


def test_each_becomes_what_it_would_have_become_alone(customs: Customs) -> None:
    documents = handed(6, malformed=2)
    intakes = take(documents, customs)
    assert [intake.document.file_name for intake in intakes] == [one.name for one in documents]
    assert sum(intake.document.verdict == DocumentVerdict.MALFORMED for intake in intakes) == 2
    assert all(intake.is_new for intake in intakes)
    kept = {
        row.number: (row.state, row.body, row.source and row.source.sha256)
        for row in Declaration.objects.select_related("source")
    }
    Declaration.objects.all().delete()
    SourceDocument.objects.all().delete()
    for one in documents:
        services.take_document(one.name, one.content, organisation=customs.organisation, actor="test")
    alone = {
        row.number: (row.state, row.body, row.source and row.source.sha256)
        for row in Declaration.objects.select_related("source")
    }
    assert kept == alone
    assert len(kept) == 6


def test_what_was_taken_before_is_known_with_its_declarations(customs: Customs) -> None:
    documents = handed(3)
    first = take(documents, customs)
    again = take(documents, customs)
    assert [intake.is_new for intake in again] == [False] * 3
    assert [intake.declaration for intake in again] == [intake.declaration for intake in first]
    assert SourceDocument.objects.count() == 3


def test_the_same_file_twice_in_one_portion_is_one_document(customs: Customs) -> None:
    (one,) = handed(1)
    intakes = take([one, Handed("copy.xml", one.content)], customs)
    assert [intake.is_new for intake in intakes] == [True, False]
    assert Declaration.objects.count() == 1


def test_a_newer_version_in_the_same_portion_amends_the_one_before_it(customs: Customs) -> None:
    first, other = handed(2)
    take([first, other, changed(first)], customs)
    assert Declaration.objects.count() == 2
    versions = dict(Declaration.objects.values_list("source__file_name", "version"))
    assert versions == {first.name: 2, other.name: 1}


def test_a_notification_beside_its_declaration_knows_its_way(customs: Customs) -> None:
    (one,) = handed(1)
    number = re.search(rb"<ID>([^<]+)</ID>\s*<IssueDateTime>|<FunctionalReferenceID>([^<]+)<", one.content)
    assert number is not None
    name = (number[1] or number[2]).decode()
    notice = (
        '<MetaData xmlns="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"><Response '
        'xmlns="urn:wco:datamodel:WCO:RES-DMS:2"><FunctionCode>10</FunctionCode><Declaration>'
        f"<FunctionalReferenceID>{name}</FunctionalReferenceID></Declaration></Response></MetaData>"
    )
    take([one, Handed("notice.xml", notice.encode())], customs)
    event = DeclarationEvent.objects.get()
    assert (event.direction, event.event) == ("export", "cancel")
    assert Declaration.objects.get().state == "cancelled"


def test_a_hundred_files_cost_few_questions(customs: Customs) -> None:
    documents = handed(100)
    with CaptureQueriesContext(connection) as asked:
        take(documents, customs)
    assert len(asked) < 40
    assert Declaration.objects.count() == 100


def test_one_that_cannot_be_entered_is_kept_refused_and_stops_no_other(
    customs: Customs, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = handed(3)
    entered = services.intake.enter

    def refuse(record: object, document: SourceDocument, *rest: object) -> Intake:
        if document.file_name == documents[1].name:
            raise Conflict("etrade.number-taken", "It is another organisation's.", next_step="Look again.")
        return entered(record, document, *rest)  # type: ignore[arg-type]  # as it was called

    def fail(*_: object) -> None:
        raise Conflict("etrade.number-taken", "It is another organisation's.")

    monkeypatch.setattr(portions, "_enter_plain", fail)
    monkeypatch.setattr(services.intake, "enter", refuse)
    intakes = take(documents, customs)
    assert [intake.document.verdict for intake in intakes] == ["mapped", "malformed", "mapped"]
    refused = intakes[1].document
    assert (refused.kind, refused.reason) == (
        "etrade.number-taken",
        "It is another organisation's. Look again.",
    )
    assert bytes(SourceDocument.objects.get(pk=refused.pk).content) == documents[1].content


def test_a_document_that_somebody_else_takes_meanwhile_is_theirs(
    customs: Customs, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = handed(2)
    services.take_document(
        documents[0].name, documents[0].content, organisation=customs.organisation, actor="else"
    )
    # It was not there yet when this portion looked.
    monkeypatch.setattr(portions, "_known", lambda *_: {})
    intakes = take(documents, customs)
    assert [intake.is_new for intake in intakes] == [False, True]
    assert Declaration.objects.count() == 2
