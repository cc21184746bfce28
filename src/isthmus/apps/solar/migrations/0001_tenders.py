from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_failed_tries_and_spent_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(choices=[("out", "Asked here"), ("in", "From abroad")], max_length=3),
                ),
                ("partner", models.CharField(blank=True, max_length=31)),
                ("number", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("currency", models.CharField(max_length=3)),
                ("closes", models.DateTimeField()),
                ("opens_until", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=254)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("body", models.JSONField()),
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
                "indexes": [models.Index(fields=["way", "-closes"], name="solar_tender_closes")],
                "constraints": [
                    models.UniqueConstraint(fields=("way", "partner", "number"), name="solar_tender_once"),
                    models.CheckConstraint(
                        condition=models.Q(("opens_until__gt", models.F("closes"))),
                        name="solar_tender_deadlines",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("quote", models.CharField(max_length=32)),
                ("kind", models.CharField(choices=[("seal", "Seal"), ("opening", "Opening")], max_length=7)),
                ("seal", models.CharField(max_length=64)),
                ("maker", models.CharField(blank=True, max_length=40)),
                ("maker_name", models.CharField(blank=True, max_length=200)),
                ("offer", models.JSONField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField()),
                ("leaf", models.CharField(max_length=64, unique=True)),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="solar.tender"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tender", "partner", "quote"], name="solar_fact_quote")],
            },
        ),
        migrations.CreateModel(
            name="QuoteDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("quote", models.CharField(max_length=32)),
                (
                    "says",
                    models.CharField(
                        choices=[
                            ("awarded", "Awarded"),
                            ("not-awarded", "Not awarded"),
                            ("set-aside", "Set aside"),
                        ],
                        max_length=11,
                    ),
                ),
                ("lots", models.JSONField(default=list)),
                ("landed", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=254)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="solar.tender",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tender", "partner", "quote"), name="solar_decision_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MakerQuote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sealed", "Sealed"),
                            ("opened", "Opened"),
                            ("awarded", "Awarded"),
                            ("not-awarded", "Not awarded"),
                            ("set-aside", "Set aside"),
                        ],
                        default="draft",
                        max_length=11,
                    ),
                ),
                ("offer", models.JSONField()),
                ("salt", models.CharField(blank=True, max_length=64)),
                ("seal", models.CharField(blank=True, max_length=64)),
                ("sealed_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("lots", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("by", models.CharField(max_length=254)),
                ("seal_leaf", models.CharField(blank=True, max_length=64)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                ("award_leaf", models.CharField(blank=True, max_length=64)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="solar.tender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(models.Q(("seal", ""), _negated=True), ("sealed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="solar_quote_sealed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("quote", models.CharField(max_length=32)),
                ("reference", models.CharField(max_length=32)),
                ("lot", models.PositiveSmallIntegerField()),
                (
                    "says",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("refused", "Refused")], max_length=8
                    ),
                ),
                ("counted", models.PositiveIntegerField()),
                ("tested", models.PositiveIntegerField()),
                ("failed", models.PositiveIntegerField()),
                ("checks", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=254)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="solar.tender",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tender", "partner", "reference"), name="solar_acceptance_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TenderInvitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("leaf", models.CharField(blank=True, max_length=64)),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="solar.tender",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tender", "partner"), name="solar_invitation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TenderRate",
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
                            ("exchange", "Rate of exchange"),
                            ("duty", "Duty, in percent"),
                            ("tax", "Tax, in percent"),
                        ],
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=3)),
                ("value", models.DecimalField(decimal_places=8, max_digits=18)),
                ("on", models.DateField()),
                ("source", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=254)),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="solar.tender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tender", "kind", "code"), name="solar_rate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", Decimal(0))), name="solar_rate_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WarrantyTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.CharField(max_length=31)),
                ("quote", models.CharField(max_length=32)),
                ("reference", models.CharField(max_length=32)),
                ("opened_at", models.DateTimeField()),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="solar.tender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tender", "partner", "reference"), name="solar_ticket_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketSaying",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("says", models.CharField(max_length=7)),
                ("lot", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("part", models.CharField(blank=True, max_length=10)),
                ("count", models.PositiveIntegerField(blank=True, null=True)),
                ("text", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=254)),
                ("leaf", models.CharField(max_length=64, unique=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sayings",
                        to="solar.warrantyticket",
                    ),
                ),
            ],
        ),
    ]
