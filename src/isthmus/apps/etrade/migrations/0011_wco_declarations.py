from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("etrade", "0010_private_matching")]

    operations = [
        migrations.AlterField(
            model_name="target",
            name="form",
            field=models.CharField(
                choices=[
                    ("json", "JSON"),
                    ("csv", "Table (CSV)"),
                    ("wco", "WCO XML, declarations only"),
                ],
                max_length=4,
            ),
        ),
    ]
