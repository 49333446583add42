"""Wrong uses, which both type checkers refuse. Never run, and not read by `make typecheck`.

Above each wrong line stands what mypy and pyright have to say among other things; no other line has an error.
"""

from __future__ import annotations

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, Message, document, image, types

# expect mypy: Mesage, pyright: Mesage
from aimlapi_messages.types import Mesage  # noqa: F401

MODEL = "anthropic/claude-sonnet-5"


def misspelt(client: AIMLAPI) -> None:
    # expect mypy: "modle", pyright: No overloads
    client.messages.create(modle=MODEL, messages="Hi")
    # expect mypy: "temprature", pyright: "temprature"
    client.messages.create(model=MODEL, messages="Hi", temprature=1)
    # expect mypy: "sytem", pyright: "sytem"
    client.messages.create(model=MODEL, messages="Hi", stream=True, sytem="")
    # expect mypy: "modle", pyright: "modle"
    client.messages.stream(modle=MODEL, messages="Hi")
    # expect mypy: "modle", pyright: No overloads
    client.messages.tool_runner(modle=MODEL, messages="Hi", tools=[])
    # expect mypy: "max_steps", pyright: "max_steps"
    client.messages.tool_runner(model=MODEL, messages="", tools=[], max_steps=3)
    # expect mypy: "modle", pyright: "modle"
    client.messages.parse(modle=MODEL, messages="Hi", output=int)
    # expect mypy: "priority", pyright: "priority"
    client.messages.batches.create(requests=[], priority="low")


async def misspelt_async(client: AsyncAIMLAPI) -> None:
    # expect mypy: "modle", pyright: No overloads
    await client.messages.create(modle=MODEL, messages="Hi")
    # expect mypy: "temprature", pyright: "temprature"
    client.messages.stream(model=MODEL, messages="Hi", temprature=1)


def missing(client: AIMLAPI) -> None:
    # expect mypy: No overload variant, pyright: No overloads
    client.messages.create(messages="Hi")
    # expect mypy: No overload variant, pyright: No overloads
    client.messages.create(model=MODEL)


def shapes(client: AIMLAPI) -> None:
    # expect mypy: MessageParam, pyright: "messages"
    client.messages.create(model=MODEL, messages=[{"rle": "user"}])
    # expect mypy: MessageParam, pyright: "messages"
    client.messages.create(model=MODEL, messages=[{"role": "usr", "content": ""}])
    # expect mypy: dict[str, str], pyright: "tool_choice"
    client.messages.create(model=MODEL, messages="", tool_choice={"type": "anyy"})
    # expect mypy: No overload variant, pyright: "tool_choice"
    client.messages.create(model=MODEL, messages="", tool_choice="anyy")
    # expect mypy: dict[str, int], pyright: "thinking"
    client.messages.create(model=MODEL, messages="", thinking={"budgettokens": 3})
    # expect mypy: ToolParam, pyright: "tools"
    client.messages.create(model=MODEL, messages="", tools=[{"nme": "x"}])
    # expect mypy: No overload variant, pyright: "temperature"
    client.messages.create(model=MODEL, messages="", temperature="1")
    # expect mypy: "thinking", pyright: "thinking"
    client.messages.stream(model=MODEL, messages="", thinking={"type": "on"})
    # expect mypy: OutputConfigParam, pyright: OutputConfigParam
    client.messages.stream(model=MODEL, messages="", output_config={"effort": "huge"})
    # expect mypy: SystemMessageParam, pyright: SystemMessageParam
    client.messages.stream(model=MODEL, messages=[{"role": "sytem", "content": ""}])
    # expect mypy: "stop_sequences", pyright: "stop_sequences"
    client.messages.stream(model=MODEL, messages="", stop_sequences="END")
    # expect mypy: SystemTextParam, pyright: "system"
    client.messages.stream(model=MODEL, messages="", system=[{"txt": ""}])


def places(client: AIMLAPI) -> None:
    # expect mypy: "stream", pyright: "stream"
    client.messages.stream(model=MODEL, messages="", stream=True)
    # expect mypy: "tools", pyright: "tools"
    client.messages.parse(model=MODEL, messages="", output=int, tools=[])
    # expect mypy: "tool_choice", pyright: "tool_choice"
    client.messages.parse(model=MODEL, messages="", output=int, tool_choice="auto")


def batches(client: AIMLAPI) -> None:
    create = client.messages.batches.create
    # expect mypy: BatchRequest, pyright: "requests"
    create(requests=[{"custom": "a", "params": {"model": MODEL, "messages": "Hi"}}])
    # expect mypy: BatchRequest, pyright: "requests"
    create(requests=[{"custom_id": "a", "params": {"modle": MODEL, "messages": ""}}])


def results(message: Message) -> None:
    # expect mypy: "sorce", pyright: "sorce"
    print(image("cat.png")["sorce"])
    # expect mypy: "text", pyright: "text"
    print(document("paper.pdf")["text"])
    # expect mypy: "rle", pyright: "rle"
    print(message.to_param()["rle"])
    # expect mypy: "MessageParm", pyright: "MessageParm"
    print(types.MessageParm)
    # expect mypy: "type", pyright: TextBlockParam
    wrong: types.TextBlockParam = {"type": "txt", "text": ""}
    print(wrong)
