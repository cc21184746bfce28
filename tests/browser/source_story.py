"""The part of the story about mappings and sources."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats.mapping.definition import ColumnTable, MappingFile
from isthmus.apps.etrade.formats.mapping.goldens import make_golden
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.models import DutyRate, Push, Source, Target
from isthmus.apps.etrade.services import take_document
from isthmus.apps.etrade.services.mappings import keep_mapping
from isthmus.apps.etrade.services.sources import add_source
from isthmus.apps.etrade.targets.services import add_target
from isthmus.kit import clock


def tell(customs: Organisation) -> dict[str, Any]:
    """A table that no mapping fits, a mapping, a refused row, a source, a target, rates of duty."""
    table = b"Decl No,Date,HS,Net kg\nST-1,2026-11-23,100630,5\n"
    columns = [
        {"field": "declaration_number", "column": "Decl No"},
        {"field": "items.hs_code", "column": "HS"},
    ]
    definition = ColumnTable.model_validate({"columns": columns})
    golden = make_golden("table.csv", table, read_mapped(table, definition))
    unread = take_document(
        "table.csv", b"Number;Exportnummer\n1;2\n", organisation=customs, actor="story"
    ).document
    mapping = keep_mapping(
        MappingFile(name="national-table", definition=definition, goldens=[golden]), customs, actor="story"
    )
    refused = take_document(
        "late.csv",
        b"Decl No,Date,HS,Net kg\nST-9,2026-11-23,mung beans,5\nST-10,2026-11-23,100630,5\n",
        organisation=customs,
        actor="story",
    ).document
    source = Source(organisation=customs, name="national-system", kind="folder", address="national")
    for code, day, rate in (("071331", "2025-01-01", "0.05"), ("071331", "2026-04-01", "0.075")):
        DutyRate.objects.create(hs_code=code, day=day, rate=rate)
    return {
        "table": unread,
        "mapping": mapping,
        "refused_row": refused,
        "source": add_source(source, actor="story"),
        "target": _target(customs),
    }


def _target(customs: Organisation) -> Target:
    row = Target(
        organisation=customs,
        name="national-desk",
        kind="web",
        address="https://customs.example/records",
        record_types=["etrade.export-declaration/1", "etrade.certificate-of-origin/1"],
        form="json",
    )
    target = add_target(row, actor="story")
    reason = (
        "The system refuses this record, with status 422: The field consignee is missing. Mend what it names "
        "there, or the mapping here, then push it again."
    )
    for number, state in (("26CN0000000000017", "pushed"), ("26CN0000000000018", "refused")):
        Push.objects.create(
            target=target,
            leaf=number.ljust(64, "0"),
            record_type="etrade.export-declaration/1",
            partner="cn",
            subject=number,
            state=state,
            reason=reason if state == "refused" else "",
            at=clock.now(),
        )
    return target
