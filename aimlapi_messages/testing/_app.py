"""The Starlette application: routes, authentication, and the way from a request to its answer.

The rules live elsewhere: bodies in `_checks.py` and `_validation.py`, answers in `_answers.py`, errors in
`_errors.py`, streams in `_sse.py`, and what a test may ask for in `_switches.py`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ._answers import answer, make_id
from ._checks import check_body, check_nulls
from ._delivery import event_stream, json_answer, stand_in
from ._document import load_document
from ._errors import (
    BILLING_URL,
    JSON_CONTENT_TYPE,
    KEYS_URL,
    PROBLEM_CONTENT_TYPE,
    GatewayError,
    Issue,
    invalid_request,
)
from ._json import as_object, dump_json, kind_of
from ._media import read_media
from ._messages import Completion, legacy_message, native_message
from ._models import Model, find_model, upstream_id
from ._prices import cost_of, count_request
from ._request import read_request
from ._script import Script
from ._sse import legacy_stream, native_stream
from ._state import Exchange, LargeBody, State
from ._switches import Switches, read_switches
from ._validation import find_issues

MAX_BODY_BYTES = 32 * 1024 * 1024
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_ALLOWED = {"/v1/messages": "POST", "/messages": "POST", "/docs-public-yaml": "GET, HEAD"}
_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_EXPOSED = "x-inference-id, x-client-request-id, x-aimlapi-credits-used, x-aimlapi-usd-spent"
_logger = logging.getLogger("aimlapi_messages.testing")

_Handler = Callable[[Exchange, Switches], Response]


def create_app(*, document: str | Path | None = None, balance: Decimal | float = 10) -> Starlette:
    """The emulator as an ASGI application; its `state.emulator` holds what it remembers, `state.script` its script.

    `document` is an OpenAPI file, this project's own by default; `balance` is in US dollars. Raises OSError
    or ValueError for an unusable document, and ValueError for a negative balance.
    """
    gateway = _Gateway(State(load_document(document), balance))
    app = Starlette(
        routes=[
            Route("/v1/messages", gateway.endpoint(gateway.create_message), methods=["POST"]),
            Route("/messages", gateway.endpoint(gateway.create_message), methods=["POST"]),
            Route("/docs-public-yaml", gateway.endpoint(gateway.get_document), methods=["GET"]),
            Route("/{path:path}", gateway.endpoint(gateway.refuse_path), methods=_METHODS),
        ],
        exception_handlers={405: gateway.refuse_unrouted},
    )
    app.state.emulator = gateway.state
    app.state.script = gateway.script
    return app


class _Gateway:
    """The handlers: from an exchange and its switches to a response, or to a GatewayError."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.script = Script()

    def endpoint(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        """What all endpoints share: recording, failures that are asked for, error bodies, the request id."""

        async def run(request: Request) -> Response:
            raw, too_large = await _read_body(request)
            exchange = self.state.receive(
                request.method,
                request.url.path,
                request.url.query,
                request.headers.items(),
                raw,
                too_large=too_large,
            )
            step = self.script.take() if handler == self.create_message else {}
            asked = {**step, **exchange.headers}
            switches = Switches(legacy=asked.get("x-emulator-shape") == "legacy")
            try:
                switches = read_switches(asked)
                self._fail_if_asked(switches)
                response = handler(exchange, switches)
            except GatewayError as error:
                response = _error_response(error, exchange, legacy=switches.legacy)
            except Exception as error:
                _logger.exception("the emulator failed on %s %s", exchange.method, exchange.path)
                failure = GatewayError(500, f"The emulator itself failed with {type(error).__name__}.")
                response = _error_response(failure, exchange, legacy=switches.legacy)
            response.headers["x-request-id"] = exchange.request_id
            client_id = exchange.headers.get("x-client-request-id", "")
            if _CLIENT_REQUEST_ID.fullmatch(client_id):
                response.headers["x-client-request-id"] = client_id
            return response

        return run

    def _fail_if_asked(self, switches: Switches) -> None:
        failure = switches.failure
        if failure is not None and self.state.should_fail(failure, switches.key):
            issues = [Issue("messages", "A failure that was asked for")] if failure.status == 400 else []
            raise GatewayError(failure.status, issues=issues, headers=failure.headers)

    def refuse_path(self, exchange: Exchange, switches: Switches) -> Response:
        """Any path that is not served, and any method that a path does not take."""
        raise GatewayError(404, f"Cannot {exchange.method} {exchange.path}")

    def refuse_method(self, exchange: Exchange, switches: Switches) -> Response:
        """A method that HTTP's usual ones are not among."""
        if exchange.path not in _ALLOWED:
            return self.refuse_path(exchange, switches)
        headers = {"allow": _ALLOWED[exchange.path]}
        raise GatewayError(405, f"Cannot {exchange.method} {exchange.path}", headers=headers)

    async def refuse_unrouted(self, request: Request, error: Exception) -> Response:
        """What no route takes, which Starlette would answer in plain text."""
        return await self.endpoint(self.refuse_method)(request)

    def get_document(self, exchange: Exchange, switches: Switches) -> Response:
        """The document that the emulator implements, or 304 when the caller has it already."""
        document = self.state.document
        headers = {"etag": document.etag, "content-type": "application/yaml"}
        known = [tag.strip() for tag in exchange.headers.get("if-none-match", "").split(",")]
        if "*" in known or document.etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in known]:
            return Response(status_code=304, headers={"etag": document.etag})
        return Response(document.source, headers=headers)

    def create_message(self, exchange: Exchange, switches: Switches) -> Response:
        """Create a message, as JSON or as a stream."""
        _authenticate(exchange)
        body = _parse_body(exchange)
        model = self._validate(body)
        if self.state.credits <= 0:
            raise GatewayError(403, f"Your account is out of funds. Top it up at {BILLING_URL}")
        streams = body.get("stream") is True
        if switches.stream.body in ("html", "empty"):
            return stand_in(switches.stream, switches.status, stream=streams)
        completion = self._complete(exchange, body, model, switches.wrong_calls)
        self.state.charge(completion.cost)
        if streams and switches.stream.body != "json":
            events = legacy_stream(completion) if switches.legacy else native_stream(completion)
            response = event_stream(events, switches.stream, switches.status)
        else:
            message = legacy_message(completion) if switches.legacy else native_message(completion)
            response = json_answer(dump_json(message), switches.stream, switches.status)
            response.headers["x-aimlapi-credits-used"] = str(completion.cost.credits)
            response.headers["x-aimlapi-usd-spent"] = completion.cost.usd_text
        response.headers["x-inference-id"] = exchange.inference_id
        response.headers["access-control-expose-headers"] = _EXPOSED
        return response

    def _validate(self, body: dict[str, Any]) -> Model:
        """The model asked for. Raises GatewayError 400 for an invalid body and 404 for an unknown model."""
        document = self.state.document
        nulls = check_nulls(body, document.message_fields)
        issues = nulls or find_issues(document.message_validator, body) or check_body(body)
        if issues:
            raise invalid_request(issues)
        model = find_model(body["model"], document.model_ids)
        if model is None:
            raise GatewayError(404, f"No endpoint serves the model {body['model'][:100]}")
        return model

    def _complete(self, exchange: Exchange, body: dict[str, Any], model: Model, wrong_calls: int) -> Completion:
        media, issues = read_media(body["messages"])
        if issues:
            raise invalid_request(issues)
        reply = answer(read_request(body, media), wrong_calls=wrong_calls)
        cache = self.state.cache.use(body)
        input_tokens = count_request(body, [one.image for one in media if one.image]) - cache.tokens
        return Completion(
            id=make_id("msg_01", f"message:{exchange.number}"),
            model=upstream_id(body["model"]),
            answer=reply,
            input_tokens=input_tokens,
            output_tokens=reply.output_tokens,
            cache=cache,
            cost=cost_of(model, input_tokens, reply.output_tokens, cache),
            created=int(exchange.time.timestamp()),
        )


