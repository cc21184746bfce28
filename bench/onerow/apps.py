"""Registers the record type of the benchmarks; its body is E-Trade's export declaration."""

from django.apps import AppConfig

from isthmus.exchange.application import Application, RecordType


class OneRowConfig(AppConfig):
    """One record type, one row."""

    name = "onerow"
    label = "onerow"
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    application = Application(
        name="onerow",
        title="Benchmark",
        purpose="Measure what an exchange costs.",
        icon="trade",
        record_types=(
            RecordType(
                "bench.declaration",
                1,
                "Declaration of a benchmark",
                "isthmus.apps.etrade.records:ExportDeclarationV1",
                "onerow.handlers:store",
            ),
        ),
    )
