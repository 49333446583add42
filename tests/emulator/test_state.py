"""The account: restarts, limits, keys, batches, and the validation of requests other than messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator

MESSAGE = {"model": "claude-sonnet-5", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}
ITEM = {"custom_id": "a", "params": MESSAGE}
MANAGER = {"authorization": "Bearer manage-key"}


def test_a_file_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    """Balance, logs, keys and the emulator's clock are kept."""
    headers = {"authorization": "Bearer test-key"}
    with (
        Emulator(database=tmp_path / "state.db", balance=3) as emulator,
        httpx.Client(base_url=emulator.base_url) as client,
    ):
        assert client.post("/v1/messages", json=MESSAGE, headers=headers).status_code == 200
        client.post("/v1/keys", json={"name": "ci"}, headers=MANAGER)
        before = emulator.balance
    with (
        Emulator(database=tmp_path / "state.db", balance=9) as emulator,
        httpx.Client(base_url=emulator.base_url) as client,
    ):
        assert emulator.balance == before < 3
        assert client.get("/v2/logs", headers=headers).json()["pagination"]["total"] == 1
        assert [key["name"] for key in client.get("/v1/keys", headers=MANAGER).json()["data"]] == ["ci"]
        emulator.reset()
        assert emulator.balance == 9
        assert client.get("/v1/keys", headers=MANAGER).json() == {"data": []}


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """The error names it."""
    file = tmp_path / "notes.txt"
    file.write_text("This is no database, but long enough to look like something else.", encoding="utf-8")
    with pytest.raises(ValueError, match=r"notes\.txt cannot be used"):
        Emulator(database=file)


def asked_at(frozen_at: datetime | None) -> datetime:
    """The time in the log of the first call."""
    with Emulator(frozen_at=frozen_at) as emulator, httpx.Client(base_url=emulator.base_url) as client:
        client.post("/v1/messages", json=MESSAGE, headers={"x-api-key": "test-key"})
        (log,) = client.get("/v2/logs", headers={"x-api-key": "test-key"}).json()["data"]
        return datetime.fromisoformat(log["created"])


def test_the_clock_is_that_of_the_day() -> None:
    """Today's, in UTC."""
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= asked_at(None) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("frozen_at", "asked"),
    [
        (datetime(2026, 9, 1), datetime(2026, 9, 1, 0, 0, 1, tzinfo=UTC)),
        (datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 1, 0, 0, 1, tzinfo=UTC)),
        (datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 12, 31, 22, 0, 1, tzinfo=UTC)),
        (datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)),
        (datetime(2026, 9, 1, microsecond=5000), datetime(2026, 9, 1, 0, 0, 1, 5000, tzinfo=UTC)),
    ],
)
def test_a_frozen_clock(frozen_at: datetime, asked: datetime) -> None:
    """It advances by one second with each request."""
    assert asked_at(frozen_at) == asked


