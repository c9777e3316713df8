import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How far history has followed a correction, and problems that turned out to be others."""

    dependencies = [("treblle_models", "0004_sdk_hours_unwanted")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="recount_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="merged_into",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="treblle_models.problem",
            ),
        ),
    ]
