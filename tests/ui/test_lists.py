"""List pages: paging, sorting, filters, exports."""

import csv
import io
import json

import pytest
from django import forms
from django.test import RequestFactory

from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Empty, SavedView, State
from isthmus.ui.forms import FilterForm
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

pytestmark = pytest.mark.django_db


class Filters(FilterForm):
    kind = forms.ChoiceField(choices=(("", "Any"), *Kind.choices), required=False)

    def narrow(self, rows):
        kind = self.cleaned_data["kind"]
        return rows.filter(kind=kind) if kind else rows


def address(organisation):
    return f"/organisations/{organisation.code}"


COLUMNS = (
    Column("name", "Name", "name", "link", sort="name", url=address),
    Column("code", "Code", "code", sort=("kind", "code")),
    Column("kind", "Kind", "get_kind_display"),
    Column("state", "State", lambda o: State("ok", "Open") if o.active else State("off", "Closed"), "state"),
)


@pytest.fixture
def organisations():
    return [
        Organisation.objects.create(
            code=f"o{i:02d}", name=f"Office {99 - i}", kind=Kind.AGENCY if i % 2 else Kind.FIRM
        )
        for i in range(60)
    ]


def listed(query="", **options):
    request = RequestFactory().get(f"/?{query}")
    options = {"filters": Filters, "default_sort": "name", **options}
    return ListPage(request, Organisation.objects.all(), COLUMNS, name="offices", **options)


def first_cells(page):
    return [row[0].html for row in page.context("Offices")["table"].rows]


def names(page):
    return [o.name for o in page.rows]


def test_a_page_holds_25_rows_and_says_how_many_there_are(organisations):
    before = clock.now()
    context = listed("page=3").context("Offices")
    assert len(context["table"].rows) == 10
    assert context["total"] == 60
    assert before <= context["counted"] <= clock.now()


def test_a_page_that_does_not_exist_shows_the_nearest(organisations):
    assert listed("page=99").context("Offices")["page"].number == 3
    assert listed("page=x").context("Offices")["page"].number == 1


def test_pages_share_no_row_and_miss_none(organisations):
    Organisation.objects.update(name="Same name")
    seen = [cell for page in (1, 2, 3) for cell in first_cells(listed(f"page={page}"))]
    assert len(seen) == len(set(seen)) == 60


def test_the_head_sorts_both_ways(organisations):
    assert names(listed("sort=name"))[0] == "Office 40"
    assert names(listed("sort=-name"))[0] == "Office 99"
    context = listed("sort=name&kind=firm&page=2").context("Offices")
    heads = {head.label: head for head in context["table"].heads}
    assert heads["Name"].direction == "ascending"
    assert heads["Name"].query == "sort=-name&kind=firm"
    assert heads["Code"].query == "sort=code&kind=firm"
    assert heads["Kind"].query == ""


def test_a_column_may_sort_by_several_fields(organisations):
    rows = list(listed("sort=-code").rows.values_list("kind", "code"))
    assert rows == sorted(rows, reverse=True)


@pytest.mark.parametrize(
    "wanted", ["active", "kind", "state", "--name", "memberships__officer__password", "?", "pk,name"]
)
def test_only_declared_columns_sort(organisations, wanted):
    page = listed(f"sort={wanted}")
    assert page.sort == "name"
    assert page.rows.query.order_by == ("name", "pk")


def test_without_any_sort_the_model_decides(organisations):
    assert listed(default_sort="").rows.query.order_by == ("name", "code", "pk")


def test_filters_narrow_the_rows(organisations):
    page = listed("kind=firm")
    assert {o.kind for o in page.rows} == {"firm"}
    assert page.filtered
    assert not listed("sort=name&page=2").filtered


def test_a_wrong_filter_lists_nothing(organisations):
    page = listed("kind=castle")
    assert list(page.rows) == []
    with pytest.raises(BadInput) as raised:
        page.export("csv")
    assert raised.value.faults[0].where == "kind"


def test_saved_views_know_which_of_them_is_open(organisations):
    views = (SavedView("All"), SavedView("Firms", "kind=firm"))
    context = listed("kind=firm&sort=-name&page=2", views=views).context("Offices")
    assert [view["current"] for view in context["views"]] == [False, True]


def test_links_keep_the_filter_and_drop_empty_keys(organisations):
    context = listed("kind=firm&text=&page=2&sort=code").context("Offices")
    assert context["page_query"] == "kind=firm&sort=code"
    assert context["csv_query"] == "kind=firm&sort=code&export=csv"


def body(response):
    return b"".join(response.streaming_content).decode("utf-8")


def test_the_csv_holds_all_rows_that_pass(organisations):
    response = listed("kind=firm&export=csv").respond("Offices")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="offices-{clock.now():%Y-%m-%d}.csv"'
    text = body(response)
    assert text.startswith("\ufeffName,Code,Kind,State\r\n")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 30
    assert rows[0] == {"Name": "Office 41", "Code": "o58", "Kind": "Firm", "State": "Open"}


def test_the_json_says_when_it_was_counted(organisations):
    page = listed("export=json")
    data = json.loads(body(page.respond("Offices")))
    assert data["counted"] == clock.to_text(page.counted)
    assert data["total"] == len(data["rows"]) == 60
    assert data["rows"][0] == {"name": "Office 40", "code": "o59", "kind": "Agency", "state": "Open"}


def test_an_empty_json_is_still_json(db):
    assert json.loads(body(listed("export=json").respond("Offices")))["rows"] == []


def test_an_unknown_export_is_the_page(organisations, gallery):
    response = listed("export=xlsx").respond("Offices")
    assert response["Content-Type"].startswith("text/html")


def test_the_page_links_each_row(organisations, gallery):
    html = listed().respond("Offices").content.decode()
    assert '<a href="/organisations/o59">Office 40</a>' in html
    assert 'data-label="Kind"' in html
    assert "60 rows" in html
    assert '<th role="columnheader" scope="col" aria-sort="ascending">' in html


def test_nothing_and_nothing_that_passes_are_told_apart(db, gallery):
    empty = Empty("No offices yet", "An approver adds them.")
    assert "No offices yet" in listed(empty=empty).respond("Offices").content.decode()
    narrowed = listed("kind=firm", empty=empty).respond("Offices").content.decode()
    assert "No row passes these filters" in narrowed
    assert "No offices yet" not in narrowed


@pytest.mark.parametrize("form", ["", "csv", "json"])
def test_rows_cost_no_query_each(organisations, form, gallery, django_assert_num_queries):
    officer = Officer.objects.create_user("a@node.test", "A")
    for organisation in organisations[:20]:
        Membership.objects.create(officer=officer, organisation=organisation, role=Role.OFFICER)
    columns = (
        Column("organisation", "Organisation", "organisation.name"),
        Column("officer", "Officer", "officer.full_name", sort="officer__full_name"),
    )
    request = RequestFactory().get("/", {"export": form})
    page = ListPage(
        request, Membership.objects.select_related("organisation", "officer"), columns, name="members"
    )
    with django_assert_num_queries({"": 2, "csv": 1, "json": 2}[form]):
        response = page.respond("Members")
        if form:
            assert "Office 99" in body(response)
