from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["unique_key", "state"], name="jobs_by_key"),
        ),
    ]
