"""An officer makes a mapping without code; an operator adds a source and runs it."""

from django.test import Client

from isthmus.accounts.roles import Role
from isthmus.apps.etrade.models import Declaration, Mapping, Source
from isthmus.apps.etrade.services import take_document
from isthmus.jobs.models import Job
from tests.apps.etrade.conftest import Customs, _officer

TABLE = b"Decl No;Date;HS;Net t\nA1;23/11/2569;10063099;1,5\nA2;24/11/2569;100640;2\n"
CHOSEN = {
    "name": "thai-table",
    "record": "etrade.export-declaration/1",
    "field_0": "declaration_number",
    "field_1": "lodged_on",
    "written_1": "dmy-buddhist",
    "field_2": "items.hs_code",
    "field_3": "items.net_kg",
    "written_3": "TNE-comma",
    "currency": "THB",
}


def test_a_mapping_is_tried_and_kept_with_its_sample_and_the_table_is_read(
    customs: Customs, client: Client
) -> None:
    document = take_document("t.csv", TABLE, organisation=customs.organisation, actor="test").document
    assert (document.verdict, document.kind) == ("unsupported", "no-mapping")
    client.force_login(customs.officer)
    address = f"/etrade/documents/{document.pk}/map/"
    assert "Make a mapping" in client.get(f"/etrade/documents/{document.pk}/").content.decode()
    tried = client.post(address, {**CHOSEN, "action": "try"}).content.decode()
    assert "1500.0" in tried
    assert "Declaration number" in tried
    assert "{" not in tried.partition("What it becomes")[2].partition("<form")[0]
    assert not Mapping.objects.exists()
    wrong = client.post(address, {**CHOSEN, "written_1": "", "action": "try"}).content.decode()
    assert "needs four digits" in wrong
    kept = client.post(address, {**CHOSEN, "action": "keep"})
    assert kept.status_code == 302
    mapping = Mapping.objects.get()
    assert (mapping.name, mapping.version, len(mapping.goldens)) == ("thai-table", 1, 1)
    document.refresh_from_db()
    assert (document.verdict, document.mapping, document.mapped) == ("mapped", "thai-table/1", 2)
    assert Declaration.objects.get(number="A1").record.lodged_on == "2026-11-23"
    assert "thai-table" in client.get("/etrade/mappings/").content.decode()
    shown = client.get(f"/etrade/mappings/{mapping.pk}/").content.decode()
    assert "Decl No" in shown
    assert "day, month, year, Buddhist era" in shown
    assert "unit TNE" in shown


def test_a_refused_row_stands_on_the_page_with_its_cell_and_what_to_write(
    customs: Customs, client: Client
) -> None:
    document = take_document("t.csv", TABLE, organisation=customs.organisation, actor="test").document
    client.force_login(customs.officer)
    client.post(f"/etrade/documents/{document.pk}/map/", {**CHOSEN, "action": "keep"})
    bad = TABLE.replace(b"24/11", b"32/11").replace(b"A1", b"B1").replace(b"A2", b"B2")
    refused = take_document("late.csv", bad, organisation=customs.organisation, actor="test").document
    assert refused.verdict == "partly"
    assert refused.reason.startswith("line 3, column Date: Lodged on: “32/11/2569” is not a day")
    assert refused.reason.endswith("Write the day as in 29/03/2569.")
    page = client.get(f"/etrade/documents/{refused.pk}/").content.decode()
    for said in ("line 3", "Date", "32/11/2569", "is not a day", "Write the day as in 29/03/2569."):
        assert said in page


def test_a_mapping_that_lacks_what_a_record_needs_is_refused_in_words(
    customs: Customs, client: Client
) -> None:
    document = take_document("t.csv", TABLE, organisation=customs.organisation, actor="test").document
    client.force_login(customs.officer)
    page = client.post(
        f"/etrade/documents/{document.pk}/map/",
        {"name": "x", "record": "etrade.export-declaration/1", "field_2": "items.hs_code", "action": "keep"},
    ).content.decode()
    assert "Declaration number must be mapped" in page
    assert not Mapping.objects.exists()


def test_an_officer_of_another_organisation_maps_nothing_here(customs: Customs, client: Client) -> None:
    document = take_document("t.csv", TABLE, organisation=customs.organisation, actor="test").document
    client.force_login(customs.elsewhere)
    assert client.get(f"/etrade/documents/{document.pk}/map/").status_code == 404


def test_an_operator_adds_a_source_runs_it_and_stops_it(customs: Customs, client: Client) -> None:
    client.force_login(_officer("operator", customs.organisation, Role.OPERATOR))
    given = {
        "name": "maccs",
        "kind": "folder",
        "address": "../outside",
        "organisation": str(customs.organisation.pk),
    }
    assert "must lie below" in client.post("/etrade/sources/add/", given).content.decode()
    assert client.post("/etrade/sources/add/", given | {"address": "maccs"}).status_code == 302
    source = Source.objects.get()
    assert "Not run yet" in client.get("/etrade/sources/").content.decode()
    client.post(f"/etrade/sources/{source.pk}/act/", {"action": "run"})
    assert Job.objects.get().arguments == {"source": source.pk}
    client.post(f"/etrade/sources/{source.pk}/act/", {"action": "stop"})
    assert "Stopped" in client.get(f"/etrade/sources/{source.pk}/").content.decode()


def test_an_officer_adds_no_source(customs: Customs, client: Client) -> None:
    client.force_login(customs.officer)
    assert client.get("/etrade/sources/add/").status_code == 403
