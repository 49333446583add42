"""A message without tools or images: its shape, its limits, its cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator
from aimlapi_messages.testing.account.prices import cost_of, find_model

Ask = Callable[..., httpx.Response]


def test_shape_is_that_of_a_recorded_message(ask: Ask) -> None:
    """An answer has the members of a recorded one, in the same order, and its text quotes the question."""
    response = ask("How deep is the sea?", model="anthropic/claude-sonnet-5")
    body = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    members = "model id type role content stop_reason stop_sequence stop_details usage meta"
    assert list(body) == members.split()
    assert body["model"] == "claude-sonnet-5"
    assert re.fullmatch(r"msg_01[0-9A-Za-z]{22}", body["id"])
    assert body["content"][0]["type"] == "text"
    assert "How deep is the sea?" in body["content"][0]["text"]
    assert (body["type"], body["role"], body["stop_reason"]) == ("message", "assistant", "end_turn")
    assert (body["stop_sequence"], body["stop_details"]) == (None, None)


def test_usage_has_all_seven_members(ask: Ask) -> None:
    """Usage counts input and output tokens and has all other members of the gateway's."""
    usage = ask("Hello").json()["usage"]
    assert usage.pop("input_tokens") == 5
    assert usage.pop("output_tokens") > 1
    assert usage == {
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard",
        "inference_geo": "not_available",
    }


@pytest.mark.parametrize("path", ["/v1/messages", "/messages"])
def test_both_paths_serve(client: httpx.Client, path: str) -> None:
    """The canonical path and the one of the older documentation give the same answer."""
    body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}]}
    assert "Hello" in client.post(path, json=body).json()["content"][0]["text"]


def test_what_anthropic_sdks_add_is_tolerated(client: httpx.Client) -> None:
    """The version and beta headers, the beta query and unknown fields change nothing."""
    body: dict[str, Any] = {
        "model": "claude-opus-5",
        "messages": [{"role": "user", "content": "Hello"}],
        "output_config": {},
    }
    headers = {"anthropic-version": "2023-06-01", "anthropic-beta": "some-beta"}
    assert client.post("/v1/messages?beta=true", json=body, headers=headers).status_code == 200


