"""What the server can do, where that differs from what the official backend says of it."""

from django_singlestore.features import DatabaseFeatures as OfficialDatabaseFeatures


class DatabaseFeatures(OfficialDatabaseFeatures):
    # Datetimes are kept in UTC without their zone and are aware on this side.
    supports_timezones = True
    supports_stored_generated_columns = True
    supports_virtual_generated_columns = False
