"""The Starlette application: routes, and what all operations share on the way from a request to its answer.

The operations are in `operations.py`, error bodies in `faults/errors.py`, and what a test may ask for in
`faults/switches.py`.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..account.batches import Results
from ..account.keys import Throttle, authenticate
from ..account.state import Exchange, State
from ..account.store import Store
from ..document.json_values import as_object, as_text, dump_json, kind_of
from ..document.openapi import load_document
from ..document.query import read_query
from ..faults.errors import JSON_CONTENT_TYPE, KINDS, PROBLEM_CONTENT_TYPE, GatewayError, Issue, invalid_request
from ..faults.switches import Script, read_switches
from .delivery import json_answer, lines_answer
from .operations import OPERATIONS, Operation

_USUAL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LOGS_A_MINUTE = 200
_logger = logging.getLogger("aimlapi_messages.testing")


def create_app(
    *,
    document: str | Path | None = None,
    balance: Decimal | float = 10,
    database: str | Path | None = None,
    calls_a_minute: int | None = None,
) -> Starlette:
    """The emulator as an ASGI application; its `state.gateway` holds what it remembers.

    `document` is an OpenAPI file, this project's own by default; `balance` is in US dollars; `database` is an SQLite
    file that outlives the emulator, by default in memory; `calls_a_minute` is the most that one key may make. Raises
    OSError or ValueError for an unusable document or database, and ValueError for a negative balance.
    """
    loaded = load_document(document)
    try:
        store = Store(database)
    except sqlite3.Error as error:
        raise ValueError(f"{database} cannot be used as the emulator's database: {error}") from error
    gateway = Gateway(State(loaded, balance, store), calls_a_minute)
    app = Starlette(routes=gateway.routes(), exception_handlers={404: gateway.refuse, 405: gateway.refuse})
    app.router.redirect_slashes = False
    app.state.gateway = gateway
    return app


class Gateway:
    """One account of the gateway. `calls_a_minute` is the most of one key that cost; None for no such limit."""

    def __init__(self, state: State, calls_a_minute: int | None) -> None:
        self.state = state
        self._calls_a_minute = calls_a_minute
        self._begin()

    def reset(self) -> None:
        """Start again with nothing received."""
        self.state.reset()
        self._begin()

    def _begin(self) -> None:
        self.script: Script = Script()
        self._throttles = {"list_logs": Throttle(_LOGS_A_MINUTE)}
        if self._calls_a_minute is not None:
            self._throttles.update(dict.fromkeys(("create_message", "create_batch"), Throttle(self._calls_a_minute)))

    def routes(self) -> list[Route]:
        """A route for each path of each operation."""
        return [
            Route(path, self._endpoint(operation), methods=[operation.method])
            for operation in OPERATIONS
            for path in operation.paths
        ]

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Answer 404, or 405 for an unusual method on a known path."""
        headers = error.headers if isinstance(error, HTTPException) else None

        def answer(state: State, exchange: Exchange) -> Response:
            problem = f"Cannot {exchange.method} {exchange.path}"
            if headers is None or exchange.method in _USUAL_METHODS:
                raise GatewayError(404, problem)
            raise GatewayError(405, problem, headers={"allow": ", ".join(sorted(headers["Allow"].split(", ")))})

        return await self._endpoint(Operation("", request.method, answer, (), "open"))(request)

    def _endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """What Starlette calls for an operation."""

        async def run(request: Request) -> Response:
            headers, raw, url = dict(request.headers.items()), await request.body(), request.url
            exchange = Exchange(
                request.method, url.path, headers, raw, query_string=url.query, parameters=request.path_params
            )
            self.state.receive(exchange)
            response = self._respond(operation, exchange)
            response.headers["x-request-id"] = exchange.request_id
            if exchange.client_request_id is not None:
                response.headers["x-client-request-id"] = exchange.client_request_id
            return response

        return run

    def _respond(self, operation: Operation, exchange: Exchange) -> Response:
        is_message = operation.id == "create_message"
        asked = {**(self.script.take() if is_message else {}), **exchange.headers}
        legacy = asked.get("x-emulator-shape") == "legacy"
        try:
            exchange.switches = read_switches(asked)
            self.state.fail_if_asked(exchange.switches)
            return self._answer(operation, exchange)
        except GatewayError as error:
            if is_message:
                self._record_failure(exchange, error)
            return _error_response(error, exchange, legacy=legacy)
        except Exception as error:
            _logger.exception("the emulator failed on %s %s", exchange.method, exchange.path)
            failure = GatewayError(500, f"The emulator itself failed with {type(error).__name__}.")
            return _error_response(failure, exchange, legacy=legacy)

    def _answer(self, operation: Operation, exchange: Exchange) -> Response:
        if operation.access != "open":
            authenticate(self.state, exchange)
        if operation.access == "management" and not exchange.manages:
            raise GatewayError(403, "This needs a management key.")
        if operation.id in self._throttles:
            self._throttles[operation.id].check(exchange.key_prefix)
        exchange.query = read_query(self.state.document, operation.id, exchange.query_string)
        if operation.body == "required" or (operation.body == "optional" and exchange.raw):
            exchange.body = _parse_body(exchange.raw, operation.most_bytes)
        if operation.body != "none" and (issues := operation.check(self.state.document, exchange.body)):
            raise invalid_request(issues)
        answer = operation.answer(self.state, exchange)
        clauses, status = exchange.switches.stream, exchange.switches.status
        match answer:
            case Response():
                return answer
            case Results():
                return lines_answer(answer.parts, clauses, status, array=answer.array)
            case _:
                return json_answer(answer, clauses, status)

    def _record_failure(self, exchange: Exchange, error: GatewayError) -> None:
        """Log a failed message; one refused for its key belongs to no account."""
        if error.status == 401:
            return
        try:
            model = as_text(as_object(json.loads(exchange.raw)).get("model"))
        except (ValueError, RecursionError):
            model = ""
        self.state.record(exchange, model or "unknown")


def _parse_body(raw: bytes, most_bytes: int) -> dict[str, Any]:
    """The JSON object of a body. Raises GatewayError 413 or 400."""
    if len(raw) > most_bytes:
        raise GatewayError(413)
    try:
        body = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise invalid_request([Issue("", "Expected JSON in UTF-8, received something else")]) from error
    if not isinstance(body, dict):
        raise invalid_request([Issue("", f"Expected object, received {kind_of(body)}")])
    return as_object(body)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _error_response(error: GatewayError, exchange: Exchange, *, legacy: bool) -> Response:
    """Today's envelope, which is problem+json, or that of 2024 and 2025."""
    ids = {"requestId": exchange.request_id, "timestamp": exchange.timestamp}
    kind = KINDS[error.status]
    inner: dict[str, Any] = {"name": kind.name, "message": error.message}
    if error.issues:
        inner["details"] = [asdict(issue) for issue in error.issues]
    if legacy:
        body: dict[str, Any] = {**ids, "statusCode": error.status, "path": exchange.path, "message": error.message}
    else:
        body = {"title": kind.title, "status": error.status, "message": error.message, "instance": exchange.path}
        body.update(ids, error=inner)
    headers = {**error.headers, "content-type": JSON_CONTENT_TYPE if legacy else PROBLEM_CONTENT_TYPE}
    return Response(dump_json(body), error.status, headers)