def test_calls_of_one_key_have_a_limit() -> None:
    """Each key has its own limit, and a reset clears the counts."""
    with Emulator(calls_a_minute=2) as emulator, httpx.Client(base_url=emulator.base_url) as client:

        def status(key: str) -> int:
            return client.post("/v1/messages", json=MESSAGE, headers={"x-api-key": key}).status_code

        assert [status("key-one-"), status("key-one-"), status("key-one-"), status("key-two-")] == [200, 200, 429, 200]
        emulator.reset()
        assert status("key-one-") == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v2/billing", None, 200),
        ("GET", "/v2/billing/transactions?limit=0", None, 400),
        ("GET", "/v2/billing/transactions?limit=x", None, 400),
        ("GET", "/v2/billing/transactions?direction=UP", None, 400),
        ("GET", "/v2/billing/transactions?cursor=nonsense", None, 400),
        ("GET", "/v2/billing/transactions?cursor=eyJiZWZvcmUiOiAieCJ9", None, 400),
        ("GET", "/v2/billing/transactions?from=yesterday", None, 400),
        ("GET", "/v2/billing/transactions?from=2026-08-01", None, 400),
        ("GET", "/v2/billing/transactions?to=2026-08-01T00:00:00%2B02:00", None, 200),
        ("GET", "/v2/usage?period=8d", None, 400),
        ("GET", "/v2/usage?period=7d&start=2026-08-01T00:00:00Z", None, 400),
        ("GET", "/v2/usage?start=2026-08-01T00:00:00Z", None, 400),
        ("GET", "/v2/usage?end=2026-08-01T00:00:00Z", None, 400),
        ("GET", "/v2/usage?start=2026-01-01T00:00:00Z&end=2026-08-01T00:00:00Z", None, 400),
        ("GET", "/v2/usage/detail?group_by=hour", None, 400),
        ("GET", "/v2/usage/detail?group_by=day&tz=Mars", None, 400),
        ("GET", "/v2/usage/detail?tz=UTC", None, 200),
        ("GET", "/v2/logs?offset=-1", None, 400),
        ("GET", "/v2/logs?offset=99999999999999999999", None, 200),
        ("GET", "/v2/logs?" + "&".join(["model=m"] * 51), None, 400),
        ("GET", "/v1/batches", None, 400),
        ("GET", "/v1/batches?batch_id=", None, 400),
        ("GET", "/v1/batches?batch_id=none", None, 404),
        ("POST", "/batches/cancel/none", None, 404),
        ("POST", "/batches", {"requests": []}, 400),
        ("POST", "/batches", {"requests": [{"custom_id": ""}]}, 400),
        ("POST", "/batches", {"requests": [{**ITEM, "custom_id": ""}]}, 400),
        ("POST", "/batches", {"requests": [ITEM, ITEM]}, 400),
        ("POST", "/batches", {"requests": [{**ITEM, "params": {**MESSAGE, "messages": []}}]}, 400),
        ("GET", "/models/metrics?window=1", None, 400),
        ("GET", "/models/metrics?" + "&".join(["aliases=m"] * 101), None, 400),
        ("GET", "/v1/models?details=2", None, 400),
        ("GET", "/models?details=1&include=nonsense", None, 200),
        ("GET", "/models/deprecations?since=never&status=nonsense", None, 200),
        ("GET", "/v1/keys", None, 403),
        ("POST", "/v1/keys", {}, 403),
    ],
)
def test_statuses_of_valid_and_invalid_requests(
    client: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    """With the gateway's statuses."""
    assert client.request(method, path, json=body).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/keys", None, 200),
        ("POST", "/v1/keys", {"colour": "red"}, 400),
        ("POST", "/v1/keys", {"scopes": ["model:everything"]}, 400),
        ("PATCH", "/v1/keys/none", {"name": "x"}, 404),
        ("PUT", "/v1/keys/none", {"name": "x"}, 404),
        ("PATCH", "/v1/keys/none", None, 400),
        ("DELETE", "/v1/keys/none", None, 404),
    ],
)
def test_requests_of_a_management_key(client: httpx.Client, method: str, path: str, body: Any, status: int) -> None:
    """As documented; the body of a new key allows no other fields."""
    assert client.request(method, path, json=body, headers=MANAGER).status_code == status


@pytest.mark.parametrize(
    ("calls", "listed"),
    [
        ([("claude-sonnet-5", ""), ("anthropic/claude-sonnet-5", "")], ["claude-sonnet-5"]),
        ([("anthropic/claude-sonnet-5", ""), ("anthropic/claude-sonnet-5", "529")], ["claude-sonnet-5"]),
        ([("claude-sonnet-5", "400"), ("anthropic/claude-sonnet-5", "")], ["claude-sonnet-5"]),
        ([("anthropic/claude-sonnet-5", ""), ("claude-opus-5", "")], ["claude-opus-5", "claude-sonnet-5"]),
        ([("anthropic/claude-none", ""), ("claude-none", "")], ["claude-none"]),
    ],
)
def test_a_model_has_one_name_in_the_account(
    client: httpx.Client, calls: list[tuple[str, str]], listed: list[str]
) -> None:
    """With its prefix or without, successful or not; logs are found by both names."""
    for model, status in calls:
        headers = {"x-emulator-fail": status} if status else {}
        client.post("/v1/messages", json={**MESSAGE, "model": model}, headers=headers)
    usage = client.get("/v2/usage/detail", params={"period": "24h", "group_by": "model"}).json()
    assert [group["model"] for group in usage["groups"]] == [one["model"] for one in usage["models"]] == listed
    for prefix in ("", "anthropic/"):
        query = [("period", "24h"), *(("model", prefix + name) for name in listed)]
        assert client.get("/v2/logs", params=query).json()["pagination"]["total"] == len(calls)


@pytest.mark.parametrize("path", ["/v1/key", "/v2/billing", "/v1/batches?batch_id=x", "/v2/logs", "/v2/usage"])
def test_the_account_needs_a_key(emulator: Emulator, path: str) -> None:
    """The catalogue does not."""
    assert httpx.get(emulator.base_url + path).status_code == 401
    assert httpx.get(emulator.base_url + "/v1/models").status_code == 200


@pytest.mark.parametrize("plan", ["polls", "polls=x", "nonsense", "array=1"])
def test_a_malformed_plan_is_rejected(client: httpx.Client, plan: str) -> None:
    """Like any malformed switch."""
    answer = client.post("/v1/batches", json={"requests": [ITEM]}, headers={"x-emulator-batch": plan})
    assert answer.status_code == 400
    assert "x-emulator-batch" in answer.text


