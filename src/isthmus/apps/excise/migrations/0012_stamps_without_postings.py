"""Custody of stamps stands in the ledger alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("excise", "0011_stamps_into_the_ledger"),
    ]

    operations = [
        migrations.DeleteModel(name="StampPosting"),
    ]
