"""Alcohol as of 0.2.0 in one step: nodes of the development hold the steps that it replaces."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("excise", "0001_registry"),
        ("excise", "0002_ledger"),
        ("excise", "0003_stamps"),
        ("excise", "0004_events"),
        ("excise", "0005_returns"),
        ("excise", "0006_movements"),
        ("excise", "0007_guarantees"),
        ("excise", "0008_assessment"),
        ("excise", "0009_permits"),
        ("excise", "0010_registry_extract"),
        ("excise", "0011_stamps_into_the_ledger"),
        ("excise", "0012_stamps_without_postings"),
        ("excise", "0013_stamp_duty_secured"),
        ("excise", "0014_movement_security"),
        ("excise", "0015_stamps_across_the_border"),
        ("excise", "0016_stamp_indications"),
        ("excise", "0017_permit_draw_reversals"),
        ("excise", "0018_products_withdrawn"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0002_failed_tries_and_spent_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerBook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.SlugField(max_length=40, unique=True, verbose_name="book")),
                ("entries", models.PositiveBigIntegerField(default=0, verbose_name="entries")),
                ("head", models.CharField(max_length=64, verbose_name="hash of the last entry")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="StampSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.BinaryField(unique=True)),
                ("count", models.PositiveIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("number", models.CharField(max_length=40)),
                ("opened_by", models.CharField(max_length=254)),
                ("opened_at", models.DateTimeField()),
                ("signed_leaf", models.CharField(blank=True, max_length=64)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "number"), name="excise_an_assessment_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="EpcisEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("error", models.CharField(blank=True, max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ObjectEvent", "Things seen, made or destroyed"),
                            ("AggregationEvent", "Things packed or unpacked"),
                            ("AssociationEvent", "Things fixed to a thing or place"),
                            ("TransactionEvent", "Things tied to a business document"),
                            ("TransformationEvent", "Things made of other things"),
                        ],
                        max_length=20,
                    ),
                ),
                ("event_time", models.DateTimeField()),
                ("offset", models.CharField(max_length=6)),
                ("event_id", models.CharField(blank=True, max_length=2048)),
                ("action", models.CharField(blank=True, max_length=7)),
                ("biz_step", models.CharField(blank=True, max_length=2048)),
                ("disposition", models.CharField(blank=True, max_length=2048)),
                ("read_point", models.CharField(blank=True, max_length=2048)),
                ("biz_location", models.CharField(blank=True, max_length=2048)),
                ("error_time", models.DateTimeField(null=True)),
                ("error_reason", models.CharField(blank=True, max_length=2048)),
                ("corrected_by", models.JSONField(default=list)),
                ("namespaces", models.JSONField(default=dict)),
                ("body", models.TextField()),
                ("captured_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["event_time"], name="event_by_time"),
                    models.Index(fields=["name"], name="event_by_hash"),
                    models.Index(fields=["read_point"], name="event_by_read_point"),
                    models.Index(fields=["biz_location"], name="event_by_location"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name", "error"), name="an_event_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtractEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("excise_number", models.CharField(max_length=13)),
                ("version", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["partner", "excise_number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "excise_number"), name="excise_an_extract_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtractSending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("excise_number", models.CharField(max_length=13)),
                ("version", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["partner", "excise_number", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "excise_number", "version"), name="excise_an_extract_sent_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GateScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("arc", models.CharField(db_index=True, max_length=21)),
                ("node", models.CharField(max_length=31)),
                ("gate", models.CharField(max_length=70)),
                (
                    "way",
                    models.CharField(
                        choices=[("out", "Out of this country"), ("in", "Into this country")], max_length=3
                    ),
                ),
                ("plate", models.CharField(max_length=35)),
                ("seal", models.CharField(max_length=35)),
                ("scanned_at", models.DateTimeField()),
                ("passed", models.BooleanField()),
                ("alarms", models.JSONField(default=list)),
                ("actor", models.CharField(blank=True, max_length=254)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["scanned_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["out", "in"])), name="excise_gate_way_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("passed", True)),
                        fields=("arc", "node", "way"),
                        name="excise_a_reference_passes_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("leaf", ""), _negated=True),
                        fields=("leaf",),
                        name="excise_a_told_scan_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("arc", models.CharField(blank=True, max_length=21)),
                ("local_reference", models.CharField(blank=True, max_length=22)),
                ("deferred", models.BooleanField(default=False)),
                ("dispatch_node", models.CharField(max_length=31)),
                ("destination_node", models.CharField(max_length=31)),
                ("consignor", models.CharField(blank=True, max_length=13)),
                ("consignor_name", models.CharField(blank=True, max_length=182)),
                ("consignee", models.CharField(blank=True, max_length=16)),
                ("consignee_name", models.CharField(blank=True, max_length=182)),
                ("dispatched_from", models.CharField(blank=True, max_length=13)),
                ("delivered_to", models.CharField(blank=True, max_length=182)),
                ("destination_type", models.CharField(blank=True, max_length=2)),
                ("transport_mode", models.CharField(blank=True, max_length=2)),
                ("journey_time", models.CharField(blank=True, max_length=3)),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="draft", max_length=20)),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
                ("told_by_dispatch", models.DateTimeField(null=True)),
                ("told_by_destination", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [models.Index(fields=["state", "due_at"], name="excise_movement_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "unknown",
                                    "accepted",
                                    "cancelled",
                                    "diverted",
                                    "alerted",
                                    "rejected",
                                    "split",
                                    "exporting",
                                    "customs-refused",
                                    "delivered",
                                    "exported",
                                    "refused",
                                    "partially-refused",
                                    "interrupted",
                                    "lost",
                                    "closed",
                                ],
                            )
                        ),
                        name="excise_movement_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("arc", ""), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                models.Q(("arc", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="excise_movement_accepted_with_arc",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("arc", ""), _negated=True),
                        fields=("arc",),
                        name="excise_a_reference_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("local_reference", ""), _negated=True),
                        fields=("consignor", "local_reference"),
                        name="excise_a_local_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "year"), name="excise_a_series_a_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Operator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("excise_number", models.CharField(max_length=13, unique=True)),
                ("name", models.CharField(max_length=182)),
                ("tax_number", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("producer", "Producer"),
                            ("importer", "Importer"),
                            ("warehouse-keeper", "Warehouse keeper"),
                            ("consignee", "Registered consignee"),
                            ("consignor", "Registered consignor"),
                            ("retailer", "Retailer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("address", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[("registered", "Registered"), ("retired", "Retired")],
                        default="registered",
                        max_length=10,
                    ),
                ),
                ("registered_on", models.DateField()),
                ("retired_on", models.DateField(null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "excise_number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "producer",
                                    "importer",
                                    "warehouse-keeper",
                                    "consignee",
                                    "consignor",
                                    "retailer",
                                ],
                            )
                        ),
                        name="excise_operator_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("retired_on", None), ("state", "registered")),
                            models.Q(("retired_on__gte", models.F("registered_on")), ("state", "retired")),
                            _connector="OR",
                        ),
                        name="excise_operator_retired_with_day",
                    ),
                    models.UniqueConstraint(
                        fields=("country", "tax_number"), name="excise_a_tax_number_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StampKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("tag", "Tags"), ("signature", "Signatures")], max_length=9),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("sealed", models.BinaryField()),
                ("public", models.BinaryField(default=bytes)),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="stamp_key_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)),
                        fields=("kind",),
                        name="one_stamp_key_in_use_per_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", models.CharField(max_length=120, verbose_name="holder")),
                ("role", models.CharField(max_length=40, verbose_name="role")),
                ("guarded", models.BooleanField(default=False, verbose_name="refuses to be overdrawn")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="excise.ledgerbook",
                    ),
                ),
            ],
            options={
                "ordering": ["book_id", "holder", "role"],
                "constraints": [
                    models.UniqueConstraint(fields=("book", "holder", "role"), name="excise_ledger_account")
                ],
            },
        ),
        migrations.CreateModel(
            name="AssessmentDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("answer", "Answer"), ("score", "Score")], max_length=6)),
                ("clause", models.CharField(max_length=60)),
                ("score", models.PositiveSmallIntegerField()),
                ("text", models.CharField(blank=True, max_length=500)),
                ("evidence", models.CharField(blank=True, max_length=200)),
                ("actor", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="excise.assessment",
                    ),
                ),
            ],
            options={
                "ordering": ["clause"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "kind", "clause"), name="excise_a_draft_a_clause"
                    ),
                    models.CheckConstraint(condition=models.Q(("score__lte", 4)), name="excise_draft_score"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssessmentStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("answers", "Answers"), ("scores", "Scores"), ("result", "Result")],
                        max_length=7,
                    ),
                ),
                ("is_own", models.BooleanField()),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("body", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="excise.assessment",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DutyReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, null=True)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("slot", models.CharField(max_length=80, null=True, unique=True)),
                ("origin", models.CharField(max_length=120, null=True, unique=True)),
                ("country", models.CharField(max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("tax_point", models.CharField(max_length=31)),
                ("period", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("declared", "Declared"),
                            ("assessed", "Assessed"),
                            ("paid", "Paid"),
                            ("replaced", "Replaced by a newer version"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("duty_minor", models.BigIntegerField(default=0)),
                ("charges_minor", models.BigIntegerField(default=0)),
                ("drafted_by", models.CharField(max_length=254)),
                ("drafted_at", models.DateTimeField()),
                ("declared_by", models.CharField(blank=True, max_length=254)),
                ("declared_at", models.DateTimeField(null=True)),
                ("assessed_by", models.CharField(blank=True, max_length=254)),
                ("assessed_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=500)),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="excise.dutyreturn",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-period", "-id"],
                "indexes": [
                    models.Index(fields=["state", "due_on"], name="excise_return_due"),
                    models.Index(fields=["operator", "-period"], name="excise_return_operator"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number", "version"), name="excise_a_return_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(("number__isnull", False), ("declared_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="excise_return_declared_with_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replaces", None), ("version", 1)),
                            models.Q(("version__gt", 1), ("replaces__isnull", False)),
                            _connector="OR",
                        ),
                        name="excise_return_version_replaces",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duty_minor__gte", 0), ("charges_minor__gte", 0)),
                        name="excise_return_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("item", "Item"),
                            ("parent", "Container"),
                            ("child", "Content"),
                            ("input", "Input"),
                            ("output", "Output"),
                        ],
                        max_length=6,
                    ),
                ),
                ("uri", models.CharField(max_length=2048)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("quantity", models.DecimalField(decimal_places=12, max_digits=40, null=True)),
                ("unit", models.CharField(blank=True, max_length=3)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="excise.epcisevent",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["uri"], name="event_item_by_uri"),
                    models.Index(fields=["gtin"], name="event_item_by_gtin"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guarantee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("individual", "Individual: one movement or deed at a time"),
                            ("comprehensive", "Comprehensive: as many as its amount covers"),
                            ("deposit", "Cash deposit"),
                        ],
                        max_length=13,
                    ),
                ),
                ("guarantor_name", models.CharField(max_length=182)),
                ("guarantor_number", models.CharField(max_length=40)),
                ("guarantor_jwk", models.JSONField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for the guarantor's consent"),
                            ("consented", "Consented"),
                            ("ended", "Ended"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("statement", models.BinaryField()),
                ("consent", models.TextField(blank=True)),
                ("consented_at", models.DateTimeField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=500)),
                ("registered_at", models.DateTimeField()),
                ("registered_by", models.CharField(max_length=254)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guarantees",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="excise_guarantee_amount"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="excise_guarantee_ends_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "consented"), _negated=True),
                            models.Q(
                                models.Q(("consent", ""), _negated=True), ("consented_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="excise_guarantee_consented_by_signature",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True),
                            models.Q(("ended_on__isnull", False), models.Q(("ended_why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="excise_guarantee_ended_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(verbose_name="number")),
                ("key", models.CharField(max_length=120, verbose_name="key")),
                ("kind", models.CharField(max_length=120, verbose_name="kind")),
                ("reference", models.CharField(blank=True, max_length=120, verbose_name="reference")),
                ("value_on", models.DateField(verbose_name="counts from")),
                ("detail", models.JSONField(default=dict)),
                ("actor", models.CharField(max_length=254, verbose_name="who")),
                ("at", models.DateTimeField(verbose_name="posted")),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chain",
                        to="excise.ledgerbook",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        default=None,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="excise.ledgerentry",
                    ),
                ),
            ],
            options={
                "ordering": ["book_id", "number"],
                "indexes": [models.Index(fields=["book", "reference"], name="excise_ledger_reference")],
                "constraints": [
                    models.UniqueConstraint(fields=("book", "number"), name="excise_ledger_number"),
                    models.UniqueConstraint(fields=("book", "key"), name="excise_ledger_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("product_code", models.CharField(max_length=4)),
                ("cn_code", models.CharField(max_length=8)),
                ("description", models.CharField(blank=True, max_length=350)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                ("gross_kg", models.DecimalField(decimal_places=6, max_digits=16)),
                ("net_kg", models.DecimalField(decimal_places=6, max_digits=16)),
                ("abv_percent", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("degree_plato", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="excise.movement",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("movement", "number"), name="excise_a_movement_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=5)),
                ("emcs_version", models.CharField(max_length=5)),
                ("key", models.CharField(max_length=120)),
                ("kind", models.CharField(blank=True, max_length=24)),
                ("by", models.CharField(blank=True, max_length=20)),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("node", models.CharField(max_length=31)),
                ("facts", models.JSONField(default=dict)),
                ("sha256", models.CharField(max_length=64)),
                ("xml", models.BinaryField(default=b"")),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("actor", models.CharField(blank=True, max_length=254)),
                ("kept_at", models.DateTimeField()),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="excise.movement",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("movement", "node", "sha256", "kind"), name="excise_a_movement_message_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("island", models.CharField(max_length=100)),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "island", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("operator", "year"), name="excise_a_quota_a_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPermit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("goods", models.CharField(max_length=500)),
                ("asked_ml", models.BigIntegerField()),
                ("granted_ml", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Waits for a decision"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        default="applied",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                ("applied_by", models.CharField(max_length=254)),
                ("applied_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=254)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permits",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_ml__gt", 0),
                            ("granted_ml__gte", 0),
                            ("granted_ml__lte", models.F("asked_ml")),
                        ),
                        name="excise_permit_within_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("granted_ml__gt", 0), ("state", "approved")),
                            models.Q(
                                ("granted_ml", 0), ("state", "refused"), models.Q(("why", ""), _negated=True)
                            ),
                            models.Q(("decided_at", None), ("granted_ml", 0), ("state", "applied")),
                            _connector="OR",
                        ),
                        name="excise_permit_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BondCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("on", models.DateField()),
                ("book_ml", models.BigIntegerField()),
                ("counted_ml", models.BigIntegerField()),
                ("why", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bond_counts",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("operator", "key"), name="excise_a_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(("book_ml__gte", 0), ("counted_ml__gte", 0)),
                        name="excise_count_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gtin", models.CharField(max_length=14, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("brand", models.CharField(blank=True, max_length=100)),
                ("hs_code", models.CharField(max_length=10)),
                ("excise_code", models.CharField(max_length=4)),
                ("abv_thousandths", models.PositiveIntegerField()),
                ("volume_ml", models.PositiveIntegerField()),
                ("container", models.CharField(max_length=40)),
                ("withdrawn_on", models.DateField(null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "gtin"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("abv_thousandths__lte", 100000)),
                        name="excise_product_abv_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("volume_ml__gt", 0)), name="excise_product_holds_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=24)),
                ("subject", models.CharField(max_length=60)),
                ("effective_on", models.DateField()),
                ("why", models.CharField(blank=True, max_length=500)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("actor", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TaxWarehouse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("excise_number", models.CharField(max_length=13, unique=True)),
                ("name", models.CharField(max_length=182)),
                ("address", models.CharField(max_length=300)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warehouses",
                        to="excise.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["excise_number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                        ),
                        name="excise_warehouse_closed_after",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyReturnLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("product", models.CharField(blank=True, max_length=100)),
                ("hs", models.CharField(blank=True, max_length=100)),
                ("relief", models.CharField(blank=True, max_length=100)),
                ("day", models.DateField()),
                ("abv", models.BigIntegerField(null=True)),
                ("volume", models.BigIntegerField(null=True)),
                ("quantity", models.BigIntegerField(null=True)),
                ("cif", models.BigIntegerField(null=True)),
                ("producer", models.BigIntegerField(null=True)),
                ("plato", models.BigIntegerField(null=True)),
                ("retail", models.BigIntegerField(null=True)),
                ("code", models.CharField(max_length=60)),
                ("rule", models.CharField(max_length=200)),
                ("duty_minor", models.BigIntegerField()),
                ("charges", models.JSONField(default=dict)),
                ("steps", models.JSONField(default=list)),
                (
                    "duty_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="excise.dutyreturn",
                    ),
                ),
            ],
            options={
                "ordering": ["duty_return_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("duty_return", "position"), name="excise_return_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duty_minor__gte", 0)), name="excise_return_line_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuaranteeReservation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("amount_minor", models.BigIntegerField()),
                ("called_minor", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Reserved"), ("released", "Released"), ("called", "Claimed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("reserved_on", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=254)),
                ("closed_on", models.DateField(null=True)),
                ("closed_why", models.CharField(blank=True, max_length=500)),
                (
                    "guarantee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="excise.guarantee",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("guarantee", "key"), name="excise_a_reservation_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gte", 0),
                            ("called_minor__gte", 0),
                            ("called_minor__lte", models.F("amount_minor")),
                        ),
                        name="excise_reservation_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True), ("closed_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="excise_reservation_closed_with_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.CharField(max_length=40, verbose_name="unit")),
                ("amount", models.BigIntegerField(default=0, verbose_name="amount")),
                ("guarded", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="excise.ledgeraccount",
                    ),
                ),
            ],
            options={
                "ordering": ["account_id", "unit"],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "unit"), name="excise_ledger_balance"),
                    models.CheckConstraint(
                        condition=models.Q(("guarded", False), ("amount__gte", 0), _connector="OR"),
                        name="excise_ledger_no_overdraft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerPosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveSmallIntegerField(verbose_name="line")),
                ("unit", models.CharField(max_length=40, verbose_name="unit")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="excise.ledgeraccount",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="excise.ledgerentry",
                    ),
                ),
            ],
            options={
                "ordering": ["entry_id", "line"],
                "indexes": [models.Index(fields=["account", "unit"], name="excise_ledger_by_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "line"), name="excise_ledger_line"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="excise_ledger_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementSecurity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("guarantor_code", models.CharField(max_length=4)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("stated", models.BooleanField(default=False)),
                ("rates_on", models.DateField(null=True)),
                ("lines", models.JSONField(default=list)),
                ("wanted_minor", models.BigIntegerField(default=0)),
                ("held_minor", models.BigIntegerField(default=0)),
                ("holds", models.PositiveSmallIntegerField(default=0)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_why", models.CharField(blank=True, max_length=500)),
                ("settled_by", models.CharField(blank=True, max_length=254)),
                (
                    "guarantee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="excise.guarantee",
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="security",
                        to="excise.movement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gte", 0),
                            ("held_minor__gte", 0),
                            ("wanted_minor__gte", models.F("held_minor")),
                            ("wanted_minor__lte", models.F("amount_minor")),
                        ),
                        name="excise_movement_security_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("guarantee__isnull", False), ("wanted_minor", 0), _connector="OR"
                        ),
                        name="excise_movement_security_by_guarantee",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementSending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="excise.movementmessage",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="excise.gatescan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("message", None), ("scan__isnull", False)),
                            models.Q(("message__isnull", False), ("scan", None)),
                            _connector="OR",
                        ),
                        name="excise_movement_sending_of_one",
                    ),
                    models.UniqueConstraint(fields=("message", "partner"), name="excise_a_message_sent_once"),
                    models.UniqueConstraint(fields=("scan", "partner"), name="excise_a_scan_sent_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Authorisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("produce", "Produce"),
                            ("store", "Store under suspension of duty"),
                            ("import", "Import"),
                            ("receive", "Receive under suspension of duty"),
                            ("send", "Send under suspension of duty"),
                            ("sell", "Sell"),
                        ],
                        max_length=8,
                    ),
                ),
                ("product_groups", models.JSONField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("revoked_on", models.DateField(null=True)),
                ("revoked_why", models.CharField(blank=True, max_length=500)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorisations",
                        to="excise.operator",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorisations",
                        to="excise.taxwarehouse",
                    ),
                ),
            ],
            options={
                "ordering": ["operator", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["produce", "store", "import", "receive", "send", "sell"])
                        ),
                        name="excise_authorisation_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="excise_authorisation_ends_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_on", None), ("revoked_why", "")),
                            models.Q(
                                ("revoked_on__isnull", False), models.Q(("revoked_why", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="excise_revoked_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PermitDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                (
                    "how",
                    models.CharField(
                        choices=[("clearance", "Import clearance"), ("ex-bond", "Release from bond")],
                        max_length=9,
                    ),
                ),
                ("on", models.DateField()),
                ("amount_ml", models.BigIntegerField()),
                ("by", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "duty_return",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permit_draw",
                        to="excise.dutyreturn",
                    ),
                ),
                (
                    "permit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="excise.importpermit",
                    ),
                ),
            ],
            options={
                "ordering": ["permit_id", "at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("permit", "key"), name="excise_a_draw_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_ml__gt", 0)), name="excise_draw_of_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StampRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("gtin", models.CharField(max_length=14)),
                ("product", models.CharField(max_length=200)),
                ("count", models.PositiveIntegerField()),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("plain", "Serial only (13.5 mm)"),
                            ("tagged", "With a tag, for checks by network and text message (14.9 mm)"),
                            ("signed", "With tag and signature, for inspectors without a network (20 mm)"),
                        ],
                        default="tagged",
                        max_length=6,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("issued", "Issued"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=254)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=254)),
                ("secured_by", models.CharField(blank=True, max_length=200)),
                ("secured_minor", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("rates_of", models.DateField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "guarantee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="excise.guarantee",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp_requests",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "paid_return",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="excise.dutyreturn",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("guarantee", None), ("paid_return", None), _connector="OR"),
                        name="stamp_request_secured_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1), ("count__lte", 20000000)),
                        name="stamp_request_count",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "issued"]), _negated=True),
                            models.Q(("secured_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="stamp_request_approved_with_security",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PermitDrawReversal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("on", models.DateField()),
                ("why", models.CharField(max_length=500)),
                ("by", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "draw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="excise.permitdraw",
                    ),
                ),
                (
                    "duty_return",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw_reversal",
                        to="excise.dutyreturn",
                    ),
                ),
            ],
            options={
                "ordering": ["draw_id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True),
                        name="excise_draw_reversed_with_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StampBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=31)),
                ("issuer_batch", models.PositiveBigIntegerField(blank=True, null=True)),
                ("begins", models.PositiveIntegerField(default=1)),
                ("gtin", models.CharField(db_index=True, max_length=14)),
                ("product", models.CharField(max_length=200)),
                ("count", models.PositiveIntegerField()),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("plain", "Serial only (13.5 mm)"),
                            ("tagged", "With a tag, for checks by network and text message (14.9 mm)"),
                            ("signed", "With tag and signature, for inspectors without a network (20 mm)"),
                        ],
                        max_length=6,
                    ),
                ),
                ("host", models.CharField(blank=True, max_length=80)),
                ("issued_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp_batches",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "signature_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="excise.stampkey",
                    ),
                ),
                (
                    "tag_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="excise.stampkey",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch",
                        to="excise.stamprequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("begins", 1),
                                ("issuer", ""),
                                ("issuer_batch", None),
                                ("request__isnull", False),
                            ),
                            models.Q(
                                models.Q(("issuer", ""), _negated=True),
                                ("issuer_batch__isnull", False),
                                ("request", None),
                            ),
                            _connector="OR",
                        ),
                        name="stamp_batch_issued_here_or_abroad",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StampDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=254)),
                (
                    "duty_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="excise.dutyreturn"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="excise.stamprequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="stamp_duty_count")
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("why", models.CharField(max_length=500)),
                ("lifted_why", models.CharField(blank=True, max_length=500)),
                (
                    "authorisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suspensions",
                        to="excise.authorisation",
                    ),
                ),
            ],
            options={
                "ordering": ["since", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("authorisation",),
                        name="excise_one_open_suspension",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StampSheaf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("lowest", models.BigIntegerField()),
                ("highest", models.BigIntegerField()),
                ("serials", models.BinaryField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheaves",
                        to="excise.stampbatch",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["lowest", "highest"], name="stamp_sheaf_serials")],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "position"), name="stamp_sheaf_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="StampAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("issue", "Issued"),
                            ("print", "Printed"),
                            ("hand-over", "Handed over"),
                            ("receive", "Received"),
                            ("take-back", "Taken back"),
                            ("activate", "Activated"),
                            ("sell", "Sold"),
                            ("spoil", "Spoiled"),
                            ("cancel", "Cancelled"),
                            ("destroy", "Destroyed"),
                            ("lose", "Lost"),
                            ("find", "Found again, and spoiled"),
                            ("leave", "Received abroad"),
                            ("arrive", "Arrived from abroad"),
                            ("return", "Came back from abroad"),
                        ],
                        max_length=9,
                    ),
                ),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=254)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="excise.stampbatch",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["batch", "-at"], name="stamp_act_batch")],
            },
        ),
        migrations.CreateModel(
            name="StampCrossing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(choices=[("out", "Sent"), ("in", "Arriving")], max_length=3)),
                ("partner", models.CharField(max_length=31)),
                ("reference", models.CharField(max_length=32)),
                ("issuer", models.CharField(max_length=31)),
                ("issuer_batch", models.PositiveBigIntegerField()),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("product", models.CharField(blank=True, max_length=200)),
                ("other", models.CharField(blank=True, max_length=40)),
                ("other_name", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Waits for the receiver"),
                            ("received", "Receipt confirmed"),
                            ("refused", "Refused"),
                            ("unmatched", "Fits nothing here"),
                        ],
                        default="sent",
                        max_length=9,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.CharField(max_length=254)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by", models.CharField(blank=True, max_length=254)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("answer_leaf", models.CharField(blank=True, max_length=64)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crossings",
                        to="excise.stampbatch",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-sent_at"], name="stamp_crossing_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "unmatched"), _negated=True),
                        fields=("partner", "way", "reference"),
                        name="stamp_crossing_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                        name="stamp_crossing_run",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StampHandover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Waits for the receiver"),
                            ("confirmed", "Confirmed"),
                            ("taken-back", "Taken back"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("offered_by", models.CharField(max_length=254)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=254)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="excise.stampbatch",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp_handovers",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                        name="handover_run",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("receiver")), _negated=True),
                        name="handover_to_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StampIndication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("travel", "Too far in too little time"),
                            ("back", "One serial in two places"),
                            ("unmade", "Seen before or without production"),
                            ("unproduced", "More activated than produced"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("events", "Events of goods (EPCIS)"),
                            ("scans", "A file of scans"),
                            ("returns", "Returns of duty"),
                        ],
                        max_length=7,
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("serial", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField()),
                ("evidence", models.JSONField(default=dict)),
                ("found_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=254)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indications",
                        to="excise.stampbatch",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["closed_at", "-at"], name="stamp_indication_open")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("note", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="stamp_indication_closed_with_note",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StampWhereabouts",
            fields=[
                (
                    "sheaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="whereabouts",
                        serialize=False,
                        to="excise.stampsheaf",
                    ),
                ),
                ("places", models.BinaryField()),
                ("holders", models.BinaryField()),
            ],
        ),
    ]
