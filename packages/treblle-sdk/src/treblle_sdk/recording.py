"""One exchange while it happens: what every middleware tells of it, and nothing that can raise."""

from treblle_sdk.bodies import kind_of
from treblle_sdk.client import Client
from treblle_sdk.exchange import BodyCopy, Exchange, HeaderPairs, by_name, flat, header
from treblle_sdk.notices import Notices, shielded
from treblle_sdk.options import CustomerId


class Recording:
    """Notes what passes while a request is answered; `finish` hands it over once.

    What a middleware calls outside of its own shielded methods raises nothing.
    """

    __slots__ = ("_client", "_finished", "_response", "exchange", "request", "whole")

    def __init__(self, client: Client, exchange: Exchange, *, with_request_body: bool) -> None:
        self._client = client
        self._finished = False
        self._response: BodyCopy | None = None
        self.exchange = exchange
        # The request's body on its way; None where it is not one to report.
        self.request = BodyCopy(client.options.body_limit_bytes) if with_request_body else None
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
        return self._response is not None

    def started(self, status: int, headers: HeaderPairs) -> None:
        """Status and headers are known; the size too, where they tell."""
        if self._start(status, headers):
            self._response = BodyCopy(self._client.options.body_limit_bytes)
        self.exchange.stamp()

    def _start(self, status: int, headers: HeaderPairs) -> bool:
        """Whether the body is one to report."""
        exchange = self.exchange
        exchange.status = status
        exchange.response_headers = flat(headers)
        return kind_of(header(headers, "content-type")) == "json"

    def answered(self, status: int, headers: HeaderPairs, content: bytes) -> None:
        """The whole response is there at once."""
        exchange = self.exchange
        exchange.stamp()
        size_bytes = exchange.response_size_bytes = len(content)
        self.whole = True
        if self._start(status, headers):
            exchange.response_body_bytes = size_bytes
            is_kept = size_bytes <= self._client.options.body_limit_bytes
            exchange.response_body = content if is_kept else b""

    @shielded
    def passed(self, chunk: bytes) -> None:
        """A piece of the response's body is there."""
        exchange = self.exchange
        exchange.response_size_bytes = (exchange.response_size_bytes or 0) + len(chunk)
        if self._response is not None:
            self._response.add(chunk)
        exchange.stamp()

    def left_alone(self) -> None:
        """The body goes out without being looked at; its size is what the headers say."""
        lengths = by_name(self.exchange.response_headers).get("content-length", [""])
        self.exchange.response_size_bytes = int(lengths[0]) if lengths[0].isdigit() else None
        self._response = None
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

    def identify(self, request: object) -> None:
        """Ask the host's hook, where it has one, who made the request."""
        if self._client.options.customer_id is not None:
            self._ask(self._client.options.customer_id, request)

    @shielded
    def _ask(self, customer_id: CustomerId, request: object) -> None:
        self.exchange.customer_id = customer_id(request)

    @shielded
    def finish(self) -> None:
        """Hand it over, once; a body that was not `whole` by then is not to be read."""
        if not self._finished:
            self.hand_over()

    def hand_over(self) -> None:
        """`finish` for who is shielded and knows that it was not called yet."""
        self._finished = True
        exchange, request, response = self.exchange, self.request, self._response
        if not self.whole:
            exchange.broken_off = True
        if request is not None:
            exchange.request_body = request.content()
            exchange.request_body_bytes = request.size_bytes
        if response is not None:
            exchange.response_body = response.content()
            exchange.response_body_bytes = response.size_bytes
        self._client.record(exchange)
