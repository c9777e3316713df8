"""`uvicorn treblle_intake.asgi:application`: the intake as the environment sets it."""

import logging.config
import sys

from treblle_service.conf import Environment
from treblle_service.settings import log_config

from treblle_intake.application import Intake
from treblle_intake.settings import read

# A put lets go of the interpreter some ten times, and each time a busy event loop would keep it for
# the 5 ms that are Python's default, with everybody who waits for that put.
SWITCH_INTERVAL_S = 0.0005

sys.setswitchinterval(SWITCH_INTERVAL_S)
environment = Environment()
logging.config.dictConfig(log_config(environment))
application = Intake(read(environment))
