from django.db import migrations, models


class Migration(migrations.Migration):
    """What checks found, anomalies came by and alerts said is forgotten too."""

    dependencies = [("treblle_models", "0008_forgettings_end")]

    operations = [
        migrations.AlterField(
            model_name="forgetting",
            name="part",
            field=models.CharField(
                choices=[
                    ("examples", "Examples of the endpoints"),
                    ("paths", "Words in paths"),
                    ("values", "Words among values and names"),
                    ("documents", "Versions of the document"),
                    ("drift", "The drift log"),
                    ("problems", "Messages of problems"),
                    ("project", "What checks found on the project"),
                    ("checks", "What checks found on endpoints"),
                    ("anomalies", "What anomalies came by"),
                    ("alerts", "Alerts that were sent"),
                ],
                default="examples",
                max_length=10,
            ),
        ),
    ]
