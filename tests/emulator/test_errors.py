"""Errors: every status, their common envelope, and which request gets which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator

Ask = Callable[..., httpx.Response]

GOOD: dict[str, Any] = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}]}
PROBLEM = "application/problem+json; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "title", "name"),
    [
        (400, "Bad Request", "BadRequestException"),
        (401, "Unauthorized", "UnauthorizedException"),
        (403, "Forbidden", "ForbiddenException"),
        (404, "Not Found", "NotFoundException"),
        (405, "Method Not Allowed", "MethodNotAllowedException"),
        (413, "Payload Too Large", "PayloadTooLargeException"),
        (429, "Too Many Requests", "ThrottlerException"),
        (500, "Internal Server Error", "InternalServerErrorException"),
        (502, "Bad Gateway", "BadGatewayException"),
        (503, "Service Unavailable", "ServiceUnavailableException"),
        (504, "Gateway Timeout", "GatewayTimeoutException"),
        (529, "Overloaded", "OverloadedException"),
    ],
)
def test_the_envelope_of_every_status(ask: Ask, status: int, title: str, name: str) -> None:
    """Each error is problem+json with the gateway's members, and its request id is also in the header."""
    response = ask("Hello", headers={"x-emulator-fail": str(status), "x-client-request-id": "mine"})
    body = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    assert list(body) == ["title", "status", "message", "instance", "requestId", "timestamp", "error"]
    assert (body["title"], body["status"], body["instance"]) == (title, status, "/v1/messages")
    assert body["requestId"] == response.headers["x-request-id"]
    assert body["timestamp"] == "2026-09-01T00:00:01.000Z"
    assert (body["error"]["name"], body["error"]["message"]) == (name, body["message"])
    assert response.headers["x-client-request-id"] == "mine"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Basic dGVzdA=="},
        {"x-api-key": ""},
        {"authorization": "Bearer invalid-key"},
        {"x-api-key": "invalid"},
    ],
)
def test_no_valid_key(emulator: Emulator, headers: dict[str, str]) -> None:
    """A request without a key, with an empty one or with one marked invalid answers 401."""
    response = httpx.post(f"{emulator.base_url}/v1/messages", json=GOOD, headers=headers)
    assert response.status_code == 401
    assert "https://aimlapi.com/app/keys" in response.json()["message"]


@pytest.mark.parametrize(
    "headers",
    [{"authorization": "bearer any"}, {"x-api-key": "any"}, {"authorization": "Bearer a", "x-api-key": "a"}],
)
def test_any_other_key(emulator: Emulator, headers: dict[str, str]) -> None:
    """The key can be in either header, or in both."""
    assert httpx.post(f"{emulator.base_url}/v1/messages", json=GOOD, headers=headers).status_code == 200


def test_a_key_without_money(emulator: Emulator) -> None:
    """A key marked broke answers 403."""
    response = httpx.post(f"{emulator.base_url}/messages", json=GOOD, headers={"x-api-key": "broke-1"})
    assert response.status_code == 403
    assert "https://aimlapi.com/app/billing" in response.json()["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/v1/v1/messages"),
        ("GET", "/v1/messages"),
        ("DELETE", "/messages"),
        ("POST", "/v1/messages/"),
        ("POST", "/v1/messages/count_tokens"),
        ("POST", "/docs-public-yaml"),
        ("GET", "/docs"),
    ],
)
def test_an_unknown_path(client: httpx.Client, method: str, path: str) -> None:
    """Anything that the gateway does not serve answers 404, including a wrong method."""
    response = client.request(method, path)
    assert response.status_code == 404
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["instance"] == path
    assert response.json()["message"] == f"Cannot {method} {path}"


@pytest.mark.parametrize("method", ["TRACE", "FOO", "PROPFIND"])
@pytest.mark.parametrize(
    ("path", "status", "allowed"),
    [
        ("/v1/messages", 405, "POST"),
        ("/messages", 405, "POST"),
        ("/docs-public-yaml", 405, "GET, HEAD"),
        ("/nothing", 404, None),
    ],
)
def test_an_unusual_method(
    client: httpx.Client, emulator: Emulator, method: str, path: str, status: int, allowed: str | None
) -> None:
    """An uncommon method is recorded and gets the gateway's error, 405 on a known path."""
    response = client.request(method, path)
    body = response.json()
    assert (response.status_code, response.headers.get("allow")) == (status, allowed)
    assert response.headers["content-type"] == PROBLEM
    assert list(body) == ["title", "status", "message", "instance", "requestId", "timestamp", "error"]
    assert (body["status"], body["message"]) == (status, f"Cannot {method} {path}")
    assert [(request.method, request.path) for request in emulator.requests] == [(method, path)]


@pytest.mark.parametrize(
    "model",
    [
        "claude-opus-17",
        "gpt-4o",
        "anthropic/claude-opus-4.8-fast",
        "claude-opus-4-7-fast",
        "claude-3-5-sonnet-20240620",
        "other/claude-opus-5",
    ],
)
def test_an_unknown_or_withdrawn_model(ask: Ask, model: str) -> None:
    """A model that is not served gets 404, which names it."""
    response = ask("Hello", model=model)
    assert response.status_code == 404
    assert model in response.json()["message"]


