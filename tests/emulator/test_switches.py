"""The switches: temporary failures, other statuses, the legacy shape, and malformed switches."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from aimlapi_messages.testing import Emulator

Ask = Callable[..., httpx.Response]


def test_a_failure_ends_after_its_times(ask: Ask) -> None:
    """With times=2, two requests with the same key fail and the next ones succeed."""
    headers = {"x-emulator-fail": "503;times=2", "x-emulator-key": "a"}
    assert [ask("Hello", headers=headers).status_code for _ in range(4)] == [503, 503, 200, 200]


def test_failures_are_counted_by_key(ask: Ask) -> None:
    """Each key has a count of its own, and requests without a key share one."""
    statuses = [
        ask("Hello", headers={"x-emulator-fail": "429;times=1", **key}).status_code
        for key in ({"x-emulator-key": "a"}, {"x-emulator-key": "b"}, {}, {"x-emulator-key": "a"}, {})
    ]
    assert statuses == [429, 429, 429, 200, 200]


def test_a_failure_without_times_stays(ask: Ask) -> None:
    """Without times, every request fails."""
    assert [ask("Hello", headers={"x-emulator-fail": "500"}).status_code for _ in range(3)] == [500, 500, 500]


@pytest.mark.parametrize("value", ["3", "0.2", "Tue, 01 Sep 2026 00:00:30 GMT"])
def test_retry_after_is_sent_as_given(ask: Ask, value: str) -> None:
    """The retry-after option becomes the header of that name, in seconds or as a date."""
    response = ask("Hello", headers={"x-emulator-fail": f"429; retry-after={value}"})
    assert response.headers["retry-after"] == value


def test_retry_after_in_milliseconds(ask: Ask) -> None:
    """The option retry-after-ms becomes a header, with or without the other one."""
    alone = ask("Hello", headers={"x-emulator-fail": "429;retry-after-ms=250"}).headers
    both = ask("Hello", headers={"x-emulator-fail": "429; retry-after=1; retry-after-ms=250"}).headers
    assert (alone["retry-after-ms"], alone.get("retry-after")) == ("250", None)
    assert (both["retry-after-ms"], both["retry-after"]) == ("250", "1")


def test_no_retry_after_unless_asked(ask: Ask) -> None:
    """A failure has no retry-after by default."""
    assert "retry-after" not in ask("Hello", headers={"x-emulator-fail": "429"}).headers


def test_failures_cost_nothing(emulator: Emulator, ask: Ask) -> None:
    """A requested failure is not charged."""
    ask("Hello", headers={"x-emulator-fail": "529"})
    assert emulator.balance == 10


def test_failures_apply_to_every_path(client: httpx.Client) -> None:
    """The document can fail, too."""
    assert client.get("/docs-public-yaml", headers={"x-emulator-fail": "504"}).status_code == 504


@pytest.mark.parametrize("stream", [False, True])
def test_another_status_of_success(ask: Ask, stream: bool) -> None:
    """A success may carry the status 201, in JSON and as a stream."""
    response = ask("Hello", headers={"x-emulator-status": "201"}, stream=stream)
    assert response.status_code == 201
    assert "Hello" in response.text


def test_the_legacy_message(ask: Ask) -> None:
    """The older shape has choices and a string as content; its cost is only in the headers."""
    response = ask("Hello", headers={"x-emulator-shape": "legacy"})
    body = response.json()
    assert list(body) == ["id", "object", "created", "model", "choices", "usage"]
    assert body["object"] == "message"
    assert list(body["choices"][0]) == ["message", "finish_reason"]
    assert '"Hello"' in body["choices"][0]["message"]["content"]
    assert body["choices"][0]["finish_reason"] == "stop"
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert int(response.headers["x-aimlapi-credits-used"]) > 0


def test_the_legacy_tool_call(ask: Ask, weather_tool: dict[str, object]) -> None:
    """In the older shape a tool call is a function with its arguments as text."""
    body = ask("weather in Paris", tools=[weather_tool], headers={"x-emulator-shape": "legacy"}).json()
    choice = body["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"][0]["function"] == {
        "name": "get_weather",
        "arguments": '{"location": "Paris"}',
    }


@pytest.mark.parametrize(("limit", "reason"), [(2, "length"), (500, "stop")])
def test_the_legacy_finish_reason(ask: Ask, limit: int, reason: str) -> None:
    """Stop reasons have their OpenAI names in the older shape."""
    body = ask("Hello", max_tokens=limit, headers={"x-emulator-shape": "legacy"}).json()
    assert body["choices"][0]["finish_reason"] == reason


def test_legacy_thinking(ask: Ask) -> None:
    """In the older shape the thinking is the message's reasoning_content."""
    headers = {"x-emulator-shape": "legacy"}
    message = ask("Hello", thinking={"type": "adaptive"}, headers=headers).json()["choices"][0]["message"]
    assert "Hello" in message["reasoning_content"]


