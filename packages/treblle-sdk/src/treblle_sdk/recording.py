"""One exchange while it happens: what every middleware tells of it, and nothing that can raise."""

from treblle_sdk.bodies import kind_of
from treblle_sdk.client import Client
from treblle_sdk.exchange import BodyCopy, Exchange, HeaderPairs, flat, header
from treblle_sdk.notices import Notices, shielded


class Recording:
    """Collects references while a request is answered; `finish` hands them over once."""

    __slots__ = ("_client", "_finished", "exchange", "whole")

    def __init__(self, client: Client, exchange: Exchange) -> None:
        self._client = client
        self._finished = False
        self.exchange = exchange
        # The response's last piece has been seen.
        self.whole = False

    @property
    def notices(self) -> Notices:
        return self._client.notices

    @property
    def finished(self) -> bool:
        return self._finished

    @property
    def wants_body(self) -> bool:
        """Whether the response's body is one to copy, as far as its headers say."""
        return self.exchange.response_body is not None

    @shielded
    def started(self, status: int, headers: HeaderPairs) -> None:
        """Status and headers are known; the size too, where they tell."""
        self._start(status, headers)

    def _start(self, status: int, headers: HeaderPairs) -> None:
        exchange = self.exchange
        exchange.status = status
        exchange.response_headers = flat(headers)
        exchange.stamp()
        if kind_of(header(exchange.response_headers, "content-type")) == "json":
            exchange.response_body = BodyCopy(self._client.options.body_limit_bytes)

    @shielded
    def answered(self, status: int, headers: HeaderPairs, content: bytes) -> None:
        """The whole response is there at once."""
        self._start(status, headers)
        self._pass(content)
        self.whole = True

    @shielded
    def passed(self, chunk: bytes) -> None:
        """A piece of the response's body is there."""
        self._pass(chunk)

    def _pass(self, chunk: bytes) -> None:
        exchange = self.exchange
        exchange.response_size_bytes = (exchange.response_size_bytes or 0) + len(chunk)
        if exchange.response_body is not None:
            exchange.response_body.add(chunk)
        exchange.stamp()

    @shielded
    def left_alone(self) -> None:
        """The body goes out without being looked at; its size is what the headers say."""
        length = header(self.exchange.response_headers, "content-length")
        self.exchange.response_size_bytes = int(length) if length.isdigit() else None
        self.exchange.response_body = None
        self.exchange.streamed = True

    @shielded
    def raised(self, error: BaseException) -> None:
        """The application raised, and something else makes a response of it."""
        self.exchange.note(error)

    @shielded
    def failed(self, error: BaseException) -> None:
        """The application raised where the rest of a response should have come."""
        if not self.whole:
            self.exchange.stamp()
            self.exchange.fail(error)
        elif not self._finished:
            self.raised(error)

    @shielded
    def identify(self, request: object) -> None:
        """Ask the host's hook who made the request."""
        if self._client.options.customer_id is not None:
            self.exchange.customer_id = self._client.options.customer_id(request)

    @shielded
    def finish(self) -> None:
        """Hand it over, once; a body that was not `whole` by then is not to be read."""
        if not self._finished:
            self._finished = True
            self.exchange.broken_off |= not self.whole
            self._client.record(self.exchange)
