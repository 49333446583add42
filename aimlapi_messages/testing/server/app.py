"""The Starlette application: routes, and what all operations share on the way from a request to its answer.

The operations are in `operations.py`, error bodies in `faults/errors.py`, and what a test may ask for in
`faults/switches.py`.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..account.state import Exchange, LargeBody, State
from ..account.store import Store
from ..document.json_values import dump_json
from ..document.openapi import load_document
from ..faults.errors import JSON_CONTENT_TYPE, PROBLEM_CONTENT_TYPE, GatewayError, Issue
from ..faults.script import Script
from ..faults.switches import Switches, read_switches
from .operations import Gateway

MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_BATCH_BYTES = 256_000_000
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_ALLOWED = {"/v1/messages": "POST", "/messages": "POST", "/docs-public-yaml": "GET, HEAD"}
_logger = logging.getLogger("aimlapi_messages.testing")

_Handler = Callable[[Exchange, Switches], Response]


def create_app(
    *,
    document: str | Path | None = None,
    balance: Decimal | float = 10,
    database: str | Path | None = None,
    calls_a_minute: int | None = None,
) -> Starlette:
    """The emulator as an ASGI application; its `state.emulator` holds what it remembers, `state.script` its script.

    `document` is an OpenAPI file, this project's own by default; `balance` is in US dollars; `database` is an SQLite
    file that outlives the emulator, by default in memory; `calls_a_minute` is the most that one key may make. Raises
    OSError or ValueError for an unusable document or database, and ValueError for a negative balance.
    """
    loaded = load_document(document)
    try:
        store = Store(database)
    except sqlite3.Error as error:
        raise ValueError(f"{database} cannot be used as the emulator's database: {error}") from error
    front = _Front(Gateway(State(loaded, balance, store), calls_a_minute))
    app = Starlette(routes=front.routes(), exception_handlers={405: front.refuse_unrouted})
    app.state.gateway = front.gateway
    app.state.emulator = front.state
    app.state.script = front.script
    return app


class _Front:
    """What all operations share: recording, failures that are asked for, error bodies, the request id."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.state = gateway.state
        self.script = Script()

    def endpoint(
        self, handler: _Handler, *, most_bytes: int = MAX_BODY_BYTES
    ) -> Callable[[Request], Awaitable[Response]]:
        """What Starlette calls for a handler."""
        is_message = handler == self.gateway.create_message

        async def run(request: Request) -> Response:
            raw, too_large = await _read_body(request, most_bytes)
            exchange = self.state.receive(
                request.method,
                request.url.path,
                request.url.query,
                request.headers.items(),
                raw,
                too_large=too_large,
                parameters=request.path_params,
            )
            step = self.script.take() if is_message else {}
            asked = {**step, **exchange.headers}
            switches = Switches(legacy=asked.get("x-emulator-shape") == "legacy")
            try:
                switches = read_switches(asked)
                self._fail_if_asked(switches)
                response = handler(exchange, switches)
            except GatewayError as error:
                if is_message:
                    self.gateway.record_failure(exchange, error)
                response = _error_response(error, exchange, legacy=switches.legacy)
            except Exception as error:
                _logger.exception("the emulator failed on %s %s", exchange.method, exchange.path)
                failure = GatewayError(500, f"The emulator itself failed with {type(error).__name__}.")
                response = _error_response(failure, exchange, legacy=switches.legacy)
            response.headers["x-request-id"] = exchange.request_id
            if exchange.client_request_id is not None:
                response.headers["x-client-request-id"] = exchange.client_request_id
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

    def routes(self) -> list[Route]:
        """Each operation under its path and the aliases that the gateway has for it."""
        gateway = self.gateway
        table: list[tuple[str, _Handler, tuple[str, ...]]] = [
            ("POST", gateway.create_message, ("/v1/messages", "/messages")),
            ("GET", gateway.get_batch, ("/v1/batches", "/batches")),
            ("POST", gateway.cancel_batch, ("/v1/batches/cancel/{batch_id}", "/batches/cancel/{batch_id}")),
            ("GET", gateway.list_models, ("/v1/models", "/models", "/api/v1/models")),
            ("GET", gateway.list_deprecations, ("/v1/models/deprecations", "/models/deprecations")),
            ("GET", gateway.get_model_metrics, ("/models/metrics", "/v1/models/metrics")),
            ("GET", gateway.get_balance, ("/v1/billing/balance",)),
            ("GET", gateway.get_billing, ("/v2/billing",)),
            ("GET", gateway.get_billing_detail, ("/v2/billing/detail",)),
            ("GET", gateway.list_transactions, ("/v2/billing/transactions",)),
            ("GET", gateway.get_usage, ("/v2/usage",)),
            ("GET", gateway.get_usage_detail, ("/v2/usage/detail",)),
            ("GET", gateway.list_logs, ("/v2/logs",)),
            ("GET", gateway.get_current_key, ("/v1/key",)),
            ("GET", gateway.list_keys, ("/v1/keys",)),
            ("POST", gateway.create_key, ("/v1/keys",)),
            ("PATCH", gateway.update_key, ("/v1/keys/{prefix}",)),
            ("PUT", gateway.replace_key, ("/v1/keys/{prefix}",)),
            ("DELETE", gateway.delete_key, ("/v1/keys/{prefix}",)),
            ("GET", gateway.get_document, ("/docs-public-yaml",)),
        ]
        routes = [
            Route(path, self.endpoint(handler), methods=[method]) for method, handler, paths in table for path in paths
        ]
        take_in = self.endpoint(gateway.create_batch, most_bytes=MAX_BATCH_BYTES)
        routes += [Route(path, take_in, methods=["POST"]) for path in ("/v1/batches", "/batches")]
        return [*routes, Route("/{path:path}", self.endpoint(self.refuse_path), methods=_METHODS)]


async def _read_body(request: Request, most: int) -> tuple[bytes, LargeBody | None]:
    """The body, or nothing and its size and hash when it is over the limit. It is read to its end either way,
    so that the caller, who is still sending, gets to see the answer."""
    chunks: list[bytes] = []
    size = 0
    digest = hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        digest.update(chunk)
        if size > most:
            chunks.clear()
        else:
            chunks.append(chunk)
    return b"".join(chunks), LargeBody(size, digest.hexdigest()) if size > most else None


def _error_response(error: GatewayError, exchange: Exchange, *, legacy: bool) -> Response:
    write = error.legacy if legacy else error.problem
    body = write(path=exchange.path, request_id=exchange.request_id, timestamp=exchange.timestamp)
    response = Response(dump_json(body), error.status, error.headers)
    response.headers["content-type"] = JSON_CONTENT_TYPE if legacy else PROBLEM_CONTENT_TYPE
    return response
