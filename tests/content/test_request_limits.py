"""The images and documents of a whole request: checked before it is sent, by whatever method sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, ContentError, document, image
from aimlapi_messages.content.limits import MediaCheck

from ..support.files import PDF, PNG
from ..support.wire import MODEL, Gateway, answer, body

IMAGE = image(PNG)
URL = image("https://example.com/cat.png")
LARGE_PDF = document(PDF + bytes(13 * 1024 * 1024))
OPENAI_LARGE = {"type": "image_url", "image_url": {"url": f"data:application/pdf;base64,{LARGE_PDF['source']['data']}"}}
OPENAI_URL = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}


def asked(*content: Any) -> list[Any]:
    return [{"role": "user", "content": list(content)}]


def result(*content: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": "toolu_1", "content": list(content)}


def holding(*content: Any) -> dict[str, Any]:
    return {"type": "document", "source": {"type": "content", "content": list(content)}}


TOO_MUCH: list[tuple[list[Any], str]] = [
    (asked(*[IMAGE] * 101), r"messages\[0\]\.content\[100\] is image 101 of the request; at most 100 are taken"),
    (asked(*[URL] * 100, OPENAI_URL), r"messages\[0\]\.content\[100\] is image 101 of the request"),
    (asked(*[URL] * 100) + asked(result(IMAGE)), r"messages\[1\]\.content\[0\]\.content\[0\] is image 101"),
    (asked(*[URL] * 100, holding(IMAGE)), r"content\[100\]\.source\.content\[0\] is image 101"),
    (asked(LARGE_PDF, LARGE_PDF), r"With messages\[0\]\.content\[1\], the images and documents .* 32 MB of base64"),
    (asked(LARGE_PDF, OPENAI_LARGE), r"With messages\[0\]\.content\[1\], the images and documents .* 32 MB"),
]


@pytest.mark.parametrize(("messages", "problem"), TOO_MUCH, ids=[problem[:45] for _, problem in TOO_MUCH])
def test_a_request_that_holds_too_much_is_not_sent(messages: list[Any], problem: str) -> None:
    gateway = Gateway(answer(body()))
    with pytest.raises(ContentError, match=problem):
        gateway.client().messages.create(model=MODEL, messages=messages)
    assert gateway.requests == []


@pytest.mark.parametrize(
    "messages",
    [
        asked(*[IMAGE] * 100),
        asked(*[OPENAI_URL] * 21),
        asked(*[{"type": "image"}] * 21),
        asked(LARGE_PDF, URL),
        asked("no block", {"type": 5}, {"type": "document", "source": 5}),
        [{"role": "user", "content": "Hi"}, {"role": "user"}],
    ],
    ids=["100 images", "URLs", "bare", "one large", "odd", "texts"],
)
def test_a_request_within_the_limits_is_sent(messages: list[Any]) -> None:
    gateway = Gateway(answer(body()))
    gateway.client().messages.create(model=MODEL, messages=messages)
    assert gateway.sent["messages"] == messages


METHODS: list[tuple[str, Callable[[AIMLAPI, list[Any]], Any]]] = [
    ("create", lambda client, messages: client.messages.create(model=MODEL, messages=messages)),
    ("events", lambda client, messages: client.messages.create(model=MODEL, messages=messages, stream=True)),
    ("stream", lambda client, messages: client.messages.stream(model=MODEL, messages=messages)),
    ("run", lambda client, messages: client.messages.tool_runner(model=MODEL, messages=messages, tools=[])),
    ("parse", lambda client, messages: client.messages.parse(model=MODEL, messages=messages, output=int)),
]


@pytest.mark.parametrize("ask", [ask for _, ask in METHODS], ids=[name for name, _ in METHODS])
def test_every_method_checks_before_it_sends(ask: Callable[[AIMLAPI, list[Any]], Any]) -> None:
    gateway = Gateway(answer(body()))
    with pytest.raises(ContentError, match="at most 100 are taken"):
        ask(gateway.client(), asked(*[IMAGE] * 101))
    assert gateway.requests == []


def test_images_in_results_of_a_run_count_too() -> None:
    def look() -> list[dict[str, Any]]:
        """Look."""
        return [IMAGE] * 101

    call = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
    gateway = Gateway(answer(body(call, stop_reason="tool_use")))
    with pytest.raises(ContentError, match="at most 100 are taken") as caught:
        gateway.client().messages.tool_runner(model=MODEL, messages="Hi", tools=[look]).until_done()
    assert (len(gateway.requests), len(caught.value.transcript)) == (1, 3)


def test_what_extra_body_says_is_sent_as_it_is() -> None:
    gateway = Gateway(answer(body()))
    messages = asked(*[IMAGE] * 101)
    gateway.client().messages.create(model=MODEL, messages="Hi", extra_body={"messages": messages})
    assert gateway.sent["messages"] == messages


@pytest.mark.parametrize(
    ("model", "most"),
    [
        ("anthropic/claude-sonnet-4.5", 100),
        ("claude-sonnet-4-5-20250929", 100),
        ("anthropic/claude-sonnet-4-6-20260218", 100),
        ("claude-haiku-4-5", 100),
        ("anthropic/claude-opus-4.1-20250805", 100),
        ("claude-opus-4-6", 100),
        ("claude-opus-4-latest", 100),
        ("claude-opus-4-20250514", 100),
        ("claude-3-haiku-20240307", 100),
        ("anthropic/claude-opus-4.7-fast", 600),
        ("claude-opus-4-8", 600),
        ("anthropic/claude-sonnet-4", 600),
        ("anthropic/claude-sonnet-5", 600),
        ("anthropic/claude-haiku-5.5", 600),
        ("claude-fable-latest", 600),
        ("something new", 600),
    ],
)
def test_models_of_a_small_context_take_fewer_images(model: str, most: int) -> None:
    MediaCheck(model).add(asked(*[URL] * most))
    with pytest.raises(ContentError, match=f"at most {most} are taken"):
        MediaCheck(model).add(asked(*[URL] * (most + 1)))
