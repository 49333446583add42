"""Batches: created, in progress for some polls, then finished. They are kept in the store.

A switch of the request that creates a batch controls its progress. Results are in the reverse order of the requests,
and each costs half the price of a single message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..document.checks import check_body
from ..document.json_values import as_list, as_object, dump_json
from ..faults.errors import JSON_CONTENT_TYPE, GatewayError, Issue, invalid_request, refused_by_provider
from ..faults.switches import BatchPlan
from ..model.answers import complete, make_id
from ..model.bodies import native_message
from .keys import check_call
from .prices import find_model, price_of
from .state import Exchange, State, wire_time
from .store import Row

_DAY = 24 * 3600
_ERROR_TYPES = {400: "invalid_request_error", 404: "not_found_error"}


@dataclass(frozen=True)
class Results:
    """The results of a finished batch: lines of JSON, or the pieces of an array."""

    parts: Iterator[bytes]
    content_type: str


def create(state: State, exchange: Exchange) -> dict[str, Any]:
    """Create a batch. Raises GatewayError 400 or 403."""
    check_call(state, exchange)
    requests = [as_object(item) for item in as_list(exchange.body["requests"])]
    issues = _check(requests, state.document.block_members)
    if issues:
        raise invalid_request(issues[:20])
    batch_id = make_id("", f"batch:{exchange.seed}", 21)
    with state.store.transaction():
        state.store.put(
            "batches",
            id=batch_id,
            key_prefix=exchange.key_prefix,
            created=exchange.time.timestamp(),
            switches=json.dumps(asdict(exchange.switches.batch)),
        )
        rows = ((batch_id, place, one["custom_id"], json.dumps(one["params"])) for place, one in enumerate(requests))
        state.store.put_all("items", ("batch", "position", "custom_id", "params"), rows)
    return _full_batch(state, _row(state, batch_id))


def _check(requests: list[dict[str, Any]], members: Mapping[str, frozenset[str]]) -> list[Issue]:
    issues: list[Issue] = []
    names: set[str] = set()
    for index, one in enumerate(requests):
        place = f"requests[{index}]"
        if not one["custom_id"]:
            issues.append(Issue(f"{place}.custom_id", "Expected non-empty text"))
        elif one["custom_id"] in names:
            issues.append(Issue(f"{place}.custom_id", "Expected an id that is not used by another request"))
        names.add(one["custom_id"])
        found = check_body(as_object(one["params"]), members)
        issues += [Issue(f"{place}.params.{issue.path}", issue.reason) for issue in found]
    return issues


def retrieve(state: State, exchange: Exchange) -> dict[str, Any] | Results:
    """The status of a batch, or its results. Raises GatewayError 404."""
    batch_id = exchange.query.text("batch_id") or ""
    row = _row(state, batch_id)
    plan = _plan(row)
    if row["ended"] is None:
        row = state.store.update("batches", row, polls=row["polls"] + 1)
        expired = state.now.timestamp() >= row["created"] + _DAY
        if row["polls"] <= plan.polls and not expired:
            if row["cancelled"] is not None:
                return {**_full_batch(state, row), "status": "cancelled"}
            return {"id": batch_id, "status": "generating"}
        _finish(state, row, plan, expired=expired)
    lines = _lines(state, batch_id)
    return Results(_as_array(lines), JSON_CONTENT_TYPE) if plan.array else Results(lines, "application/x-jsonl")


def cancel(state: State, exchange: Exchange) -> dict[str, Any]:
    """Cancel a batch; the polls so far decide how many requests have run.

    Raises GatewayError 404, or 400 if it has finished.
    """
    batch_id = exchange.parameters["batch_id"]
    row = _row(state, batch_id)
    plan = _plan(row)
    if row["ended"] is not None:
        problem = f"Batch {batch_id} cannot be canceled because it has already finished processing."
        raise refused_by_provider(problem)
    if row["cancelled"] is None:
        row = state.store.update(
            "batches",
            row,
            cancelled=state.now.timestamp(),
            done=_total(state, batch_id) * row["polls"] // (plan.polls + 1),
            polls=plan.polls - 1,  # one more poll reports it cancelled, the next its results
        )
    if plan.short_cancel:
        return {"id": batch_id, "status": "cancelled", "output": None, "usage": []}
    return _full_batch(state, row)


def _row(state: State, batch_id: str) -> Row:
    row = state.store.one("select * from batches where id = ?", batch_id)
    if row is None:
        raise GatewayError(404, "The account has no such batch.")
    return row


def _plan(row: Row) -> BatchPlan:
    return BatchPlan(**json.loads(row["switches"]))


def _total(state: State, batch_id: str) -> int:
    return state.store.count("items where batch = ?", batch_id)


def _full_batch(state: State, row: Row) -> dict[str, Any]:
    """The long form of a batch, which is only sent while all its requests are in progress."""
    counts = {"processing": _total(state, row["id"]), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
    return {
        "id": row["id"],
        "type": "message_batch",
        "processing_status": "in_progress" if row["cancelled"] is None else "canceling",
        "request_counts": counts,
        "ended_at": None,
        "created_at": wire_time(row["created"]),
        "expires_at": wire_time(row["created"] + _DAY),
        "archived_at": None,
        "cancel_initiated_at": None if row["cancelled"] is None else wire_time(row["cancelled"]),
        "results_url": None,
    }


def _finish(state: State, row: Row, plan: BatchPlan, *, expired: bool) -> None:
    """Answer, log and charge for every request."""
    stop = row["done"] if row["cancelled"] is not None else None
    for item in state.store.iterate("select * from items where batch = ? order by position", row["id"]):
        if item["result"] is not None:  # answered before the store failed
            continue
        number = item["position"] + 1
        with state.store.transaction():
            if stop is not None and number > stop:
                result: dict[str, Any] = {"type": "canceled"}
            elif expired or (plan.expire_every and number % plan.expire_every == 0):
                result = {"type": "expired"}
            elif plan.error_every and number % plan.error_every == 0:
                result = _errored("api_error", "A requested failure.")
            else:
                result = _answered(state, row, item)
            state.store.put("items", **{**item, "result": json.dumps(result, ensure_ascii=False)})
    state.store.update("batches", row, ended=state.now.timestamp())


def _answered(state: State, row: Row, item: Row) -> dict[str, Any]:
    params = json.loads(item["params"])
    seed = f"{row['id']}:{item['position']}"
    model = find_model(params["model"], state.document.model_ids)
    if model is None:
        return _errored("not_found_error", "No endpoint serves this model.")
    try:
        completion = complete(params, seed, state.cache, state.replies.take)
    except GatewayError as error:
        return _errored(_ERROR_TYPES.get(error.status, "api_error"), error.provider or error.message)
    if completion.answer.recording is not None and not completion.answer.content:
        return _errored("api_error", "A recorded stream or error cannot answer a request of a batch.")
    message = native_message(completion)
    message["usage"]["service_tier"] = "batch"
    exchange = Exchange("POST", "/v1/batches", {"x-api-key": row["key_prefix"]}, b"", seed, state.now)
    cost = price_of(model, completion) // 2
    state.record(exchange, completion.model, cost, completion.tokens)
    return {"type": "succeeded", "message": message}


def _errored(kind: str, text: str) -> dict[str, Any]:
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": text}}}


def _lines(state: State, batch_id: str) -> Iterator[bytes]:
    for item in state.store.iterate("select * from items where batch = ? order by position desc", batch_id):
        yield dump_json({"custom_id": item["custom_id"], "result": json.loads(item["result"])}) + b"\n"


def _as_array(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield b"["
    for index, line in enumerate(lines):
        yield b"," * bool(index) + line
    yield b"]"
