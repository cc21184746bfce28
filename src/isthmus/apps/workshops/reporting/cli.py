"""`isthmus workshops report`: the final report of a programme as a file."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, show_one


@click.command()
@click.option("--programme", "code", required=True, help="Code of the programme, such as INT-10-K05.")
@click.option("--format", "kind", required=True, type=click.Choice(["pdf", "docx", "json"]))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", default="en", help="Language of the headings, such as fr.")
@json_option
def report(code: str, kind: str, out: Path, language: str, *, as_json: bool) -> None:
    """Write the final report of a programme; the same data give the same bytes."""
    import json
    from dataclasses import asdict

    from django.conf import settings

    from isthmus.apps.workshops.programme.models import Programme
    from isthmus.apps.workshops.reporting import queries
    from isthmus.ui.papers import files as papers

    row = Programme.objects.select_related("organisation").filter(code=code).first()
    if row is None:
        raise NotFound("workshops.no-programme", _("There is no programme %(code)s.") % {"code": code})
    if language not in dict(settings.LANGUAGES):
        raise BadInput(
            "workshops.language", _("No report is written in %(language)s.") % {"language": language}
        )
    if not out.parent.is_dir():
        raise BadInput("workshops.out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    made = queries.paper_of(row, language)
    if kind == "json":
        content = (json.dumps(asdict(made), ensure_ascii=False, indent=2, default=str) + "\n").encode()
    else:
        content = papers.made(made, kind)
    out.write_bytes(content)
    show_one({"file": str(out), "bytes": len(content), "programme": row.code}, as_json=as_json)
