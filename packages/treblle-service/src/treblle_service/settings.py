"""The settings that several deployables share, read in one place so that names never differ."""

from treblle_service.conf import BadSetting, Environment
from treblle_service.sealed_frames import DetailsKeys

STORE_SCHEMES = ("file", "s3")


def raw_store_url(env: Environment) -> str:
    return env.url(
        "RAW_STORE_URL",
        schemes=STORE_SCHEMES,
        help="where raw objects lie, file:///folder or s3://bucket/prefix; for intake and ETL only",
    )


def details_store_url(env: Environment) -> str:
    return env.url(
        "DETAILS_STORE_URL",
        schemes=STORE_SCHEMES,
        help="where the masked details of requests lie, file:///folder or s3://bucket/prefix",
    )


def details_keys(env: Environment) -> DetailsKeys:
    """The keys that seal and unseal details; without one they are compressed but not sealed."""
    name = "DETAILS_KEYS"
    keys = env.secret(
        name,
        "",
        help="keys, separated by commas, each of 32 random characters or more, the same for ETL,"
        " platform and API: the first encrypts details by project, all decrypt; unset: no encryption",
    )
    try:
        return DetailsKeys([key.strip() for key in keys.split(",") if key.strip()])
    except ValueError as error:
        raise BadSetting(name, f"the value given does not do: {error}") from None


def events_url(env: Environment) -> str:
    return env.url(
        "EVENTS_URL",
        schemes=("redis", "rediss", "sqs"),
        help="the queue that tells of raw objects: redis://host:port/db or sqs://host/account/name",
    )


def second_factor_key(env: Environment) -> str:
    """Empty where it is not set: then no second factor can be given to the API."""
    return env.secret(
        "SECOND_FACTOR_KEY",
        "",
        help="50 random characters, the same for platform and API: seals second factors, so that"
        " both can check them",
    )


def log_config(env: Environment) -> dict[str, object]:
    from treblle_service import logs

    format = env.text("LOG_FORMAT", "text", help="text for a terminal, json for machines")
    level = env.text("LOG_LEVEL", "info", help="debug, info, warning or error")
    if format not in logs.FORMATS:
        raise SystemExit(f"LOG_FORMAT: {format!r} does not do: it is one of text, json")
    if level.lower() not in ("debug", "info", "warning", "error"):
        raise SystemExit(f"LOG_LEVEL: {level!r} does not do: debug, info, warning or error")
    return logs.config(format=format, level=level)
