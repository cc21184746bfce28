"""Where the declarations of the previous release stand, and the columns that are new."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PORTION = 1000


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """An export declaration of a partner is expected here; an own one stands as its body says."""
    declarations = apps.get_model("etrade", "Declaration").objects.order_by("pk")
    last = 0
    while rows := list(declarations.filter(pk__gt=last).only("origin", "body")[:PORTION]):
        for row in rows:
            row.port = row.body.get("port_of_discharge") or ""
            row.local_reference = row.body.get("local_reference") or ""
            row.permit_number = row.body.get("permit_number") or ""
            if row.origin == "partner":
                row.state = "pre-arrival-received"
            elif row.body.get("accepted_on"):
                row.state = "accepted"
        declarations.bulk_update(rows, ["port", "local_reference", "permit_number", "state"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    replaces = [("etrade", "0003_states")]
    dependencies = [("etrade", "0003_since_the_first_release")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