def test_a_batch_is_billed_at_half_the_price(emulator: Emulator, client: httpx.Client) -> None:
    """Once, when it has finished."""
    client.post("/v1/messages", json=MESSAGE)
    single = 10 - emulator.balance
    batch = client.post("/v1/batches", json={"requests": [ITEM]}, headers={"x-emulator-batch": "polls=1"}).json()
    assert emulator.balance == 10 - single
    for _ in range(4):
        found = client.get("/v1/batches", params={"batch_id": batch["id"]})
    assert found.json()["result"]["message"]["usage"]["service_tier"] == "batch"
    assert emulator.balance == pytest.approx(10 - Decimal("1.5") * single)  # to the credit
    kinds = [entry["type"] for entry in client.get("/v2/billing/transactions").json()["data"]]
    assert kinds == ["MODEL_USAGE", "MODEL_USAGE", "INIT"]


def test_a_batch_s_requests_fail_one_by_one(client: httpx.Client) -> None:
    """An unknown model, a tool that no input can be made for, and what a model refuses only fail their own request."""
    schema = {"type": "object", "properties": {"a": False}, "required": ["a"]}
    tool = {"tools": [{"name": "t", "input_schema": schema}], "tool_choice": {"type": "any"}}
    refused = {**MESSAGE, "model": "claude-opus-5-5", "thinking": {"type": "disabled"}}
    params = {"a": MESSAGE, "model": {**MESSAGE, "model": "claude-none"}, "tool": {**MESSAGE, **tool}, "b": refused}
    requests = [{"custom_id": name, "params": each} for name, each in params.items()]
    batch = client.post("/v1/batches", json={"requests": requests}, headers={"x-emulator-batch": "polls=0"}).json()
    found = client.get("/v1/batches", params={"batch_id": batch["id"]})
    assert found.headers["content-type"] == "application/x-jsonl"
    results = [json.loads(line) for line in found.text.splitlines()]
    kinds = [(one["custom_id"], one["result"]["type"]) for one in results]
    assert kinds == [("b", "errored"), ("tool", "errored"), ("model", "errored"), ("a", "succeeded")]
    assert results[0]["result"]["error"]["error"]["message"].startswith('"thinking.type.disabled" is not supported')
    assert results[2]["result"]["error"]["error"]["type"] == "not_found_error"


@pytest.mark.parametrize(
    ("custom_id", "model", "kind"),
    [(r"a\ud800", "claude-opus-5", "succeeded"), ("a", r"claude\udfff", "errored"), (r"\ude00b\ud83d", "", "errored")],
)
def test_half_of_a_surrogate_pair_is_stored(client: httpx.Client, custom_id: str, model: str, kind: str) -> None:
    """As the sign for what is no character; SQLite has no other."""
    message = r'{"role": "user", "content": "Hi \ud800"}'
    params = f'{{"model": "{model}", "max_tokens": 9, "messages": [{message}]}}'
    content = f'{{"requests": [{{"custom_id": "{custom_id}", "params": {params}}}]}}'
    batch = client.post("/v1/batches", content=content, headers={"x-emulator-batch": "polls=0"}).json()
    (line,) = client.get("/v1/batches", params={"batch_id": batch["id"]}).text.splitlines()
    assert json.loads(line)["result"]["type"] == kind
    assert client.post("/v1/messages", content=params).status_code in (200, 400, 404)
    assert client.get("/v2/logs").status_code == 200


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each text and number of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
    for key, member in items or ():
        yield from places(member, (*path, key))


RICH = {
    **MESSAGE,
    "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": "5m"}}],
    "metadata": {"user_id": "u"},
    "stop_sequences": ["x"],
    "tools": [{"name": "t", "description": "d", "input_schema": {"type": "object", "required": ["a"]}}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "t", "input": {"a": "b"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "r"}]},
    ],
}
BODIES: list[tuple[str, dict[str, Any]]] = [
    ("/v1/messages", RICH),
    ("/v1/messages", {**RICH, "stream": True}),
    ("/v1/batches", {"requests": [{"custom_id": "a", "params": RICH}]}),
    ("/v1/keys", {"name": "n", "scopes": ["model:chat"], "limit": {"retention": "no_reset", "threshold": 1}}),
]


@pytest.mark.parametrize(("path", "body"), BODIES, ids=["message", "stream", "batch", "key"])
def test_half_of_a_surrogate_pair_anywhere_is_answered(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    """As any other text, or with the gateway's own error."""
    for place in places(body):
        changed: Any = json.loads(json.dumps(body))
        owner = changed
        for step in place[:-1]:
            owner = owner[step]
        owner[place[-1]] = f"{owner[place[-1]]}\ud800"
        for content in (json.dumps(changed), json.dumps(changed, ensure_ascii=False).encode(errors="surrogatepass")):
            answer = client.post(path, content=content, headers={**MANAGER, "x-emulator-batch": "polls=0"})
            assert answer.status_code == 200 or (answer.status_code in (400, 404) and answer.json()["requestId"])
            if path == "/v1/batches" and answer.status_code == 200:
                assert client.get(path, params={"batch_id": answer.json()["id"]}, headers=MANAGER).status_code == 200
