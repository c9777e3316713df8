from django.db import migrations, models


class Migration(migrations.Migration):
    """What a project does not want taken in is counted beside what was stored."""

    dependencies = [("treblle_models", "0003_test_deliveries")]

    operations = [
        migrations.AddField(
            model_name="sdkhour",
            name="unwanted",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
    ]