def test_the_same_request_gets_the_same_content(ask: Ask) -> None:
    """Content is a function of the request; the ids of the message and of the request are not."""
    first, second = ask("Tell me a story", system="Be brief"), ask("Tell me a story", system="Be brief")
    assert first.json()["content"] == second.json()["content"]
    assert first.json()["usage"] == second.json()["usage"]
    assert first.json()["id"] != second.json()["id"]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_two_emulators_give_the_same_answers() -> None:
    """A fresh emulator repeats the ids and headers of another one, call by call."""
    seen: list[tuple[object, str]] = []
    for _ in range(2):
        with Emulator() as emulator:
            response = httpx.post(
                f"{emulator.base_url}/v1/messages",
                json={"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}]},
                headers={"x-api-key": "test-key"},
            )
            seen.append((response.json(), response.headers["x-inference-id"]))
    assert seen[0] == seen[1]


def test_the_turn_is_counted(ask: Ask) -> None:
    """In a conversation the answer quotes the last question and gives the number of the turn."""
    messages = [
        {"role": "user", "content": "First"},
        {"role": "assistant", "content": "Yes"},
        {"role": "user", "content": [{"type": "text", "text": "Second"}]},
    ]
    text = ask("", messages=messages).json()["content"][0]["text"]
    assert '"Second"' in text
    assert "turn 2" in text
    assert "First" not in text


def test_an_assistant_turn_may_come_last(ask: Ask) -> None:
    """A conversation that ends with the assistant's turn gets an answer to its last question."""
    messages = [{"role": "user", "content": "First"}, {"role": "assistant", "content": "Well"}]
    assert '"First"' in ask("", messages=messages).json()["content"][0]["text"]


@pytest.mark.parametrize(
    "system",
    [
        "Answer like a pirate.",
        [{"type": "text", "text": "Answer like"}, {"type": "text", "text": "a pirate."}],
    ],
)
def test_the_system_prompt_is_quoted(ask: Ask, system: object) -> None:
    """The answer shows the system prompt, whether it is a string or a list of parts."""
    assert (
        ask("Hello", system=system)
        .json()["content"][0]["text"]
        .endswith(" (System prompt heard: Answer like a pirate.)")
    )


def test_a_long_system_prompt_is_shown_in_part(ask: Ask) -> None:
    """Sixty characters of the system prompt are shown."""
    text = ask("Hello", system="x" * 200).json()["content"][0]["text"]
    assert text.endswith(f"(System prompt heard: {'x' * 60}…)")


def test_max_tokens_cuts_the_text(ask: Ask) -> None:
    """An answer ends after max_tokens tokens of four characters each, and says so."""
    whole = ask("Hello").json()["content"][0]["text"]
    cut = ask("Hello", max_tokens=3).json()
    assert cut["content"] == [{"type": "text", "text": whole[:12]}]
    assert cut["stop_reason"] == "max_tokens"
    assert cut["usage"]["output_tokens"] == 3


def test_a_stop_sequence_ends_the_text(ask: Ask) -> None:
    """The text ends before the first stop sequence, which is named."""
    body = ask("Hello", stop_sequences=["heard", " emulator", "never said"]).json()
    assert body["content"][0]["text"] == 'You said: "Hello". The'
    assert (body["stop_reason"], body["stop_sequence"]) == ("stop_sequence", " emulator")


def test_a_tool_call_that_does_not_fit_is_left_out(ask: Ask, weather_tool: dict[str, object]) -> None:
    """If max_tokens is reached before the tool call, the answer ends with the text."""
    body = ask("What is the weather in Paris?", tools=[weather_tool], max_tokens=8).json()
    assert [block["type"] for block in body["content"]] == ["text"]
    assert body["stop_reason"] == "max_tokens"


@pytest.mark.parametrize("thinking", [{"type": "enabled", "budget_tokens": 1024}, {"type": "adaptive"}])
def test_thinking_comes_first(ask: Ask, thinking: dict[str, object]) -> None:
    """With thinking on, a signed thinking block precedes the text."""
    thought, text = ask("Hello", thinking=thinking, max_tokens=1025).json()["content"]
    assert "Hello" in thought["thinking"]
    assert len(thought["signature"]) > 40
    assert text["type"] == "text"


def test_omitted_thinking_is_signed_but_empty(ask: Ask) -> None:
    """With display omitted, the thinking block only has a signature."""
    thought = ask("Hello", thinking={"type": "adaptive", "display": "omitted"}).json()["content"][0]
    assert thought["thinking"] == ""
    assert thought["signature"]


def test_disabled_thinking_gives_no_block(ask: Ask) -> None:
    """With thinking disabled, the answer is only text."""
    content = ask("Hello", thinking={"type": "disabled"}).json()["content"]
    assert [block["type"] for block in content] == ["text"]


def test_the_cost_is_in_body_and_headers(ask: Ask) -> None:
    """The cost headers agree with the body's meta, in credits and in US dollars."""
    response = ask("Hello")
    usage = response.json()["meta"]["usage"]
    assert response.headers["x-aimlapi-credits-used"] == str(usage["credits_used"])
    assert float(response.headers["x-aimlapi-usd-spent"]) == usage["usd_spent"]
    assert re.fullmatch(r"0\.\d{9}", response.headers["x-aimlapi-usd-spent"])
    assert usage["usd_spent"] == usage["credits_used"] / 2_000_000


@pytest.mark.parametrize(("input_tokens", "output_tokens", "credits"), [(27, 35, 1576), (11, 37, 1529)])
def test_the_price_is_that_of_recorded_calls(input_tokens: int, output_tokens: int, credits: int) -> None:
    """The formula gives the credits that the gateway charged for two recorded calls of Sonnet 4."""
    model = find_model("anthropic/claude-sonnet-4", frozenset())
    assert model is not None
    assert cost_of(model, input_tokens, output_tokens) == credits


def test_the_balance_falls_by_the_cost(emulator: Emulator, ask: Ask) -> None:
    """A call is charged to the balance, and a failed one is not."""
    spent = ask("Hello").json()["meta"]["usage"]["usd_spent"]
    ask("Hello", model="no-such-model")
    assert float(emulator.balance) == pytest.approx(10 - spent)


def test_an_empty_account_is_refused(emulator: Emulator, ask: Ask) -> None:
    """Calls get 403 while the balance is used up."""
    emulator.balance = 0.0000005
    assert ask("Hello").status_code == 200
    refused = ask("Hello")
    assert refused.status_code == 403
    assert "out of funds" in refused.json()["message"]
    assert emulator.balance == 0
    emulator.balance = 1
    assert ask("Hello").status_code == 200


def test_tracing_headers(ask: Ask) -> None:
    """Responses carry a request id, an inference id, and the caller's own id."""
    response = ask("Hello", headers={"x-client-request-id": "order-7:a.b_c"})
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", response.headers["x-request-id"])
    assert re.fullmatch(r"[0-9A-Za-z]{21}", response.headers["x-inference-id"])
    assert response.headers["x-client-request-id"] == "order-7:a.b_c"
    assert response.headers["access-control-expose-headers"].split(", ") == [
        "x-inference-id",
        "x-client-request-id",
        "x-aimlapi-credits-used",
        "x-aimlapi-usd-spent",
    ]


@pytest.mark.parametrize("value", ["has a space", "x" * 129, "sla/sh", ""])
def test_an_invalid_client_request_id_is_dropped(ask: Ask, value: str) -> None:
    """A client request id outside its alphabet or length is not echoed, and the call succeeds."""
    response = ask("Hello", headers={"x-client-request-id": value})
    assert response.status_code == 200
    assert "x-client-request-id" not in response.headers


def test_concurrent_requests_do_not_mix(client: httpx.Client) -> None:
    """Forty concurrent calls each get the answer to their own question and a unique id."""

    def ask(number: int) -> tuple[str, str]:
        question = f"Question number {number}, please"
        body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": question}]}
        answer = client.post("/v1/messages", json=body).json()
        return answer["content"][0]["text"], answer["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(40)))
    assert all(f"number {number}, please" in text for number, (text, _) in enumerate(answers))
    assert len({identifier for _, identifier in answers}) == 40


SPELLINGS = """
    claude-opus-5 anthropic/claude-opus-5 claude-opus-4.8 anthropic/claude-opus-4-8
    claude-haiku-4-5-20251001 anthropic/claude-haiku-5.5 claude-opus-latest claude-opus-4-1-latest
    claude-sonnet-4-20250514 claude-3-haiku-20240307 anthropic/claude-fable-5-1
"""


@pytest.mark.parametrize("model", SPELLINGS.split())
def test_every_spelling_of_a_model_is_known(ask: Ask, model: str) -> None:
    """Models are found with and without prefix, dotted, dashed, dated and as the latest."""
    assert ask("Hello", model=model).json()["model"] == model.removeprefix("anthropic/")


def test_openai_form_is_read(ask: Ask) -> None:
    """A system message and parts in OpenAI's format are supported on the same route."""
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Hello there"}]},
    ]
    text = ask("", messages=messages).json()["content"][0]["text"]
    assert '"Hello there"' in text
    assert "Be kind." in text


@pytest.mark.parametrize("stream", ["false", "true"])
def test_half_a_surrogate_pair_survives(client: httpx.Client, stream: str) -> None:
    """A lone surrogate is returned as an escape, in JSON and in a stream."""
    message = r'{"role": "user", "content": "a\ud83eb"}'
    body = f'{{"model": "claude-opus-5", "messages": [{message}], "stream": {stream}}}'
    response = client.post("/v1/messages", content=body)
    assert response.status_code == 200
    assert r"a\ud83eb" in response.text
