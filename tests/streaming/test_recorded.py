"""Bodies and streams recorded from the gateway. They are not in the repository; without them this is skipped."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from aimlapi_client.models import TextBlock, ThinkingBlock
from aimlapi_messages import AuthenticationError, BadRequestError, InternalServerError, OutOfCreditError, RateLimitError
from aimlapi_messages.streaming.core import StreamCore
from aimlapi_messages.streaming.create import message_from_body

from ..support.parts import new_head
from ..support.shared import WIRE, recorded
from ..support.streams import new_state
from ..support.wire import Gateway, answer

pytestmark = recorded


def body(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((WIRE / name).read_bytes())
    return read


@pytest.mark.parametrize(
    ("name", "tokens", "usd"),
    [("messages_ok_1.json", (27, 35), "0.000788"), ("messages_ok_2.json", (11, 37), "0.0007645")],
)
def test_native_answers(name: str, tokens: tuple[int, int], usd: str) -> None:
    """A recorded answer is read whole, written back unchanged, and its price is exact."""
    message = message_from_body(body(name))
    assert message.to_dict() == body(name)
    assert (message.usage.input_tokens, message.usage.output_tokens) == tokens
    assert message.cost is not None
    assert message.cost.usd == Decimal(usd)
    assert message.cost.credits == Decimal(usd) * 2_000_000


@pytest.mark.parametrize(
    ("name", "kinds", "credits"),
    [
        ("messages_seed_openai_shape.json", [TextBlock], None),
        ("chat_ok_opus_4_1_thinking.json", [ThinkingBlock, TextBlock], None),
        ("chat_ok_opus_4_5_tokens_used.json", [TextBlock], 1134),
        ("chat_ok_opus_4_6_credits_only.json", [TextBlock], 17368),
        ("chat_ok_opus_4_7.json", [TextBlock], 27222),
    ],
)
def test_chat_like_answers(name: str, kinds: list[type], credits: int | None) -> None:
    """Every generation of the chat-like body gives text, counts and price."""
    data = body(name)
    message = message_from_body(data)
    assert [type(block) for block in message.content] == kinds
    assert message.text == data["choices"][0]["message"]["content"]
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens == data["usage"]["prompt_tokens"]
    assert (message.cost and message.cost.credits) == (credits and Decimal(credits))


@pytest.mark.parametrize(
    ("name", "tokens"),
    [("chat_stream_after_2026-02-13.sse", (16, 137)), ("chat_stream_before_2026-02-13.sse", (16, 102))],
)
@pytest.mark.parametrize("step", [1, 97, 100_000])
def test_chat_like_streams(name: str, tokens: tuple[int, int], step: int) -> None:
    """Both generations of the chat-like stream give a whole message with the true counts, however they are cut."""
    stream = (WIRE / name).read_bytes()
    core = StreamCore(new_head(headers={"content-type": "text/event-stream"}), new_state())
    for place in range(0, len(stream), step):
        list(core.feed(stream[place : place + step]))
    list(core.finish())
    message = core.snapshot()
    assert message.id.startswith("msg_")
    assert (message.stop_reason, len(message.text) > 400) == ("end_turn", True)
    assert (message.usage.input_tokens, message.usage.output_tokens) == tokens


@pytest.mark.parametrize(
    ("name", "status", "expected", "text"),
    [
        ("error_problem_401_2026-08-30.json", 401, AuthenticationError, "empty string instead of valid API key"),
        ("error_problem_403_out_of_funds_2026.json", 403, OutOfCreditError, "run out of funds"),
        ("error_legacy_429_string_status.json", 429, RateLimitError, "free limit for the hour"),
        ("error_legacy_500_wrapping_400_2024-10.json", 500, InternalServerError, "400 Unable to access model"),
        ("batch_cancel_error_400.json", 400, BadRequestError, "Batch msgbatch_01McVJYhQd3Wiuqrac6y9PrX cannot be"),
    ],
)
def test_errors(name: str, status: int, expected: type[Exception], text: str) -> None:
    """Every recorded error gives its class, its own text, and the id to ask support with."""
    data = body(name)
    client = Gateway(answer((WIRE / name).read_bytes(), status, {"x-request-id": ""}, type="application/json")).client()
    with pytest.raises(expected) as caught:
        client.messages.create(model="m", messages="Hi", max_retries=0)
    error = caught.value
    assert type(error) is expected
    assert text in str(error)
    assert "{" not in str(error)
    assert error.request_id == data.get("requestId")
