"""Settings of what leaves the platform: mail in a folder."""

from treblle_service.conf import Environment


def mailbox_is_shown(env: Environment) -> bool:
    return env.flag(
        "SHOW_MAILBOX",
        False,
        help="show all mail that lies in the folder of EMAIL_URL to whoever is logged in:"
        " demos only",
    )
