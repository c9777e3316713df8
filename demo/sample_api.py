"""The sample API: a Django project that knows nothing of the demo, with the PyPI SDK in it."""

import sys
from typing import Final

from demo.account import Account
from demo.sdk_gateway import SdkGateway
from embedded.keeper import Process
from embedded.readiness import listens
from embedded.surroundings import ROOT, inherited

HOST: Final = "127.0.0.1"
FOLDER: Final = ROOT / "examples" / "django_api"


def process(port: int, account: Account, gateway: SdkGateway) -> Process:
    address = f"{HOST}:{port}"
    keys = {"TREBLLE_SDK_TOKEN": account.api_key, "TREBLLE_API_KEY": account.project_id}
    return Process(
        name="sample-api",
        command=(sys.executable, "manage.py", "runserver", "--noreload", address),
        environment=inherited() | keys | gateway.python_environment(),
        folder=FOLDER,
        after=("intake",),
        # What it says at its start is for those who start it by hand.
        quiet=True,
        ready=listens(HOST, port),
        says_when_ready=f"ready at http://{address}",
    )
