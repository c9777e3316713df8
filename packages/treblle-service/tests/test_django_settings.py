"""URLs in the environment become Django's settings; plain HTTP and open hosts must be said."""

import pytest
from treblle_service.conf import BadSetting, Environment
from treblle_service.django import settings as builders

SECURE = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "app.example"}


def test_sqlite_waits_for_the_lock_at_the_start_of_a_transaction_and_writes_ahead() -> None:
    config = builders.database(Environment({"DATABASE_URL": "sqlite:////tmp/x.db"}))
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]


def test_mysql_speaks_all_of_unicode_and_keeps_the_parts_of_its_url() -> None:
    url = "mysql://me:p%40ss@db.example:3307/treblle"
    config = builders.database(Environment({"DATABASE_URL": url}))
    assert config["OPTIONS"]["charset"] == "utf8mb4"
    assert (config["USER"], config["PASSWORD"]) == ("me", "p@ss")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 3307, "treblle")


def test_a_database_url_that_cannot_be_read_is_named_and_not_quoted() -> None:
    with pytest.raises(BadSetting) as refused:
        builders.database(Environment({"DATABASE_URL": "mysql://me:x@db:hunter2/treblle"}))
    assert str(refused.value).startswith("DATABASE_URL: ")
    assert "hunter2" not in str(refused.value)


def test_https_is_the_default() -> None:
    settings = builders.security(Environment(SECURE))
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_plain_http_works_once_it_is_said() -> None:
    settings = builders.security(Environment(SECURE | {"INSECURE_HTTP": "1"}))
    assert settings["SESSION_COOKIE_SECURE"] is False
    assert "SECURE_SSL_REDIRECT" not in settings


def test_any_host_is_refused_in_production() -> None:
    with pytest.raises(BadSetting, match="ALLOWED_HOSTS"):
        builders.security(Environment(SECURE | {"ALLOWED_HOSTS": "*"}))


def test_a_secret_key_has_no_default() -> None:
    with pytest.raises(BadSetting, match="SECRET_KEY: is not set"):
        builders.security(Environment({"ALLOWED_HOSTS": "app.example"}))


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("file:///var/mail", "django.core.mail.backends.filebased.EmailBackend"),
        ("smtp+tls://me:secret@mail.example:587", "django.core.mail.backends.smtp.EmailBackend"),
        ("consolemail:", "django.core.mail.backends.console.EmailBackend"),
        ("anymail+postmark:", "anymail.backends.postmark.EmailBackend"),
    ],
)
def test_mail_goes_where_its_url_says(url: str, backend: str) -> None:
    assert builders.email(Environment({"EMAIL_URL": url}))["EMAIL_BACKEND"] == backend


def test_a_task_ends_before_it_is_given_to_another_worker() -> None:
    env = {"BROKER_URL": "redis://broker:6379/0", "TASK_VISIBILITY_TIMEOUT_S": "60"}
    settings = builders.celery(Environment(env))
    assert settings["task_acks_late"] is True
    assert settings["task_time_limit"] < settings["broker_transport_options"]["visibility_timeout"]
