"""Masks the events of one project, by name and by form."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

import msgspec
from ahocorasick_rs import BytesAhoCorasick, Implementation
from msgspec.structs import replace

from treblle_etl.event import Event, SdkError
from treblle_etl.transform.masking import cards, forms, pairs
from treblle_etl.transform.masking.glance import Glance
from treblle_etl.transform.masking.names import Names
from treblle_etl.transform.masking.tree import MASK, ByName, changed

# Each holds some two megabytes; most projects ask for the same.
REMEMBERED_MASKERS = 32
LONGEST_JSON_TEXT = 1_000_000  # characters

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_UNESCAPED = {"n": "\n", "r": "\r", '"': '\\"', "\\": "\\"}

Rewrite = Callable[[str], str]
_encode = msgspec.json.Encoder().encode
_raw = msgspec.Raw
_decode = msgspec.json.Decoder().decode


class Shown(msgspec.Struct, frozen=True, gc=False):
    """A masked event; its headers and bodies as JSON already, or as they are in it."""

    event: Event
    request_headers: Any
    request_body: Any
    response_headers: Any
    response_body: Any


class Masker:
    """One look over the whole event in UTF-8 says which forms could be in it, mostly none; only
    then each text is looked at.
    """

    def __init__(self, own_names: Iterable[str] = (), *, emails: bool = False) -> None:
        self.names = Names(own_names)
        self._by_name = ByName(self.names)
        self._glance = Glance(self.names)
        self._forms: list[forms.Form | None] = []
        markers: list[bytes] = []
        for form in (*forms.FORMS, *((forms.EMAIL,) if emails else ())):
            for marker in form.markers:
                markers.append(marker.encode())
                self._forms.append(form)
        for marker in sorted(set(pairs.markers(self.names))):
            markers.append(marker.encode())
            self._forms.append(None)
        self._markers = BytesAhoCorasick(markers, implementation=Implementation.DFA)

    def event(self, event: Event) -> Event:
        """The event with everything hidden that must be; the original stays as it is."""
        return self.shown(event).event

    def shown(self, event: Event) -> Shown:
        """Likewise, with headers and bodies as JSON too, which was needed to look at them."""
        by_name = self._by_name
        # Of a request the body is short and often holds a password: walked at once.
        request_body = by_name.value(event.request_body)
        asked = _encode(request_body)
        response_body, answered, has_card = self._response_body(event.response_body)
        masked = replace(
            event,
            api_key="",
            request_headers=by_name.headers(event.request_headers),
            request_body=request_body,
            response_headers=by_name.headers(event.response_headers),
            response_body=response_body,
        )
        before, after = _encode(_before(event)), _encode(_after(event))
        beside = b",".join((before, after))
        if self._glance.may_be_named([event.query, event.server, event.language], beside):
            masked = replace(
                masked,
                query=by_name.value(event.query),
                server=by_name.value(event.server),
                language=by_name.value(event.language),
            )
            before, after = _encode(_before(masked)), _encode(_after(masked))
        asking, answering = _encode(masked.request_headers), _encode(masked.response_headers)
        rewrites = self._suspected(
            b",".join((before, asking, asked, answering, answered, after)),
            has_card or cards.may_be_in(b",".join((beside, asking, answering, asked))),
        )
        if rewrites:
            new = self._rewritten(masked, rewrites)
            bodies = new.request_body, new.response_body
            return Shown(new, new.request_headers, bodies[0], new.response_headers, bodies[1])
        return Shown(masked, _raw(asking), _raw(asked), _raw(answering), _raw(answered))

    def _response_body(self, body: Any) -> tuple[Any, bytes, bool]:
        """It masked by name, as JSON too, and whether it may hold a card's number."""
        data = _encode(body)
        if self._glance.may_be_named(body, data):
            masked = self._by_name.value(body)
            if masked is not body:
                data = _encode(masked)
            body = masked
        return body, data, cards.may_be_in(data)

    def value(self, value: Any) -> Any:
        """JSON of any kind, masked."""
        masked = self._by_name.value(value)
        rewrites = self._looked_at(_encode(masked))
        return self._changed(masked, rewrites) if rewrites else masked

    def text(self, text: str) -> str:
        return self._text(text, self._looked_at(_encode(text)))

    def _looked_at(self, data: bytes) -> list[Rewrite]:
        return self._suspected(data, cards.may_be_in(data))

    def _suspected(self, data: bytes, may_hold_card: bool) -> list[Rewrite]:
        """What must be done to the texts of this JSON; empty where nothing is to be hidden."""
        matches = self._markers.find_matches_as_indexes(data.lower(), overlapping=True)
        if not matches and not may_hold_card:
            return []
        text = _unescaped(data.decode())
        rewrites: list[Rewrite] = []
        found = {id(self._forms[index]): self._forms[index] for index, _, _ in matches}
        for form in found.values():
            if form is None:
                rewrites += (self._json_text, partial(pairs.hidden, names=self.names))
            elif form.pattern.search(text):
                rewrites.append(partial(forms.hidden, form=form))
        if may_hold_card and cards.are_in(text):
            rewrites.append(cards.hidden)
        return rewrites

    def _rewritten(self, masked: Event, rewrites: list[Rewrite]) -> Event:
        value = partial(self._changed, rewrites=rewrites)
        text = partial(self._text, rewrites=rewrites)
        return replace(
            masked,
            host=text(masked.host),
            path=text(masked.path),
            route=masked.route and text(masked.route),
            user_agent=text(masked.user_agent),
            query=value(masked.query),
            request_headers=value(masked.request_headers),
            request_body=value(masked.request_body),
            response_headers=value(masked.response_headers),
            response_body=value(masked.response_body),
            errors=tuple(_error(error, text) for error in masked.errors),
            sdk=text(masked.sdk),
            sdk_version=text(masked.sdk_version),
            server=value(masked.server),
            language=value(masked.language),
            customer_id=text(masked.customer_id),
            environment=text(masked.environment),
            sdk_instance=text(masked.sdk_instance),
        )

    def _changed(self, value: Any, rewrites: list[Rewrite]) -> Any:
        return changed(value, partial(self._text, rewrites=rewrites), _number)

    def _text(self, text: str, rewrites: list[Rewrite]) -> str:
        for rewrite in rewrites:
            text = rewrite(text)
        return text

    def _json_text(self, text: str) -> str:
        """A text that is a JSON object or list itself, masked as one."""
        if text[:1] not in ("{", "[") or len(text) > LONGEST_JSON_TEXT:
            return text
        try:
            inner = _decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
        masked = self._by_name.value(inner)
        return text if masked == inner else _encode(masked).decode()


@lru_cache(maxsize=REMEMBERED_MASKERS)
def masker_for(own_names: tuple[str, ...], emails: bool) -> Masker:
    """One for all projects that ask for the same: making one takes milliseconds."""
    return Masker(own_names, emails=emails)


# Whatever of an event could hold a secret beside headers and bodies, as it stands before and after
# them; uuids and times would only look like cards.
def _before(event: Event) -> tuple[Any, ...]:
    return event.host, event.path, event.route, event.user_agent, event.query


def _after(event: Event) -> tuple[Any, ...]:
    return (
        *(event.errors, event.server, event.language, event.sdk, event.sdk_version),
        *(event.customer_id, event.environment, event.sdk_instance),
    )


def _unescaped(text: str) -> str:
    """JSON's notation with white space as it is, so that words end where they end. Quotes stay."""
    return _ESCAPE.sub(lambda match: _UNESCAPED.get(match[1], " "), text) if "\\" in text else text


def _error(error: SdkError, text: Rewrite) -> SdkError:
    return replace(
        error,
        source=text(error.source),
        type=text(error.type),
        message=text(error.message),
        file=error.file and text(error.file),
    )


def _number(value: Any) -> Any:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return MASK if isinstance(whole, int) and cards.is_card(str(whole)) else value
