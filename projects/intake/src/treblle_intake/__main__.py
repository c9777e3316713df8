"""`python -m treblle_intake`: the intake on uvicorn, at INTAKE_HOST and INTAKE_PORT."""

import uvicorn
from treblle_service.conf import Environment

from treblle_intake.settings import listen_on

# Connections that wait to be accepted while a burst is being answered.
BACKLOG = 4096
KEEP_ALIVE_S = 75
# Longer than a client may take to send its body and the store to take an object.
STOP_WITHIN_S = 45


def main() -> None:
    host, port = listen_on(Environment())
    uvicorn.run(
        "treblle_intake.asgi:application",
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",  # of uvicorn alone: the intake itself says when it starts and stops
        access_log=False,
        proxy_headers=False,  # INTAKE_TRUSTED_PROXIES says whose word counts
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )


if __name__ == "__main__":
    main()
