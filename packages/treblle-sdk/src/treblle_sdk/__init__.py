"""What a customer installs in an API: it reports each request to Treblle and never slows it.

Take the middleware of your framework: `treblle_sdk.django`, `treblle_sdk.wsgi` (Flask and other
WSGI applications) or `treblle_sdk.asgi` (FastAPI, Starlette and other ASGI applications).
"""

from treblle_sdk.options import Options

__all__ = ["Options"]
