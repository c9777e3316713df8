from django.db import migrations, models


class Migration(migrations.Migration):
    """Orders to forget are tried a number of times, then they have failed."""

    dependencies = [("treblle_models", "0007_forgettings")]

    operations = [
        migrations.AddField(
            model_name="forgetting",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="forgetting",
            name="next_attempt_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="forgetting",
            name="error",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
