"""How long the ETL keeps what is no request: read from the environment, in days."""

from treblle_service.conf import BadSetting, Environment


def keep_days(env: Environment) -> dict[str, int]:
    """By the names of `purge.Keep`."""
    days = {
        "raw_days": env.integer(
            "RAW_RETENTION_DAYS", 3, minimum=1, help="days that raw objects are kept, for replay"
        ),
        "ledger_days": env.integer(
            "LEDGER_RETENTION_DAYS",
            14,
            minimum=2,
            help="days that the ledger knows an object; more than RAW_RETENTION_DAYS",
        ),
        "dead_letter_days": env.integer(
            "DEAD_LETTER_RETENTION_DAYS", 14, minimum=1, help="days that dead letters are kept"
        ),
        "minute_days": env.integer(
            "ROLLUP_MINUTE_DAYS", 15, minimum=1, help="days that numbers by minute are kept"
        ),
        "hour_days": env.integer(
            "ROLLUP_HOUR_DAYS", 120, minimum=1, help="days that numbers by hour are kept"
        ),
        "day_days": env.integer(
            "ROLLUP_DAY_DAYS", 1100, minimum=32, help="days that numbers by day are kept"
        ),
    }
    if days["ledger_days"] <= days["raw_days"]:
        raise BadSetting("LEDGER_RETENTION_DAYS", "must be more than RAW_RETENTION_DAYS")
    return days
