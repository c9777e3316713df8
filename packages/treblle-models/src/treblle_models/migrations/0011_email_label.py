from django.db import migrations, models


class Migration(migrations.Migration):
    """Email is spelled one way."""

    dependencies = [("treblle_models", "0010_history_from")]

    operations = [
        migrations.AlterField(
            model_name="alertchannel",
            name="kind",
            field=models.CharField(
                choices=[
                    ("email", "Email"),
                    ("slack", "Slack"),
                    ("webhook", "Webhook"),
                    ("push", "Push message"),
                ],
                max_length=10,
            ),
        ),
    ]
