from django.db import migrations, models


class Migration(migrations.Migration):
    """Where moving the history of merged endpoints began, so that its share done can be told."""

    dependencies = [("treblle_models", "0009_forgettings_of_findings")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="history_from",
            field=models.DateTimeField(null=True),
        ),
    ]
