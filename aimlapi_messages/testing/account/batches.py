"""Batches: handed in, at work for some look-ups, then answered. The store keeps them, beyond a restart if it can.

    x-emulator-batch: CLAUSE[;CLAUSE...]
        On the request that creates a batch: how it goes on. Other batches end at the third look-up.

    polls=N         so many look-ups find it at work, before one finds the results
    error-every=N   each N-th request fails with an error
    expire-every=N  each N-th request expires
    array           the results come as one JSON array, not as lines
    short-cancel    a cancel is answered with the gateway's short body, not with the whole batch

Results come in another order than the requests, the last first. Each costs half of what a single message does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from starlette.responses import Response

from ..document.checks import check_body
from ..document.json_values import as_list, as_object, dump_json
from ..document.validation import find_issues
from ..faults.clauses import count, unreadable
from ..faults.errors import GatewayError, Issue, invalid_request
from ..faults.switches import Switches
from ..model.answers import make_id
from ..model.completing import complete
from ..model.completion import native_message
from ..server.delivery import json_answer, lines_answer
from .models import find_model
from .prices import Cost
from .state import Exchange, State, wire_time
from .store import Row

_HEADER = "x-emulator-batch"
_DAY = 24 * 3600
_ERROR_TYPES = {400: "invalid_request_error", 404: "not_found_error"}


@dataclass(frozen=True)
class Plan:
    """How a batch goes on."""

    polls: int = 2
    error_every: int = 0
    expire_every: int = 0
    array: bool = False
    short_cancel: bool = False


def read_plan(text: str) -> Plan:
    """The plan of a header. Raises GatewayError 400 for one that makes no sense."""
    members: dict[str, Any] = {}
    for clause in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = clause.partition("=")
        member = name.replace("-", "_")
        if name in ("array", "short-cancel") and not equals:
            members[member] = True
        elif name in ("polls", "error-every", "expire-every") and equals:
            members[member] = count(_HEADER, value)
        else:
            raise unreadable(_HEADER, f"Expected polls=N, error-every=N, expire-every=N, array or short-cancel: {name}")
    return Plan(**members)


def create(state: State, exchange: Exchange, body: dict[str, Any], switches: Switches) -> Response:
    """Take in a batch. Raises GatewayError 400."""
    plan = read_plan(exchange.headers.get(_HEADER, ""))
    requests = [as_object(item) for item in as_list(body["requests"])]
    issues = _check(requests)
    if issues:
        raise invalid_request(issues[:20])
    identifier = make_id("", f"batch:{exchange.number}", 21)
    with state.store.together():
        state.store.insert(
            "batches",
            id=identifier,
            key_prefix=exchange.caller.prefix,
            created=exchange.time.timestamp(),
            switches=json.dumps(asdict(plan)),
        )
        state.store.write_many(
            "insert into items (batch, position, custom_id, params) values (?, ?, ?, ?)",
            ((identifier, place, one["custom_id"], json.dumps(one["params"])) for place, one in enumerate(requests)),
        )
    return json_answer(dump_json(_whole(state, _row(state, identifier))), switches.stream, switches.status)


def check_document(state: State, body: dict[str, Any]) -> None:
    """Raise GatewayError 400 for a body that the document does not admit."""
    validator = state.document.body_validator("create_batch", "/v1/batches", "/batches")
    issues = [] if validator is None else find_issues(validator, body)
    if issues:
        raise invalid_request(issues)


def _check(requests: list[dict[str, Any]]) -> list[Issue]:
    issues: list[Issue] = []
    names: set[str] = set()
    for index, one in enumerate(requests):
        place = f"requests[{index}]"
        if not one["custom_id"]:
            issues.append(Issue(f"{place}.custom_id", "Expected text that is not empty"))
        elif one["custom_id"] in names:
            issues.append(Issue(f"{place}.custom_id", "Expected an id that no other request has"))
        names.add(one["custom_id"])
        found = check_body(as_object(one["params"]))
        issues += [Issue(f"{place}.params.{issue.path}", issue.reason) for issue in found]
    return issues


def look_up(state: State, batch_id: str, switches: Switches) -> Response:
    """The state of a batch, or its results. Raises GatewayError 404."""
    row = _row(state, batch_id)
    plan = _plan(row)
    if row["ended"] is None:
        state.store.write("update batches set polls = polls + 1 where id = ?", batch_id)
        row = _row(state, batch_id)
        expired = state.now.timestamp() >= row["created"] + _DAY
        if row["polls"] > plan.polls or expired:
            _finish(state, row, plan, expired=expired)
        elif row["cancelled"] is not None:
            body = {**_whole(state, row), "status": "cancelled"}
            return json_answer(dump_json(body), switches.stream, switches.status)
        else:
            body = {"id": batch_id, "status": "generating"}
            return json_answer(dump_json(body), switches.stream, switches.status)
    lines = _lines(state, batch_id)
    return lines_answer(_as_array(lines) if plan.array else lines, switches.stream, switches.status, array=plan.array)


def cancel(state: State, batch_id: str, switches: Switches) -> Response:
    """Stop a batch; so much of it has run as look-ups have gone by. GatewayError 404, or 400 when it has ended."""
    row = _row(state, batch_id)
    plan = _plan(row)
    if row["ended"] is not None:
        problem = f"Batch {batch_id} cannot be canceled because it has already finished processing."
        inner = {"type": "error", "error": {"type": "invalid_request_error", "message": problem}}
        raise GatewayError(400, f"400 {json.dumps(inner)}")
    if row["cancelled"] is None:
        done = _total(state, batch_id) * row["polls"] // (plan.polls + 1)
        state.store.write(
            "update batches set cancelled = ?, done = ?, polls = ? where id = ?",
            state.now.timestamp(),
            done,
            plan.polls - 1,  # one more look-up finds it stopping, the next its results
            batch_id,
        )
    short: dict[str, Any] = {"id": batch_id, "status": "cancelled", "output": None, "usage": []}
    body = short if plan.short_cancel else _whole(state, _row(state, batch_id))
    return json_answer(dump_json(body), switches.stream, switches.status)


def _row(state: State, batch_id: str) -> Row:
    row = state.store.one("select * from batches where id = ?", batch_id)
    if row is None:
        raise GatewayError(404, "There is no such batch.")
    return row


def _plan(row: Row) -> Plan:
    return Plan(**json.loads(row["switches"]))


def _total(state: State, batch_id: str) -> int:
    row = state.store.one("select count(*) as total from items where batch = ?", batch_id)
    return row["total"] if row else 0


def _whole(state: State, row: Row) -> dict[str, Any]:
    """The batch in its long form; it is told only before its end, when all its requests are at work."""
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


def _finish(state: State, row: Row, plan: Plan, *, expired: bool) -> None:
    """Answer every request, once; what it costs is taken, and each call is written down."""
    stop = row["done"] if row["cancelled"] is not None else None
    for item in state.store.each("select * from items where batch = ? order by position", row["id"]):
        number = item["position"] + 1
        if stop is not None and number > stop:
            result: dict[str, Any] = {"type": "canceled"}
        elif expired or (plan.expire_every and number % plan.expire_every == 0):
            result = {"type": "expired"}
        elif plan.error_every and number % plan.error_every == 0:
            result = _errored("api_error", "A failure that was asked for.")
        else:
            result = _answered(state, row, item)
        state.store.write(
            "update items set result = ? where batch = ? and position = ?",
            json.dumps(result, ensure_ascii=False),
            row["id"],
            item["position"],
        )
    state.store.write("update batches set ended = ? where id = ?", state.now.timestamp(), row["id"])


def _answered(state: State, row: Row, item: Row) -> dict[str, Any]:
    params = json.loads(item["params"])
    seed = f"{row['id']}:{item['position']}"
    model = find_model(params["model"], state.document.model_ids)
    if model is None:
        return _errored("not_found_error", "No endpoint serves this model.")
    try:
        completion = complete(params, model, seed, int(row["created"]), state.cache)
    except GatewayError as error:
        return _errored(_ERROR_TYPES.get(error.status, "api_error"), error.message)
    message = native_message(completion)
    del message["meta"]
    message["usage"]["service_tier"] = "batch"
    state.record(
        Exchange("POST", "/v1/batches", {}, b"", too_large=False, number=0, time=state.now),
        completion.model,
        (completion.input_tokens, completion.output_tokens),
        Cost(completion.cost.credits // 2),
        inference_id=make_id("", f"inference:{seed}", 21),
        prefix=row["key_prefix"],
    )
    return {"type": "succeeded", "message": message}


def _errored(kind: str, text: str) -> dict[str, Any]:
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": text}}}


def _lines(state: State, batch_id: str) -> Iterator[bytes]:
    for item in state.store.each("select * from items where batch = ? order by position desc", batch_id):
        yield dump_json({"custom_id": item["custom_id"], "result": json.loads(item["result"])}) + b"\n"


def _as_array(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield b"["
    for index, line in enumerate(lines):
        yield b"," * bool(index) + line
    yield b"]"
