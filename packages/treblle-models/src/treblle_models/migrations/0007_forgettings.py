import treblle_models.identity
import treblle_models.singlestore
from django.db import migrations, models


class Migration(migrations.Migration):
    """What learning is to forget for an erasure."""

    dependencies = [
        ('treblle_models', '0006_document_scores'),
    ]

    operations = [
        migrations.CreateModel(
            name='Forgetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=treblle_models.identity.new_uuid, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('project_uuid', models.UUIDField()),
                ('erasure_uuid', models.UUIDField()),
                ('endpoints', models.JSONField(default=list)),
                ('words', models.JSONField(default=list)),
                ('progress', models.CharField(choices=[('pending', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='pending', max_length=10)),
                ('part', models.CharField(choices=[('examples', 'Examples of the endpoints'), ('paths', 'Words in paths'), ('values', 'Words among values and names'), ('documents', 'Versions of the document'), ('drift', 'The drift log'), ('problems', 'Messages of problems')], default='examples', max_length=10)),
                ('position', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'forgettings',
                'indexes': [models.Index(fields=['erasure_uuid'], name='forgettings_erasure'), models.Index(fields=['progress', 'updated_at'], name='forgettings_due')],
                'constraints': [treblle_models.singlestore.TableStorage('reference', name='treblle_models_forgetting_storage')],
            },
        ),
    ]
