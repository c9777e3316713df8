import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A channel is tried out by a delivery that has no alert."""

    dependencies = [("treblle_models", "0002_day_indexes")]

    operations = [
        migrations.AlterField(
            model_name="alertdelivery",
            name="alert",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="treblle_models.alert",
            ),
        ),
        migrations.AlterField(
            model_name="alertdelivery",
            name="event",
            field=models.CharField(
                choices=[("opened", "Opened"), ("closed", "Back to normal"), ("test", "Test")],
                max_length=10,
            ),
        ),
    ]
