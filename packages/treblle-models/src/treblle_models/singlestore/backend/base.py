"""The connection."""

from django_singlestore.base import DatabaseWrapper as OfficialDatabaseWrapper

from treblle_models.singlestore.backend.features import DatabaseFeatures
from treblle_models.singlestore.backend.operations import DatabaseOperations
from treblle_models.singlestore.backend.schema import DatabaseSchemaEditor

COUNTED = ("AutoField", "BigAutoField", "SmallAutoField")


class DatabaseWrapper(OfficialDatabaseWrapper):
    """Numbers of rows are BIGINT whatever a model says: aggregators count in ranges far apart."""

    data_types = {**OfficialDatabaseWrapper.data_types, **dict.fromkeys(COUNTED, "bigint")}  # noqa: RUF012 (as Django has it)
    # Apart from the type, so that it stands where SingleStore's grammar wants it.
    data_types_suffix = dict.fromkeys(COUNTED, "AUTO_INCREMENT")
    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
