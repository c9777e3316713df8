"""`uvicorn treblle_intake.asgi:application`: the intake as the environment sets it."""

import logging.config

from treblle_service.conf import Environment
from treblle_service.settings import log_config

from treblle_intake.application import Intake
from treblle_intake.settings import read

environment = Environment()
logging.config.dictConfig(log_config(environment))
application = Intake(read(environment))
