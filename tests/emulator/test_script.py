"""The script: switches for the next requests, set from outside."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress

import httpx
import pytest

from aimlapi_messages.testing import Emulator

Ask = Callable[..., httpx.Response]


def test_each_message_request_takes_a_step(emulator: Emulator, ask: Ask) -> None:
    """Steps apply in order, one per request; an empty one, or none, means success."""
    emulator.script({"x-emulator-fail": "529"}, {"X-Emulator-Stream": "end-after=1"}, {})
    emulator.script({"x-emulator-status": "201"})
    responses = [ask("Hello", stream=True) for _ in range(5)]
    assert [response.status_code for response in responses] == [529, 200, 200, 201, 200]
    assert responses[1].text.count("event:") == 1
    assert "message_stop" in responses[2].text


def test_other_requests_take_none(emulator: Emulator, client: httpx.Client, ask: Ask) -> None:
    """Only the POST of a message takes a step, on either path, even if it is rejected."""
    emulator.script({"x-emulator-fail": "503"}, {"x-emulator-fail": "429"})
    assert client.get("/docs-public-yaml").status_code == 200
    assert client.post("/nothing").status_code == 404
    assert client.get("/v1/messages").status_code == 404
    assert client.post("/messages", content=b"no json").status_code == 503
    assert ask("Hello").status_code == 429


def test_the_requests_own_switches_take_precedence(emulator: Emulator, ask: Ask) -> None:
    """A switch of the request overrides that of the step; other switches of the step apply."""
    emulator.script({"x-emulator-fail": "529", "x-emulator-shape": "legacy"})
    response = ask("Hello", headers={"x-emulator-fail": "429"})
    assert response.json()["statusCode"] == 429


def test_a_script_is_not_recorded_as_sent(emulator: Emulator, ask: Ask) -> None:
    """The record shows the request as received."""
    emulator.script({"x-emulator-fail": "529"})
    ask("Hello")
    assert "x-emulator-fail" not in emulator.requests[0].headers


def test_a_script_ends_with_reset(emulator: Emulator, ask: Ask) -> None:
    """reset discards the remaining steps."""
    emulator.script({"x-emulator-fail": "529"})
    emulator.reset()
    assert ask("Hello").status_code == 200


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"x-emulator-fail": "418"}, "header x-emulator-fail: Expected one of"),
        ({"x-emulator-fial": "429"}, "There is no switch x-emulator-fial; there are x-emulator-fail, "),
        ({"x-emulator-stream": "cut-after=few"}, "Expected an integer"),
        ({"x-api-key": "k"}, "'x-api-key' is not a switch"),
        ({"x-emulator-fail": "429;retry-after=1\r\nx: y"}, "not printable ASCII"),
        ({"x-emulator-key": "ключ"}, "not printable ASCII"),
    ],
)
def test_a_malformed_step(emulator: Emulator, ask: Ask, step: dict[str, str], reason: str) -> None:
    """A malformed step is rejected immediately, with the steps before it."""
    with pytest.raises(ValueError, match=reason):
        emulator.script({"x-emulator-fail": "529"}, step)
    assert ask("Hello").status_code == 200


FAIL = {"x-emulator-fail": "529"}
CUT = {"x-emulator-stream": "cut-after=600"}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("steps", "calls", "problems"),
    [
        ([FAIL], 1, []),
        ([FAIL], 0, [f"No request took the step of the script {FAIL}."]),
        ([{}, FAIL, FAIL], 2, [f"No request took the step of the script {FAIL}."]),
        ([FAIL, {}], 1, []),
        ([CUT], 1, ["x-emulator-stream: cut-after=600 was not reached: the body had"]),
        ([{"x-emulator-stream": "end-at=90000"}], 1, ["end-at=90000 was not reached: the body had"]),
        ([{"x-emulator-stream": "reset-after=0"}], 1, []),
        ([{"x-emulator-stream": "cut-at=2"}, FAIL], 1, [f"No request took the step of the script {FAIL}."]),
        ([CUT, FAIL], 1, ["cut-after=600 was not reached", f"No request took the step of the script {FAIL}."]),
    ],
)
def test_what_had_no_effect(
    emulator: Emulator, ask: Ask, steps: list[dict[str, str]], calls: int, problems: list[str], stream: bool
) -> None:
    """A step that no request took, and an ending beyond the body, fail the test that asked for them."""
    emulator.script(*steps)
    for _ in range(calls):
        with suppress(httpx.TransportError):
            ask("Hello", stream=stream)
    expected = pytest.raises(AssertionError) if problems else nullcontext()
    with expected as caught:
        emulator.assert_replies()
    lines = str(caught.value).splitlines() if caught else []
    assert [said in line for said, line in zip(problems, lines, strict=True)] == [True] * len(problems)
    emulator.reset()
    emulator.assert_replies()


def test_threads_share_a_script() -> None:
    """Steps added and taken by concurrent threads are each taken once."""
    with Emulator() as emulator, ThreadPoolExecutor(8) as pool, httpx.Client() as client:
        list(pool.map(lambda _: emulator.script(*[{"x-emulator-fail": "503"}] * 5), range(8)))
        url = f"{emulator.base_url}/v1/messages"
        statuses = list(pool.map(lambda _: client.post(url).status_code, range(50)))
    assert sorted(statuses) == [401] * 10 + [503] * 40
