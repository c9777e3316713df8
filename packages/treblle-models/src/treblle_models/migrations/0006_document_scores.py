import django.db.models.deletion
import treblle_models.singlestore
from django.db import migrations, models


class Migration(migrations.Migration):
    """A score for each version of a document, however many there were on a day."""

    dependencies = [
        ('treblle_models', '0005_followed_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='EndpointDocumentScore',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('value', models.FloatField()),
                ('groups', models.JSONField(default=dict)),
                ('scored_at', models.DateTimeField()),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='treblle_models.apidocument')),
                ('endpoint', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='document_scores', to='treblle_models.endpoint')),
                ('project', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='treblle_models.project')),
            ],
            options={
                'db_table': 'endpoint_document_scores',
                'constraints': [models.UniqueConstraint(fields=('project', 'document', 'endpoint'), name='endpoint_document_scores_version'), treblle_models.singlestore.ShardKey('project', name='treblle_models_endpointdocumentscore_shard_key')],
            },
        ),
        migrations.CreateModel(
            name='ProjectDocumentScore',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('value', models.FloatField()),
                ('groups', models.JSONField(default=dict)),
                ('scored_at', models.DateTimeField()),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='treblle_models.apidocument')),
                ('project', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='treblle_models.project')),
            ],
            options={
                'db_table': 'project_document_scores',
                'constraints': [models.UniqueConstraint(fields=('project', 'document'), name='project_document_scores_version'), treblle_models.singlestore.ShardKey('project', name='treblle_models_projectdocumentscore_shard_key')],
            },
        ),
    ]