def test_the_legacy_error(ask: Ask) -> None:
    """In the older shape an error has a statusCode and a path."""
    response = ask("Hello", headers={"x-emulator-shape": "legacy", "x-emulator-fail": "429"})
    body = response.json()
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert sorted(body) == ["message", "path", "requestId", "statusCode", "timestamp"]
    assert (body["statusCode"], body["path"]) == (429, "/v1/messages")
    assert body["requestId"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x-emulator-fail", "418"),
        ("x-emulator-fail", "often"),
        ("x-emulator-fail", "429;times=some"),
        ("x-emulator-fail", "429;tries=2"),
        ("x-emulator-fail", "429;times"),
        ("x-emulator-fail", "0429"),
        ("x-emulator-fail", "9" * 5000),
        ("x-emulator-fail", "429;times=" + "9" * 5000),
        ("x-emulator-status", "9" * 5000),
        ("x-emulator-stream", "cut-after=" + "9" * 5000),
        ("x-emulator-stream", "cut-after=1234567890"),
        ("x-emulator-fial", "429"),
        ("x-emulator-", "429"),
        ("X-Emulator-Delay", "1"),
        ("x-emulator-status", "404"),
        ("x-emulator-status", "ok"),
        ("x-emulator-shape", "square"),
        ("x-emulator-tools", "wrong"),
        ("x-emulator-stream", "cut"),
        ("x-emulator-stream", "cut-after=-1"),
        ("x-emulator-stream", "explode-after=1"),
        ("x-emulator-stream", ""),
        ("x-emulator-stream", "html;"),
        ("x-emulator-stream", "html=1"),
        ("x-emulator-stream", "gap;gap"),
        ("x-emulator-stream", "html;json"),
        ("x-emulator-stream", "cut-at=1;stall-at=2"),
        ("x-emulator-stream", "cut-at"),
        ("x-emulator-stream", "bytes=0"),
        ("x-emulator-stream", "slow=-1"),
        ("x-emulator-stream", "slow=nan"),
        ("x-emulator-stream", "slow=1e9"),
        ("x-emulator-stream", "cost=later"),
        ("x-emulator-stream", "content-type=text"),
        ("x-emulator-stream", "content-type=text/"),
        ("x-emulator-stream", "type=api_error"),
        ("x-emulator-stream", "error-after=1;type=API Error"),
        ("x-emulator-stream", "ping-every=1"),
        ("x-emulator-stream", "stall-at=1;ping-every=1"),
        ("x-emulator-stream", "stall-after=1;ping-every=0"),
    ],
)
def test_a_malformed_switch(ask: Ask, header: str, value: str) -> None:
    """A malformed or unknown switch gets 400, so that a test cannot pass by accident."""
    response = ask("Hello", headers={header: value})
    assert response.status_code == 400
    assert response.json()["error"]["details"][0]["path"] == f"header {header.lower()}"


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("x-emulator-fale", "429", "There is no switch x-emulator-fale; there are x-emulator-fail, "),
        ("x-emulator-steam", "gap", "There is no switch x-emulator-steam; there are x-emulator-stream, "),
        ("x-emulator-zzz", "1", "There is no switch x-emulator-zzz; there are "),
        ("x-emulator-fail", "429;tims=2", "There is no clause 'tims'; there are, separated by ';', times=N, "),
        (
            "x-emulator-stream",
            "cut-aftr=1",
            "There is no clause 'cut-aftr'; there are, separated by ';', cut-after=N, ",
        ),
        ("x-emulator-stream", "gaps", "There is no clause 'gaps'; there are, separated by ';', gap, "),
        ("x-emulator-stream", "qqq", "There is no clause 'qqq'; there are, separated by ';', cut-after=N, cut-at=N, "),
        ("x-emulator-stream", "cut-after", "Expected cut-after=N"),
        ("x-emulator-stream", "html=1", "Expected html"),
        ("x-emulator-batch", "poll=1", "There is no clause 'poll'; there are, separated by ';', polls=N, "),
    ],
)
def test_a_slip_is_told_with_what_is_near(ask: Ask, header: str, value: str, reason: str) -> None:
    """What a name may be a slip of comes first, and all others after it."""
    (detail,) = ask("Hello", headers={header: value}).json()["error"]["details"]
    assert detail["reason"].startswith(reason)
