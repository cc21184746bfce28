"""Rates of duty count from a day; those that were there before count from ever."""

from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("etrade", "0008_targets")]

    operations = [
        migrations.AlterModelOptions(name="dutyrate", options={"ordering": ["hs_code", "-day"]}),
        migrations.AlterField(model_name="dutyrate", name="hs_code", field=models.CharField(max_length=6)),
        migrations.AddField(
            model_name="dutyrate",
            name="day",
            field=models.DateField(default=date(1900, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="dutyrate",
            constraint=models.UniqueConstraint(fields=("hs_code", "day"), name="a_duty_once_a_day"),
        ),
        migrations.AlterField(
            model_name="referencefile",
            name="sort",
            field=models.CharField(
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
    ]
