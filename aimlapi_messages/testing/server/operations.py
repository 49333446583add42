"""The operations of the emulator: from an exchange and its switches to a response, or to a GatewayError."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.responses import Response

from ..account import batches, catalogue, keys, ledger
from ..account.models import Model, find_model
from ..account.state import Exchange, State
from ..document.checks import check_body, check_nulls
from ..document.json_values import as_object, as_text, dump_json, kind_of
from ..document.query import Query, read_query
from ..document.validation import find_issues
from ..faults.errors import JSON_CONTENT_TYPE, GatewayError, Issue, invalid_request
from ..faults.switches import Switches
from ..model.completing import complete
from ..model.completion import legacy_message, native_message
from ..model.events import legacy_stream, native_stream
from .delivery import event_stream, json_answer, stand_in

_EXPOSED = "x-inference-id, x-client-request-id, x-aimlapi-credits-used, x-aimlapi-usd-spent"
_CHAT = "model:chat"
_LOGS_A_MINUTE = 200


class Gateway:
    """One account of the gateway. `calls_a_minute` is the most of one key that cost; None for no such limit."""

    def __init__(self, state: State, calls_a_minute: int | None = None) -> None:
        self.state = state
        self._throttle = None if calls_a_minute is None else keys.Throttle(calls_a_minute)
        self._log_throttle = keys.Throttle(_LOGS_A_MINUTE)

    def reset(self) -> None:
        """Begin anew."""
        self.state.reset()
        self._log_throttle.clear()
        if self._throttle is not None:
            self._throttle.clear()

    def get_document(self, exchange: Exchange, switches: Switches) -> Response:
        """The document that the emulator implements, or 304 when the caller has it already."""
        document = self.state.document
        return _tagged(exchange, document.source, document.etag, "application/yaml")

    def create_message(self, exchange: Exchange, switches: Switches) -> Response:
        """Create a message, as JSON or as a stream."""
        self._admit(exchange)
        body = _parse_body(exchange)
        model = self._validate(body)
        keys.check_call(self.state, exchange, _CHAT)
        streams = body.get("stream") is True
        if switches.stream.body in ("html", "empty"):
            return stand_in(switches.stream, switches.status, stream=streams)
        created = int(exchange.time.timestamp())
        completion = complete(body, model, str(exchange.number), created, self.state.cache, switches.wrong_calls)
        tokens = (completion.input_tokens, completion.output_tokens)
        self.state.record(exchange, completion.model, tokens, completion.cost)
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

    def record_failure(self, exchange: Exchange, error: GatewayError) -> None:
        """Write down a message that failed; one that was refused for its key is nobody's."""
        if error.status == 401:
            return
        try:
            model = as_text(as_object(json.loads(exchange.raw)).get("model"))
        except (ValueError, RecursionError):
            model = ""
        self.state.record(exchange, model or "unknown", (0, 0), None, prefix=keys.prefix_of(exchange))

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

    def create_batch(self, exchange: Exchange, switches: Switches) -> Response:
        self._admit(exchange)
        body = _parse_body(exchange)
        batches.check_document(self.state, body)
        keys.check_call(self.state, exchange, _CHAT)
        return batches.create(self.state, exchange, body, switches)

    def get_batch(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        batch_id = self._query(exchange, "get_batch").text("batch_id")
        if not batch_id:
            raise invalid_request([Issue("batch_id", "Required")])
        return batches.look_up(self.state, batch_id, switches)

    def cancel_batch(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        return batches.cancel(self.state, exchange.parameters["batch_id"], switches)

    def list_models(self, exchange: Exchange, switches: Switches) -> Response:
        body = catalogue.models(self.state.document, self._query(exchange, "list_models"))
        return _tagged(exchange, body, etag_of(body), max_age=60)

    def list_deprecations(self, exchange: Exchange, switches: Switches) -> Response:
        query = self._query(exchange, "list_deprecations")
        body, tag = catalogue.deprecations(query, exchange.timestamp)
        return _tagged(exchange, body, tag, max_age=300)

    def get_model_metrics(self, exchange: Exchange, switches: Switches) -> Response:
        query = self._query(exchange, "get_model_metrics")
        return _json(catalogue.metrics(self.state.document, query, exchange.timestamp), switches)

    def get_balance(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        return _json(ledger.credit_balance(self.state, exchange), switches)

    def get_billing(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        return _json(ledger.billing(self.state), switches)

    def get_billing_detail(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        return _json(ledger.billing_detail(self.state), switches)

    def list_transactions(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        if exchange.caller.management:
            raise GatewayError(403, "A management key may not see transactions.")
        return _json(ledger.transactions(self.state, self._query(exchange, "list_transactions")), switches)

    def get_usage(self, exchange: Exchange, switches: Switches) -> Response:
        query, prefix = self._calls_query(exchange, "get_usage")
        return _json(ledger.usage(self.state, query.window(self.state.now), prefix), switches)

    def get_usage_detail(self, exchange: Exchange, switches: Switches) -> Response:
        query, prefix = self._calls_query(exchange, "get_usage_detail")
        return _json(ledger.usage_detail(self.state, query, query.window(self.state.now), prefix), switches)

    def list_logs(self, exchange: Exchange, switches: Switches) -> Response:
        query, prefix = self._calls_query(exchange, "list_logs")
        self._log_throttle.check(exchange.caller.prefix)
        return _json(ledger.logs(self.state, query, query.window(self.state.now), prefix), switches)

    def get_current_key(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange)
        return _json(keys.current(self.state, exchange), switches)

    def list_keys(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange, management=True)
        return _json(keys.listed(self.state), switches)

    def create_key(self, exchange: Exchange, switches: Switches) -> Response:
        body = self._key_body(exchange, "create_key", optional=True)
        return _json(keys.create(self.state, exchange, body), switches)

    def update_key(self, exchange: Exchange, switches: Switches) -> Response:
        return _json(keys.change(self.state, exchange, self._key_body(exchange, "update_key")), switches)

    def replace_key(self, exchange: Exchange, switches: Switches) -> Response:
        return _json(keys.replace(self.state, exchange, self._key_body(exchange, "replace_key")), switches)

    def delete_key(self, exchange: Exchange, switches: Switches) -> Response:
        self._authenticate(exchange, management=True)
        return _json(keys.delete(self.state, exchange), switches)

    def _authenticate(self, exchange: Exchange, *, management: bool = False) -> None:
        exchange.caller = keys.authenticate(self.state, exchange)
        if management:
            keys.check_management(exchange)

    def _admit(self, exchange: Exchange) -> None:
        """Let in a call that costs."""
        self._authenticate(exchange)
        if self._throttle is not None:
            self._throttle.check(exchange.caller.prefix)

    def _query(self, exchange: Exchange, operation_id: str) -> Query:
        return read_query(self.state.document, operation_id, exchange.query)

    def _calls_query(self, exchange: Exchange, operation_id: str) -> tuple[Query, str]:
        self._authenticate(exchange)
        query, caller = self._query(exchange, operation_id), exchange.caller
        return query, ledger.check_foreign(query, caller.prefix, management=caller.management)

    def _key_body(self, exchange: Exchange, operation_id: str, *, optional: bool = False) -> dict[str, Any]:
        self._authenticate(exchange, management=True)
        body = {} if optional and not exchange.raw else _parse_body(exchange)
        validator = self.state.document.body_validator(operation_id)
        issues = [] if validator is None else find_issues(validator, body)
        if issues:
            raise invalid_request(issues)
        return body


def _json(body: dict[str, Any], switches: Switches) -> Response:
    return json_answer(dump_json(body), switches.stream, switches.status)


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


def etag_of(body: bytes) -> str:
    """A weak ETag of a body."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def _tagged(
    exchange: Exchange, body: bytes, etag: str, content_type: str = JSON_CONTENT_TYPE, max_age: int | None = None
) -> Response:
    """A body with its ETag, or 304 when the caller has it already."""
    known = [tag.strip() for tag in exchange.headers.get("if-none-match", "").split(",")]
    headers = {"etag": etag}
    if max_age is not None:
        headers["cache-control"] = f"public, max-age={max_age}"
    if "*" in known or etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in known]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "content-type": content_type})
