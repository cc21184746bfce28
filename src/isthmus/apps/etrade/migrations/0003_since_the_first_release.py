"""From 0.1.0 to 0.2.0 in one step: nodes of the development hold the steps that it replaces."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("etrade", "0004_code_lists"),
        ("etrade", "0005_mappings_and_sources"),
        ("etrade", "0006_cases"),
        ("etrade", "0007_compared_items"),
        ("etrade", "0008_targets"),
        ("etrade", "0009_dated_duties"),
        ("etrade", "0010_private_matching"),
        ("etrade", "0011_wco_declarations"),
    ]
    dependencies = [
        ("accounts", "0002_failed_tries_and_spent_codes"),
        ("etrade", "0002_declarations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Corridor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                (
                    "way",
                    models.CharField(
                        choices=[("in", "Goods that come here"), ("out", "Goods that go there")], max_length=3
                    ),
                ),
                ("runs", models.PositiveIntegerField(default=0)),
                ("seen", models.CharField(blank=True, max_length=64)),
                ("reconciled_at", models.DateTimeField(null=True)),
                ("exports", models.PositiveIntegerField(default=0)),
                ("imports", models.PositiveIntegerField(default=0)),
                ("linked", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("days", models.PositiveIntegerField(default=0)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("basis", models.CharField(blank=True, max_length=64)),
                ("opened", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["partner", "way"],
                "constraints": [models.UniqueConstraint(fields=("partner", "way"), name="a_corridor_once")],
            },
        ),
        migrations.CreateModel(
            name="DeclarationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "direction",
                    models.CharField(choices=[("export", "Export"), ("import", "Import")], max_length=6),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("own", "Lodged here"), ("partner", "From a partner")], max_length=7
                    ),
                ),
                ("partner", models.CharField(blank=True, max_length=31)),
                ("number", models.CharField(max_length=70)),
                ("local_reference", models.CharField(blank=True, max_length=70)),
                ("said_by", models.CharField(blank=True, max_length=31)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("lodge", "Lodged"),
                            ("accept", "Accepted"),
                            ("amend", "Amended"),
                            ("exit", "Left the country"),
                            ("receive-pre-arrival", "Received before arrival"),
                            ("fail-to-match", "No import declaration found"),
                            ("match", "Matched with an import declaration"),
                            ("arrive", "Arrived"),
                            ("hold", "Held"),
                            ("release", "Released"),
                            ("cancel", "Cancelled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(null=True)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField()),
                (
                    "declaration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="etrade.declaration",
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
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="etrade.sourcedocument",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["number", "direction"], name="event_by_number")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("leaf", ""), _negated=True),
                        fields=("leaf",),
                        name="a_received_event_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hs_code", models.CharField(max_length=6)),
                ("day", models.DateField()),
                ("rate", models.DecimalField(decimal_places=6, max_digits=9)),
            ],
            options={
                "ordering": ["hs_code", "-day"],
                "constraints": [models.UniqueConstraint(fields=("hs_code", "day"), name="a_duty_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("rate", models.DecimalField(decimal_places=12, max_digits=24)),
            ],
            options={
                "ordering": ["currency", "-day"],
                "constraints": [
                    models.UniqueConstraint(fields=("currency", "day"), name="a_rate_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="HsCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edition", models.CharField(max_length=4)),
                ("code", models.CharField(max_length=6)),
                ("parent", models.CharField(blank=True, max_length=4)),
                ("section", models.CharField(blank=True, max_length=5)),
                ("words", models.TextField()),
                ("sought", models.TextField()),
            ],
            options={
                "ordering": ["-edition", "code"],
                "indexes": [models.Index(fields=["edition", "parent", "code"], name="hs_code_by_parent")],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="an_hs_code_once_per_edition")
                ],
            },
        ),
        migrations.CreateModel(
            name="HsSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=5, unique=True)),
                ("place", models.PositiveSmallIntegerField()),
                ("words", models.TextField()),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("author", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("definition", models.JSONField()),
                ("goldens", models.JSONField()),
                ("retired", models.BooleanField(default=False)),
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
                "ordering": ["name", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name", "version"), name="a_mapping_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("own", "Lodged here"), ("partner", "From a partner")], max_length=7
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("number", models.CharField(max_length=70)),
                (
                    "direction",
                    models.CharField(choices=[("export", "Export"), ("import", "Import")], max_length=6),
                ),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("at_once", models.BooleanField(default=False)),
                ("declarations", models.PositiveIntegerField(null=True)),
                ("tokens", models.PositiveIntegerField()),
                ("compared", models.PositiveIntegerField(null=True)),
                ("asked_by", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("body", models.JSONField()),
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
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "partner", "number"), name="a_match_round_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OtherVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("known_at", models.DateTimeField()),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_versions",
                        to="etrade.declaration",
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("declaration", "version"), name="a_version_once_per_declaration"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=5, unique=True)),
                ("country", models.CharField(db_index=True, max_length=2)),
                ("name", models.CharField(max_length=200)),
                ("functions", models.CharField(blank=True, max_length=9)),
                ("subdivision", models.CharField(blank=True, max_length=8)),
                ("latitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("longitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("sought", models.TextField()),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ReferenceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("hs", "Harmonized System"),
                            ("sections", "Sections of the Harmonized System"),
                            ("places", "Places (UN/LOCODE)"),
                            ("units", "Units (Recommendation 20)"),
                            ("rates", "Exchange rates"),
                            ("duties", "Rates of duty"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("file_name", models.CharField(max_length=255)),
                ("scope", models.CharField(blank=True, max_length=4)),
                ("rows", models.PositiveIntegerField()),
                ("loaded_at", models.DateTimeField()),
                ("loaded_by", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sort", "sha256", "scope"), name="a_reference_file_once_per_scope"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("folder", "Folder on this server"),
                            ("sql", "Database view"),
                            ("rest", "Web address"),
                        ],
                        max_length=6,
                    ),
                ),
                ("address", models.CharField(max_length=500)),
                ("view", models.CharField(blank=True, max_length=120)),
                ("watermark", models.CharField(blank=True, max_length=120)),
                ("mapping", models.CharField(blank=True, max_length=60)),
                ("partner", models.CharField(blank=True, max_length=31)),
                ("every_minutes", models.PositiveIntegerField(default=5)),
                ("enabled", models.BooleanField(default=True)),
                ("cursor", models.CharField(blank=True, max_length=500)),
                ("last_run", models.DateTimeField(null=True)),
                ("last_good_run", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
                ("taken", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
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
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["folder", "sql", "rest"])),
                        name="etrade_source_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("folder", "Folder on this server"), ("web", "Web address")], max_length=6
                    ),
                ),
                ("address", models.CharField(max_length=500)),
                ("record_types", models.JSONField()),
                ("partner", models.CharField(blank=True, max_length=31)),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("json", "JSON"),
                            ("csv", "Table (CSV)"),
                            ("wco", "WCO XML, declarations only"),
                        ],
                        max_length=4,
                    ),
                ),
                ("mapping", models.CharField(blank=True, max_length=60)),
                ("enabled", models.BooleanField(default=True)),
                ("after", models.BigIntegerField(default=0)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try", models.DateTimeField(null=True)),
                ("last_run", models.DateTimeField(null=True)),
                ("last_good_run", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
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
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["folder", "web"])), name="etrade_target_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["json", "csv", "wco"])),
                        name="etrade_target_form_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TradeDocument",
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
                            ("certificate-of-origin", "Certificate of origin"),
                            ("phytosanitary-certificate", "Phytosanitary certificate"),
                            ("licence", "Licence"),
                            ("vehicle-permit", "Vehicle permit"),
                            ("transit", "Transit movement"),
                            ("manifest", "Manifest"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("own", "Lodged here"), ("partner", "From a partner")], max_length=7
                    ),
                ),
                ("partner", models.CharField(blank=True, max_length=31)),
                ("number", models.CharField(max_length=70)),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("amended", "Amended"),
                            ("suspended", "Suspended"),
                            ("cancelled", "Cancelled"),
                            ("utilised", "Used up"),
                            ("lodged", "Lodged"),
                            ("departed", "On its way"),
                            ("passed", "On its way, seen"),
                            ("arrived", "Arrived"),
                            ("discrepancy", "Arrived, differs"),
                            ("discharged", "Discharged"),
                        ],
                        max_length=12,
                    ),
                ),
                ("form", models.CharField(blank=True, max_length=70)),
                ("party", models.CharField(blank=True, max_length=512)),
                ("counterparty", models.CharField(blank=True, max_length=512)),
                ("means", models.CharField(blank=True, max_length=512)),
                ("place", models.CharField(blank=True, max_length=512)),
                ("from_country", models.CharField(blank=True, max_length=2)),
                ("to_country", models.CharField(blank=True, max_length=2)),
                ("issued_on", models.DateField(null=True)),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField()),
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
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["kind", "number"], name="document_by_number"),
                    models.Index(fields=["kind", "valid_until"], name="document_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "origin", "partner", "number"), name="a_document_once_per_issuer"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=3, unique=True)),
                ("name", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Calibration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("learned_at", models.DateTimeField()),
                ("learned_by", models.CharField(max_length=200)),
                ("content", models.JSONField()),
                ("decisions", models.PositiveIntegerField()),
                ("shipments", models.PositiveIntegerField()),
                (
                    "corridor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calibrations",
                        to="etrade.corridor",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("duplicate", "Declared twice"),
                            ("split-merged", "Split or merged"),
                            ("unit", "Unit of weight"),
                            ("quantity-gap", "Weight differs"),
                            ("currency", "Currency"),
                            ("low-value", "Value too low"),
                            ("freight-insurance", "Freight and insurance"),
                            ("hs-vintage", "HS edition"),
                            ("hs-shift", "HS code differs"),
                            ("origin-consignment", "Origin or consignment"),
                            ("regime", "Customs regime"),
                            ("timing", "Timing"),
                            ("missing-import", "Import missing"),
                            ("missing-export", "Export missing"),
                        ],
                        max_length=20,
                    ),
                ),
                ("export_key", models.TextField(blank=True)),
                ("import_key", models.TextField(blank=True)),
                ("hs_code", models.CharField(max_length=6)),
                ("score", models.SmallIntegerField(null=True)),
                ("accepted_link", models.BooleanField()),
                ("ratio", models.BigIntegerField(null=True)),
                ("stake", models.DecimalField(decimal_places=2, max_digits=20)),
                (
                    "stake_kind",
                    models.CharField(
                        choices=[("duty", "Duty at stake"), ("value", "Value at stake")], max_length=5
                    ),
                ),
                ("figures", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("asked", "Partner asked"),
                            ("answered", "Partner answered"),
                            ("escalated", "Escalated"),
                            ("accepted", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("settled", "Settled by later records"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("found", models.BooleanField(default=True)),
                ("opened_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                (
                    "export",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="export_cases",
                        to="etrade.declaration",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_cases",
                        to="etrade.declaration",
                    ),
                ),
                ("members", models.ManyToManyField(related_name="cases", to="etrade.declaration")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "corridor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="etrade.corridor",
                    ),
                ),
            ],
            options={
                "ordering": ["-stake", "number"],
                "indexes": [
                    models.Index(fields=["state", "stake"], name="case_by_stake"),
                    models.Index(fields=["number"], name="case_by_number"),
                ],
                "constraints": [models.UniqueConstraint(fields=("corridor", "number"), name="a_case_once")],
            },
        ),
        migrations.CreateModel(
            name="Compared",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(choices=[("exports", "Exports"), ("imports", "Imports")], max_length=7),
                ),
                ("key", models.CharField(max_length=90)),
                ("content", models.JSONField()),
                (
                    "declaration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="etrade.declaration",
                    ),
                ),
                (
                    "corridor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="compared",
                        to="etrade.corridor",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("corridor", "side", "key"), name="a_compared_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_number", models.PositiveIntegerField()),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=22)),
                ("value", models.DecimalField(decimal_places=6, max_digits=22, null=True)),
                ("drawn_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField(null=True)),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draws",
                        to="etrade.declaration",
                    ),
                ),
                (
                    "licence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draws",
                        to="etrade.tradedocument",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reversed_at", None)),
                        fields=("licence", "item_number", "declaration"),
                        name="a_declaration_draws_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("export_key", models.CharField(max_length=90)),
                ("import_key", models.CharField(max_length=90)),
                ("found_by", models.PositiveSmallIntegerField()),
                ("score", models.SmallIntegerField()),
                ("accepted", models.BooleanField()),
                ("hs_code", models.CharField(max_length=6)),
                ("ratio", models.BigIntegerField(null=True)),
                ("kg_ratio", models.BigIntegerField(null=True)),
                (
                    "corridor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="etrade.corridor",
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="export_links",
                        to="etrade.declaration",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_links",
                        to="etrade.declaration",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["corridor", "hs_code"], name="link_by_code")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("corridor", "export_key", "import_key"), name="a_link_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchToken",
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
                            ("doc", "Transport document"),
                            ("container", "Container"),
                            ("plate", "Vehicle"),
                            ("goods", "HS code and weight"),
                        ],
                        max_length=9,
                    ),
                ),
                ("token", models.CharField(max_length=64)),
                ("hit", models.BooleanField(default=False)),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="match_tokens",
                        to="etrade.declaration",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="found",
                        to="etrade.matchround",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "declaration", "token"), name="a_match_token_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Push",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leaf", models.CharField(max_length=64)),
                ("record_type", models.CharField(max_length=110)),
                ("partner", models.CharField(max_length=31)),
                ("subject", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pushed", "Handed over"),
                            ("again", "Is tried again"),
                            ("refused", "Needs a person"),
                        ],
                        max_length=7,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=1)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pushes", to="etrade.target"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pushed"), _negated=True),
                        fields=["target", "state"],
                        name="push_not_done",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("target", "leaf"), name="a_push_once_per_target")
                ],
            },
        ),
        migrations.CreateModel(
            name="Query",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("own", "Lodged here"), ("partner", "From a partner")], max_length=7
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("number", models.CharField(max_length=70)),
                ("about", models.CharField(max_length=30)),
                ("reference", models.CharField(max_length=70)),
                ("case", models.CharField(blank=True, max_length=70)),
                ("question", models.TextField()),
                ("due_on", models.DateField(null=True)),
                ("asked_by", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("body", models.JSONField()),
                (
                    "declaration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="queries",
                        to="etrade.declaration",
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
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="queries",
                        to="etrade.tradedocument",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "partner", "number"), name="a_query_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("leaf", ""), _negated=True),
                        fields=("leaf",),
                        name="a_received_query_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("said_by", models.CharField(blank=True, max_length=31)),
                ("version", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("amended", "Amended"),
                            ("suspended", "Suspended"),
                            ("cancelled", "Cancelled"),
                            ("utilised", "Used up"),
                            ("lodged", "Lodged"),
                            ("departed", "On its way"),
                            ("passed", "On its way, seen"),
                            ("arrived", "Arrived"),
                            ("discrepancy", "Arrived, differs"),
                            ("discharged", "Discharged"),
                        ],
                        max_length=12,
                    ),
                ),
                ("body", models.JSONField()),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="etrade.sourcedocument",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="etrade.tradedocument",
                    ),
                ),
            ],
            options={
                "ordering": ["version", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "said_by", "version"), name="a_statement_once_per_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("leaf", ""), _negated=True),
                        fields=("leaf",),
                        name="a_received_statement_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Utilisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("own", "Lodged here"), ("partner", "From a partner")], max_length=7
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("certificate_number", models.CharField(max_length=70)),
                ("reference", models.CharField(max_length=70)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("used", "Used"),
                            ("partly-used", "Partly used"),
                            ("rejected", "Rejected"),
                            ("reversed", "Undone"),
                        ],
                        max_length=11,
                    ),
                ),
                ("import_number", models.CharField(blank=True, max_length=70)),
                ("used_on", models.DateField(null=True)),
                ("body", models.JSONField()),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="utilisations",
                        to="etrade.tradedocument",
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
                "ordering": ["id"],
                "indexes": [models.Index(fields=["certificate_number"], name="use_by_certificate")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "partner", "reference", "outcome"), name="a_use_once_per_reference"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("leaf", ""), _negated=True),
                        fields=("leaf",),
                        name="a_received_use_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=70)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("confirmed", "It is as stated"),
                            ("corrected", "It is corrected"),
                            ("not-found", "The document is not known"),
                            ("declined", "No answer is given"),
                            ("explained", "It is explained"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField()),
                ("answered_by", models.CharField(blank=True, max_length=200)),
                ("answered_at", models.DateTimeField()),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("body", models.JSONField()),
                (
                    "query",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="etrade.query"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("query", "number"), name="an_answer_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("leaf", ""), _negated=True),
                        fields=("leaf",),
                        name="a_received_answer_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("opened", "opened the case."),
                            ("changed", "found other figures."),
                            ("reopened", "opened the case again."),
                            ("asked", "asked the partner."),
                            ("answered", "answered."),
                            ("accepted", "confirmed the case."),
                            ("escalated", "escalated the case."),
                            ("dismissed", "dismissed the case."),
                            ("settled", "settled the case: later records explain it."),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=20)),
                ("note", models.TextField(blank=True)),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="etrade.case",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="declaration",
            name="arrival_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="declaration",
            name="cif_value",
            field=models.DecimalField(decimal_places=6, max_digits=22, null=True),
        ),
        migrations.AddField(
            model_name="declaration",
            name="direction",
            field=models.CharField(
                choices=[("export", "Export"), ("import", "Import")], default="export", max_length=6
            ),
        ),
        migrations.AddField(
            model_name="declaration",
            name="local_reference",
            field=models.CharField(blank=True, max_length=70),
        ),
        migrations.AddField(
            model_name="declaration",
            name="permit_number",
            field=models.CharField(blank=True, max_length=70),
        ),
        migrations.AddField(
            model_name="declaration",
            name="port",
            field=models.CharField(blank=True, max_length=70),
        ),
        migrations.AddField(
            model_name="declaration",
            name="previous_document",
            field=models.CharField(blank=True, max_length=70),
        ),
        migrations.AddField(
            model_name="declaration",
            name="state",
            field=models.CharField(
                choices=[
                    ("lodged", "Lodged"),
                    ("accepted", "Accepted"),
                    ("amended", "Amended"),
                    ("exited", "Has left"),
                    ("pre-arrival-received", "Expected"),
                    ("unmatched", "Not matched"),
                    ("matched", "Matched"),
                    ("arrived", "Arrived"),
                    ("held", "Held"),
                    ("released", "Released"),
                    ("cancelled", "Cancelled"),
                ],
                default="lodged",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="declaration",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="sourcedocument",
            name="mapped",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="sourcedocument",
            name="mapping",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="sourcedocument",
            name="refused",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="declaration",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declarations",
                to="etrade.sourcedocument",
            ),
        ),
        migrations.AlterField(
            model_name="sending",
            name="declaration",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="etrade.declaration",
            ),
        ),
        migrations.AlterField(
            model_name="sourcedocument",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("mapped", "Declaration"),
                    ("unsupported", "Not supported yet"),
                    ("malformed", "Refused"),
                    ("partly", "Read in part"),
                ],
                max_length=11,
            ),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(fields=["local_reference"], name="declaration_by_reference"),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(fields=["permit_number"], name="declaration_by_permit"),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(fields=["previous_document"], name="declaration_by_export"),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(fields=["direction", "origin", "state"], name="declaration_by_state"),
        ),
        migrations.AddField(
            model_name="sending",
            name="answer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="etrade.answer",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="etrade.declarationevent",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="query",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="etrade.query",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="statement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="etrade.statement",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="utilisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="etrade.utilisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                fields=("event", "partner"), name="event_sent_once_per_partner"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                fields=("statement", "partner"), name="statement_sent_once_per_partner"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                fields=("utilisation", "partner"), name="use_sent_once_per_partner"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                fields=("query", "partner"), name="query_sent_once_per_partner"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                fields=("answer", "partner"), name="answer_sent_once_per_partner"
            ),
        ),
    ]
