"""The fields of a draft agreement: what a part ticked in part needs comes with it."""

from django.http import QueryDict

from isthmus.apps.etrade.records import PhytosanitaryCertificateV1
from isthmus.exchange.draft_forms import FieldsForm
from isthmus.exchange.rules.layout import field_groups


def chosen(*ticked: str) -> list[str]:
    given = QueryDict(mutable=True)
    for number, group in enumerate(field_groups(PhytosanitaryCertificateV1)):
        given.setlist(f"group_{number}", [one.path for one in group.fields if one.path in ticked])
    form = FieldsForm(given, model=PhytosanitaryCertificateV1)
    assert form.is_valid()
    return form.chosen


def test_an_item_that_crosses_in_part_crosses_with_its_number() -> None:
    assert chosen("items.hs_code") == ["items.hs_code", "items.number", "number", "status", "version"]


def test_a_part_of_which_nothing_is_ticked_stays_here() -> None:
    assert chosen("kind") == ["kind", "number", "status", "version"]