async def _read_body(request: Request) -> tuple[bytes, LargeBody | None]:
    """The body, or nothing and its size and hash when it is over the limit. It is read to its end either way,
    so that the caller, who is still sending, gets to see the answer."""
    chunks: list[bytes] = []
    size = 0
    digest = hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        digest.update(chunk)
        if size > MAX_BODY_BYTES:
            chunks.clear()
        else:
            chunks.append(chunk)
    return b"".join(chunks), LargeBody(size, digest.hexdigest()) if size > MAX_BODY_BYTES else None


def _authenticate(exchange: Exchange) -> None:
    """Accept any key but those that a test marks by their first letters. Raises GatewayError 401, 403."""
    scheme, _, bearer = exchange.headers.get("authorization", "").strip().partition(" ")
    key = bearer.strip() if scheme.lower() == "bearer" else ""
    key = key or exchange.headers.get("x-api-key", "").strip()
    if not key:
        raise GatewayError(401, f"An API key is needed and none was given. Keys: {KEYS_URL}")
    if key.startswith("invalid"):
        raise GatewayError(401)
    if key.startswith("broke"):
        raise GatewayError(403)


def _parse_body(exchange: Exchange) -> dict[str, Any]:
    """The JSON object of the body. Raises GatewayError 413 or 400."""
    if exchange.too_large:
        raise GatewayError(413)
    try:
        body = json.loads(exchange.raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise invalid_request([Issue("", "Expected JSON in UTF-8, received something else")]) from error
    if not isinstance(body, dict):
        raise invalid_request([Issue("", f"Expected object, received {kind_of(body)}")])
    return as_object(body)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _error_response(error: GatewayError, exchange: Exchange, *, legacy: bool) -> Response:
    write = error.legacy if legacy else error.problem
    body = write(path=exchange.path, request_id=exchange.request_id, timestamp=exchange.timestamp)
    response = Response(dump_json(body), error.status, error.headers)
    response.headers["content-type"] = JSON_CONTENT_TYPE if legacy else PROBLEM_CONTENT_TYPE
    return response
