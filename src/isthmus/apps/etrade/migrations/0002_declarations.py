"""Declarations of both directions share the table that held those of exports."""

from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("etrade", "0002_records")]
    dependencies = [("etrade", "0001_initial")]
    operations = [migrations.RenameModel("ExportDeclaration", "Declaration")]
