"""The operations: the paths of each, who may call it, and the function that answers it.

The function returns the body, the results of a batch, or a complete response, or raises GatewayError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from ..account import batches, catalogue, keys, ledger
from ..account.prices import find_model, price_of, usd
from ..account.state import Exchange, State
from ..document.checks import check_body, check_nulls
from ..document.json_values import dump_json
from ..document.openapi import Document, etag_of
from ..document.validation import find_issues
from ..faults.errors import JSON_CONTENT_TYPE, GatewayError, Issue
from ..model.answers import complete
from ..model.bodies import Event, legacy_message, legacy_stream, native_message, native_stream
from .delivery import event_stream, json_answer, recorded, replacement

_MOST_BYTES = 32 * 1024 * 1024
_MOST_BATCH_BYTES = 256_000_000
_EXPOSED = "x-inference-id, x-client-request-id, x-aimlapi-credits-used, x-aimlapi-usd-spent"


@dataclass(frozen=True)
class Operation:
    """One operation: its id in the document, its method, and its paths, the first of which is in the document.

    access: who may call it: anyone, any valid key, or only management keys.
    body: whether it takes a request body.
    """

    id: str
    method: str
    answer: Callable[[State, Exchange], dict[str, Any] | batches.Results | Response]
    paths: tuple[str, ...]
    access: Literal["open", "key", "management"] = "key"
    body: Literal["none", "optional", "required"] = "none"
    most_bytes: int = _MOST_BYTES

    def check(self, document: Document, body: dict[str, Any]) -> list[Issue]:
        """The problems of a body."""
        if self.id == "create_message":
            found = check_nulls(body) or find_issues(document.message_validator, body)
            return found or check_body(body, document.block_members)
        validator = document.body_validator(self.id, *self.paths)
        return [] if validator is None else find_issues(validator, body)


def get_document(state: State, exchange: Exchange) -> Response:
    """The document that the emulator implements, or 304 if the caller already has it."""
    return _tagged(exchange, state.document.source, state.document.etag, {"content-type": "application/yaml"})


def list_models(state: State, exchange: Exchange) -> Response:
    """The models, or 304 if the caller already has them."""
    body = dump_json(catalogue.models(state, exchange))
    headers = {"content-type": JSON_CONTENT_TYPE, "cache-control": "public, max-age=60"}
    return _tagged(exchange, body, etag_of(body), headers)


def list_deprecations(state: State, exchange: Exchange) -> Response:
    """The withdrawn models, or 304. The ETag does not depend on the time in the body."""
    body = catalogue.deprecations(state, exchange)
    headers = {"content-type": JSON_CONTENT_TYPE, "cache-control": "public, max-age=300"}
    return _tagged(exchange, dump_json(body), etag_of(dump_json(body["data"])), headers)


def _tagged(exchange: Exchange, body: bytes, etag: str, headers: dict[str, str]) -> Response:
    """A body with its ETag, or 304 if the caller already has it."""
    known = [tag.strip().removeprefix("W/") for tag in exchange.headers.get("if-none-match", "").split(",")]
    if "*" in known or etag.removeprefix("W/") in known:
        del headers["content-type"]
        return Response(status_code=304, headers={**headers, "etag": etag})
    return Response(body, headers={**headers, "etag": etag})


def create_message(state: State, exchange: Exchange) -> Response:
    """Create a message, as JSON or as a stream. Raises GatewayError 404 for an unknown model, and 400 or 403."""
    body, switches = exchange.body, exchange.switches
    clauses, status, streams = switches.stream, switches.status, body.get("stream") is True
    model = find_model(body["model"], state.document.model_ids)
    if model is None:
        raise GatewayError(404, f"No endpoint serves the model {body['model'][:100]}")
    keys.check_call(state, exchange)
    if clauses.body in ("html", "empty"):
        return replacement(clauses, status, stream=streams)
    created = int(exchange.time.timestamp())
    completion = complete(body, exchange.seed, state.cache, state.replies.take)
    recording, cost = completion.answer.recording, price_of(model, completion)
    if recording is not None and recording.status is not None:
        state.record(exchange, completion.model, None)
        return recorded(recording, clauses, status)
    state.record(exchange, completion.model, cost, completion.tokens)
    state.threads.hold(body, completion.id, completion.answer.content)
    meta = {"usage": {"credits_used": cost, "usd_spent": usd(cost)}}
    if recording is not None and not (streams and completion.answer.content):
        response = recorded(recording, clauses, status)
    elif streams and clauses.body != "json":
        events = legacy_stream(completion, created) if switches.legacy else native_stream(completion)
        response = event_stream(events, Event(None, {"meta": meta}), clauses, status)
    else:
        native = {**native_message(completion), "meta": meta}
        response = json_answer(legacy_message(completion, created) if switches.legacy else native, clauses, status)
    if not streams or clauses.body == "json":
        response.headers["x-aimlapi-credits-used"] = str(cost)
        response.headers["x-aimlapi-usd-spent"] = f"{usd(cost):.9f}"
    response.headers["x-inference-id"] = exchange.inference_id
    response.headers["access-control-expose-headers"] = _EXPOSED
    return response


def _both(path: str) -> tuple[str, str]:
    """A path, and its form in the older documentation."""
    return path, path.removeprefix("/v1")


OPERATIONS = (
    Operation("create_message", "POST", create_message, _both("/v1/messages"), body="required"),
    Operation(
        "create_batch", "POST", batches.create, _both("/v1/batches"), body="required", most_bytes=_MOST_BATCH_BYTES
    ),
    Operation("get_batch", "GET", batches.retrieve, _both("/v1/batches")),
    Operation("cancel_batch", "POST", batches.cancel, _both("/v1/batches/cancel/{batch_id}")),
    Operation("list_models", "GET", list_models, (*_both("/v1/models"), "/api/v1/models"), "open"),
    Operation("list_deprecations", "GET", list_deprecations, _both("/v1/models/deprecations"), "open"),
    Operation("get_model_metrics", "GET", catalogue.metrics, _both("/v1/models/metrics"), "open"),
    Operation("get_balance", "GET", ledger.credit_balance, ("/v1/billing/balance",)),
    Operation("get_billing", "GET", ledger.billing, ("/v2/billing",)),
    Operation("get_billing_detail", "GET", ledger.billing_detail, ("/v2/billing/detail",)),
    Operation("list_transactions", "GET", ledger.transactions, ("/v2/billing/transactions",)),
    Operation("get_usage", "GET", ledger.usage, ("/v2/usage",)),
    Operation("get_usage_detail", "GET", ledger.usage_detail, ("/v2/usage/detail",)),
    Operation("list_logs", "GET", ledger.logs, ("/v2/logs",)),
    Operation("get_current_key", "GET", keys.retrieve_current, ("/v1/key",)),
    Operation("list_keys", "GET", keys.list_all, ("/v1/keys",), "management"),
    Operation("create_key", "POST", keys.create, ("/v1/keys",), "management", "optional"),
    Operation("update_key", "PATCH", keys.update, ("/v1/keys/{prefix}",), "management", "required"),
    Operation("replace_key", "PUT", keys.replace, ("/v1/keys/{prefix}",), "management", "required"),
    Operation("delete_key", "DELETE", keys.delete, ("/v1/keys/{prefix}",), "management"),
    Operation("get_document", "GET", get_document, ("/docs-public-yaml",), "open"),
)
