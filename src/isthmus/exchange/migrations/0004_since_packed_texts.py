"""From 0.1.0 to 0.2.0 in one step: nodes of the development hold the steps that it replaces."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("exchange", "0004_alarm_cleared_reason"),
        ("exchange", "0005_witnesses"),
        ("exchange", "0006_attachments_and_erasures"),
        ("exchange", "0007_record_refused"),
        ("exchange", "0008_witness_told"),
        ("exchange", "0009_countersignatures"),
        ("exchange", "0010_subject_keys"),
        ("exchange", "0011_recovery"),
        ("exchange", "0012_asked_back"),
        ("exchange", "0013_claim"),
        ("exchange", "0014_promised_files"),
        ("exchange", "0015_asked_files"),
    ]

    dependencies = [
        ("accounts", "0002_failed_tries_and_spent_codes"),
        ("exchange", "0003_packed_texts"),
        ("trust", "0002_key_succession"),
    ]

    operations = [
        migrations.CreateModel(
            name="AskedBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wanted", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="trust.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AskedFiles",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digests", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="trust.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Carriage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lease_holder", models.CharField(blank=True, max_length=64)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="trust.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=200)),
                ("claimed_at", models.DateTimeField()),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="trust.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("note", models.TextField()),
                ("cosigned_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="trust.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["-size", "-cosigned_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "size", "root"), name="a_head_cosigned_once_a_partner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Countersignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=31)),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("words", models.TextField()),
                ("actor", models.CharField(blank=True, max_length=254)),
                ("issued", models.DateTimeField()),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countersignature",
                        to="exchange.record",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Held",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.JSONField()),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="held", to="exchange.record"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogHistory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kept_size", models.BigIntegerField()),
                ("note", models.TextField()),
                ("reason", models.TextField()),
                ("accepted_by", models.CharField(max_length=200)),
                ("accepted_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="histories",
                        to="trust.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["partner", "-number"],
                "constraints": [models.UniqueConstraint(fields=("partner", "number"), name="a_history_once")],
            },
        ),
        migrations.CreateModel(
            name="LogSplit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("node_id", models.CharField(max_length=31)),
                ("size", models.BigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("other_root", models.CharField(max_length=64)),
                ("evidence", models.TextField()),
                ("found_by", models.CharField(blank=True, max_length=31)),
                ("found_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=200)),
                ("closed_reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-found_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("node_id", "size", "root", "other_root"), name="a_split_view_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                            ("epoch", "A new epoch of its stream"),
                            ("history", "A new history of its log"),
                        ],
                        max_length=7,
                    ),
                ),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("text", models.TextField(blank=True)),
                ("body", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for an approver"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("arrived_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="trust.partner"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="OwnVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("leaf", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=8)),
                ("code", models.CharField(blank=True, max_length=80)),
                ("reason", models.TextField(blank=True)),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_verdicts",
                        to="exchange.stream",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "seq"), name="an_own_verdict_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Restoration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("kept_size", models.BigIntegerField()),
                ("backup_made_at", models.DateTimeField(blank=True, null=True)),
                ("found", models.TextField(blank=True)),
                ("actor", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("uuid", models.UUIDField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=31)),
                ("tag", models.CharField(blank=True, db_index=True, max_length=64)),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("destroyed_at", None), models.Q(("tag", ""), _negated=True)),
                        fields=("origin", "tag"),
                        name="one_living_key_a_subject",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Superseded",
            fields=[
                ("leaf", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.stream"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded",
                        to="exchange.record",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leaf", models.CharField(max_length=64, unique=True)),
                ("seq", models.BigIntegerField()),
                ("node_id", models.CharField(max_length=31)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("retention", "The agreed retention has ended"),
                            ("person", "The person concerned demanded it"),
                            ("order", "A court or an authority ordered it"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.TextField()),
                ("issued", models.DateTimeField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.stream"
                    ),
                ),
            ],
            options={
                "ordering": ["-issued", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Witnessed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tip_size", models.BigIntegerField(default=0)),
                ("tip_root", models.CharField(blank=True, max_length=64)),
                ("cosigned_note", models.TextField(blank=True)),
                ("cosigned_at", models.DateTimeField(blank=True, null=True)),
                ("history", models.PositiveIntegerField(default=1)),
                ("kept_size", models.BigIntegerField(default=0)),
                ("history_since", models.DateTimeField(blank=True, null=True)),
                ("knows", models.JSONField(blank=True, null=True)),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("handed_size", models.BigIntegerField(default=0)),
                ("next_call_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="witnessed",
                        to="trust.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["partner__node_id"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("origin", models.CharField(max_length=31)),
                ("size", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("wanted", "Not all here yet"), ("whole", "Here"), ("erased", "Erased")],
                        default="wanted",
                        max_length=6,
                    ),
                ),
                ("manifest", models.BinaryField(null=True)),
                ("noted_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(blank=True, null=True)),
                ("whole_at", models.DateTimeField(blank=True, null=True)),
                (
                    "subject_key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="exchange.subjectkey",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("sha256", "origin"), name="a_file_once_per_origin")
                ],
            },
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.CharField(db_index=True, max_length=64)),
                (
                    "tombstone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased",
                        to="exchange.tombstone",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tombstone", "hash"), name="erased_once_per_tombstone")
                ],
            },
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="exchange.attachment",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("attachment", "index"), name="a_chunk_once")],
            },
        ),
        migrations.CreateModel(
            name="Naming",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leaf", models.CharField(db_index=True, max_length=64)),
                ("place", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=200)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("carried_to", models.PositiveIntegerField(default=0)),
                ("erased", models.BooleanField(default=False)),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="namings",
                        to="exchange.attachment",
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.stream"
                    ),
                ),
            ],
            options={
                "ordering": ["leaf", "place"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("arrived_at", None), ("erased", False)),
                        fields=["stream"],
                        name="naming_under_way",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("leaf", "attachment"), name="a_file_once_per_record")
                ],
            },
        ),
        migrations.AddField(
            model_name="alarm",
            name="cleared_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="history",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="standing",
            field=models.CharField(
                choices=[
                    ("new", "Not proved yet"),
                    ("held", "Consistent with the others"),
                    ("closed", "Of a history that was closed"),
                    ("split", "Contradicts another head"),
                ],
                default="new",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="via",
            field=models.CharField(blank=True, max_length=31),
        ),
        migrations.AddField(
            model_name="stream",
            name="diverged_seq",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stream",
            name="own_receipted",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="record",
            name="effect",
            field=models.CharField(
                choices=[
                    ("none", "No effect here"),
                    ("applied", "Applied"),
                    ("awaiting", "Waits for the countersignature"),
                    ("quarantined", "In quarantine"),
                    ("dismissed", "Set aside by an operator"),
                ],
                default="none",
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="stream",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("frozen", "Frozen"),
                    ("recovering", "Recovering"),
                    ("closed", "Closed"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("verdict", "refused")), fields=["stored_at"], name="record_refused"
            ),
        ),
    ]
