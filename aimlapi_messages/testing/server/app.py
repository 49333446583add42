"""The Starlette application: the routes, and what every operation shares: authentication, parsing, errors.

The operations are in `operations.py`, the errors in `faults/errors.py`, and the failures a test can ask for in
`faults/switches.py`.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..account.batches import Results
from ..account.keys import authenticate
from ..account.state import Exchange, State
from ..document.json_values import as_object, as_text, dump_json, json_type
from ..document.query import read_query
from ..faults.errors import JSON_CONTENT_TYPE, PROBLEM_CONTENT_TYPE, STATUSES, GatewayError, Issue, invalid_request
from ..faults.switches import read_switches
from .delivery import Delivery, json_answer
from .operations import OPERATIONS, Operation

_COMMON_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_logger = logging.getLogger("aimlapi_messages.testing")


class Gateway:
    """Answers the requests to one account."""

    def __init__(self, state: State) -> None:
        self.state = state

    def app(self) -> Starlette:
        """The application, with a route for each path of each operation."""
        routes = [
            Route(path, self._endpoint(operation), methods=[operation.method])
            for operation in OPERATIONS
            for path in operation.paths
        ]
        app = Starlette(routes=routes, exception_handlers={404: self.refuse, 405: self.refuse})
        app.router.redirect_slashes = False
        return app

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Answer 404, or 405 for an uncommon method on a known path."""
        headers = error.headers if isinstance(error, HTTPException) else None

        def answer(state: State, exchange: Exchange) -> Response:
            problem = f"Cannot {exchange.method} {exchange.path}"
            if headers is None or exchange.method in _COMMON_METHODS:
                raise GatewayError(404, problem)
            raise GatewayError(405, problem, headers={"allow": ", ".join(sorted(headers["Allow"].split(", ")))})

        return await self._endpoint(Operation("", request.method, answer, (), "open"))(request)

    def _endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """The Starlette endpoint of an operation."""

        async def run(request: Request) -> Response:
            exchange = await _read(request)
            response = self._respond(operation, exchange)
            response.headers["x-request-id"] = exchange.request_id
            if exchange.client_request_id is not None:
                response.headers["x-client-request-id"] = exchange.client_request_id
            return response

        return run

    def _respond(self, operation: Operation, exchange: Exchange) -> Response:
        is_message = operation.id == "create_message"
        try:
            self.state.receive(exchange)
            scripted = self.state.script.take() if is_message else {}
            exchange.switches = read_switches({**scripted, **exchange.headers})
            self.state.fail_if_asked(exchange.switches)
            response = self._answer(operation, exchange)
            if isinstance(response, Delivery) and response.unreached:
                self.state.script.unreached.append(f"x-emulator-stream: {response.unreached}")
            return response
        except GatewayError as error:
            failure = error
        except sqlite3.Error as error:  # a full disk, for one
            failure = self._unstored(error)
        except RecursionError:  # of what checks the body or answers it, within the limits of JSON itself
            failure = invalid_request([Issue("", "Expected JSON that is nested less deeply")])
        except Exception as error:
            _logger.exception("the emulator failed on %s %s", exchange.method, exchange.path)
            failure = GatewayError(500, f"The emulator itself failed with {type(error).__name__}.")
        if is_message and failure.status != 401:  # without a valid key, no account logs the call
            body = exchange.body or as_object(self.state.requests[-1].body)
            try:
                self.state.record(exchange, as_text(body.get("model")) or "unknown", None)
            except sqlite3.Error as error:
                failure = self._unstored(error)
        return _error_response(failure, exchange)

    def _unstored(self, error: sqlite3.Error) -> GatewayError:
        """The error of what the database does not take."""
        with suppress(sqlite3.Error):
            self.state.roll_back()
        return GatewayError(500, f"The emulator cannot use its database: {error}.")

    def _answer(self, operation: Operation, exchange: Exchange) -> Response:
        if operation.access != "open":
            authenticate(self.state, exchange)
        if operation.access == "management" and not exchange.is_management:
            raise GatewayError(403, "This needs a management key.")
        if operation.id in self.state.throttles:
            self.state.throttles[operation.id].check(exchange.key_prefix)
        exchange.query = read_query(self.state.document, operation.id, exchange.query_string)
        if operation.body == "required" or (operation.body == "optional" and exchange.raw):
            exchange.body = self.state.threads.expand(_parse_body(exchange, operation.most_bytes))
        if operation.body != "none" and (issues := operation.check(self.state.document, exchange.body)):
            raise invalid_request(issues)
        answer = operation.answer(self.state, exchange)
        clauses, status = exchange.switches.stream, exchange.switches.status
        match answer:
            case Response():
                return answer
            case Results():
                return Delivery(answer.parts, clauses, status, answer.content_type)
            case _:
                return json_answer(answer, clauses, status)


async def _read(request: Request) -> Exchange:
    """The request with its body, of which there is one copy."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
    headers, url = dict(request.headers.items()), request.url
    return Exchange(request.method, url.path, headers, body, query_string=url.query, parameters=request.path_params)


def _parse_body(exchange: Exchange, most_bytes: int) -> dict[str, Any]:
    """The JSON object of a body, whose bytes are let go, for they may be many. Raises GatewayError 413 or 400."""
    if len(exchange.raw) > most_bytes:
        raise GatewayError(413)
    try:
        text = exchange.raw.decode(json.detect_encoding(exchange.raw), "surrogatepass")
        exchange.raw = b""
        body = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise invalid_request([Issue("", "Expected JSON in UTF-8, received something else")]) from error
    if not isinstance(body, dict):
        raise invalid_request([Issue("", f"Expected object, received {json_type(body)}")])
    return as_object(body)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _error_response(error: GatewayError, exchange: Exchange) -> Response:
    """The error as problem+json, or in the legacy shape of 2024 and 2025."""
    ids = {"requestId": exchange.request_id, "timestamp": exchange.timestamp}
    if exchange.switches.legacy:
        content_type = JSON_CONTENT_TYPE
        body: dict[str, Any] = {**ids, "statusCode": error.status, "path": exchange.path, "message": error.message}
    else:
        content_type = PROBLEM_CONTENT_TYPE
        title, name = STATUSES[error.status].title, STATUSES[error.status].name
        inner: dict[str, Any] = {"name": name, "message": error.message}
        if error.issues:
            inner["details"] = [asdict(issue) for issue in error.issues]
        body = {"title": title, "status": error.status, "message": error.message, "instance": exchange.path}
        body.update(ids, error=inner)
    return Response(dump_json(body), error.status, {**error.headers, "content-type": content_type})