def issue_paths(response: httpx.Response) -> list[str]:
    """The paths of a 400's details."""
    assert response.status_code == 400, response.text
    body = response.json()
    details = body["error"]["details"]
    assert body["message"].startswith(f"Validation failed: {details[0]['path']}: {details[0]['reason']}")
    return [detail["path"] for detail in details]


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"model": 5}, "model"),
    ({"model": ""}, "model"),
    ({"messages": []}, "messages"),
    ({"messages": "Hello"}, "messages"),
    ({"messages": [{"role": "boss", "content": "Hello"}]}, "messages[0].role"),
    ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": ""}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": []}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
    (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        "messages[0].content[0].text",
    ),
    ({"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}, "messages[0].content[0].type"),
    ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages[0].content[0].type"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"max_tokens": -1}, "max_tokens"),
    ({"max_tokens": 1.5}, "max_tokens"),
    ({"max_tokens": "many"}, "max_tokens"),
    ({"stream": "yes"}, "stream"),
    ({"temperature": 2}, "temperature"),
    ({"metadata": {"user_id": 7}}, "metadata.user_id"),
    ({"stop_sequences": "END"}, "stop_sequences"),
    ({"thinking": {"type": "enabled", "budget_tokens": 10}}, "thinking.budget_tokens"),
    (
        {"thinking": {"type": "enabled", "budget_tokens": 2000}, "max_tokens": 2000},
        "thinking.budget_tokens",
    ),
    ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens"),
    ({"tools": [{"type": "custom", "name": "a"}]}, "tools[0].input_schema"),
    ({"tool_choice": {"type": "any"}}, "tool_choice"),
    (
        {"tools": [{"name": "a", "input_schema": {"type": "object", "minProperties": "x"}}]},
        "tools[0].input_schema",
    ),
    (
        {"tools": [{"type": "function", "function": {"name": "a", "parameters": {"type": 5}}}]},
        "tools[0].function.parameters",
    ),
]


@pytest.mark.parametrize(("changes", "path"), INVALID)
def test_an_invalid_body(client: httpx.Client, changes: dict[str, Any], path: str) -> None:
    """A body with a wrong field answers 400, and the details name the field."""
    assert issue_paths(client.post("/v1/messages", json={**GOOD, **changes})) == [path]


@pytest.mark.parametrize("field", ["model", "messages"])
def test_a_missing_field(client: httpx.Client, field: str) -> None:
    """A required field that is absent is named."""
    body = {name: value for name, value in GOOD.items() if name != field}
    assert issue_paths(client.post("/v1/messages", json=body)) == [field]


@pytest.mark.parametrize(
    "field",
    ["max_tokens", "metadata", "stop_sequences", "stream", "system", "temperature", "thinking", "tool_choice",
     "tools", "top_k", "top_p"],
)  # fmt: skip
def test_an_explicit_null(client: httpx.Client, field: str) -> None:
    """An optional field may be absent, but not null."""
    assert issue_paths(client.post("/v1/messages", json={**GOOD, field: None})) == [field]


def test_several_problems_are_all_named(client: httpx.Client) -> None:
    """The details list every problem, and the message says how many there are."""
    response = client.post("/v1/messages", json={**GOOD, "stream": 1, "metadata": [], "max_tokens": "x"})
    assert issue_paths(response) == ["max_tokens", "metadata", "stream"]
    assert response.json()["message"].endswith("(and 2 more)")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"not json", b"\xff\xfe", b'{"model": NaN}', b"[" * 100_000, b"[]", b'"text"', b"null"],
)
def test_a_body_that_is_no_json_object(client: httpx.Client, content: bytes) -> None:
    """A body that is not a JSON object answers 400, and the detail's path is empty."""
    response = client.post("/v1/messages", content=content)
    assert response.status_code == 400
    assert [detail["path"] for detail in response.json()["error"]["details"]] == [""]


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize("levels", [100, 200, 450])
@pytest.mark.parametrize("place", ["tool", "batch"])
def test_a_body_that_is_nested_too_deeply(
    client: httpx.Client, caplog: pytest.LogCaptureFixture, place: str, levels: int
) -> None:
    """JSON that is read, and goes deeper than whoever checks it can follow, is the caller's mistake."""
    call = {**GOOD, "tools": [{"name": "a", "input_schema": nested(levels)}]}
    many = {"requests": [{"custom_id": "a", "params": call}]}
    response = client.post("/v1/messages", json=call) if place == "tool" else client.post("/v1/batches", json=many)
    assert response.status_code == 400
    assert "emulator failed" not in caplog.text


@pytest.mark.parametrize("levels", [1, 20, 60])
def test_what_is_nested_as_deeply_as_others_read_is_taken(client: httpx.Client, levels: int) -> None:
    body = {**GOOD, "tools": [{"name": "a", "input_schema": nested(levels)}]}
    assert client.post("/v1/messages", json=body).status_code == 200


def test_a_body_over_the_limit(client: httpx.Client) -> None:
    """A body of more than 32 MB answers 413, and one of 32 MB is read."""
    limit = 32 * 1024 * 1024
    assert client.post("/v1/messages", content=b"x" * (limit + 1)).status_code == 413
    assert client.post("/v1/messages", content=b"x" * limit).status_code == 400


def test_values_are_not_quoted_at_length(client: httpx.Client) -> None:
    """A reason quotes only a few characters of the request."""
    block = {"type": "image", "source": {"type": "base64", "media_type": "x" * 5000, "data": "y" * 5000}}
    response = client.post("/v1/messages", json={**GOOD, "messages": [{"role": "user", "content": [block]}]})
    assert issue_paths(response) == ["messages[0].content[0].source.media_type"]
    assert len(response.content) < 1500


def test_a_failure_of_the_emulator_itself(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception in the emulator gives 500, says so, and is logged."""

    def fail(*arguments: object, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("aimlapi_messages.testing.model.answers.answer", fail)
    response = client.post("/v1/messages", json=GOOD)
    assert response.status_code == 500
    assert response.json()["message"] == "The emulator itself failed with ZeroDivisionError."
    assert "ZeroDivisionError" in caplog.text
