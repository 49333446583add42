"""The names of the SDK: where they are found, what they cost, and what they stand for."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import pytest

import aimlapi_messages
import aimlapi_messages.anthropic as anthropic
from aimlapi_messages import types as own
from aimlapi_messages.anthropic import types
from aimlapi_messages.anthropic.lib import tools


def test_every_public_name_is_there() -> None:
    for name in anthropic.__all__:
        assert getattr(anthropic, name) is not None
    assert importlib.import_module("aimlapi_messages").anthropic is anthropic
    assert anthropic.__version__ == aimlapi_messages.__version__
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = anthropic.no_such_name


def test_nothing_of_it_is_imported_with_the_package() -> None:
    """Nor pydantic with it."""
    code = (
        "import sys, aimlapi_messages as a; a.AIMLAPI(api_key='k').messages; "
        "assert not [m for m in sys.modules if m.startswith('aimlapi_messages.anthropic')]; "
        "from aimlapi_messages import anthropic; "
        "assert 'aimlapi_messages.anthropic.client' not in sys.modules; "
        "anthropic.Anthropic(api_key='k').messages; anthropic.types.Message; "
        "assert not {'pydantic', 'anthropic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.operation("create_message.tools", "create_message.thinking")
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("TextBlockParam", "TextBlockParam"),
        ("MessageParam", "MessageParam"),
        ("BetaMessageParam", "MessageParam"),
        ("CacheControlEphemeralParam", "CacheControlParam"),
        ("BetaCacheControlEphemeralParam", "CacheControlParam"),
        ("WebSearchTool20250305Param", "WebSearchToolParam"),
        ("ToolUnionParam", "AnyToolParam"),
        ("ContentBlock", "ContentBlock"),
        ("RawMessageStreamEvent", "StreamEvent"),
        ("ThinkingConfigParam", "ThinkingConfigParam"),
    ],
)
def test_a_type_of_the_sdk_is_one_of_ours(name: str, found: str) -> None:
    assert getattr(types, name) == getattr(own, found)


@pytest.mark.parametrize("name", ["BetaContextManagementConfigParam", "MessageCreateParamsNonStreaming", "NoneParams"])
def test_a_type_of_a_request_that_the_document_lacks_is_a_plain_dict(name: str) -> None:
    assert getattr(types, name) == dict[str, Any]


@pytest.mark.operation("create_message.tools", "create_batch")
@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("Message", "Message"),
        ("BetaMessage", "Message"),
        ("TextBlock", "TextBlock"),
        ("BetaToolUseBlock", "ToolUseBlock"),
        ("Usage", "Usage"),
        ("RawContentBlockDeltaEvent", "ContentBlockDeltaEvent"),
        ("InputJSONDelta", "InputJsonDelta"),
        ("MessageBatch", "Batch"),
        ("MessageBatchIndividualResponse", "BatchResult"),
        ("MessageBatchExpiredResult", "ExpiredResult"),
    ],
)
def test_a_class_of_answers_is_a_child_of_ours(name: str, parent: str) -> None:
    found = getattr(types, name)
    assert issubclass(found, getattr(own, parent))
    assert issubclass(found, anthropic.BaseModel)


@pytest.mark.parametrize(
    "module",
    [
        "types.beta",
        "types.messages",
        "types.beta.messages",
        "types.message_create_params",
        "types.beta.message_create_params",
        "types.messages.batch_create_params",
        "types.beta.messages.batch_create_params",
    ],
)
def test_modules_of_types_have_the_same_names(module: str) -> None:
    found = importlib.import_module(f"aimlapi_messages.anthropic.{module}")
    assert found.MessageParam is own.MessageParam
    assert found.Message is types.Message
    assert found.Request(custom_id="a", params={}) == {"custom_id": "a", "params": {}}
    with pytest.raises(AttributeError, match="NoSuchType"):
        _ = found.NoSuchType


def test_streams_are_found_where_the_sdk_has_them() -> None:
    streaming = importlib.import_module("aimlapi_messages.anthropic.lib.streaming")
    assert streaming.AsyncMessageStreamManager is anthropic.AsyncMessageStreamManager
    assert streaming.BetaMessageStream is anthropic.MessageStream
    assert streaming.TextEvent is types.TextEvent
    assert streaming.InputJsonEvent is types.InputJsonEvent
    with pytest.raises(AttributeError, match="NoSuchStream"):
        _ = streaming.NoSuchStream


def test_tools_are_found_where_the_sdk_has_them() -> None:
    assert tools.BetaAsyncFunctionTool is tools.BetaFunctionTool
    assert (tools.beta_tool, tools.ToolError) == (anthropic.beta_tool, anthropic.ToolError)
    assert issubclass(tools.BetaAsyncStreamingToolRunner, aimlapi_messages.AsyncToolStreamRunner)
    assert issubclass(tools.BetaToolRunner, aimlapi_messages.ToolRunner)
    assert tools.BetaFunctionTool[Any]
    assert issubclass(tools.BetaFunctionTool, aimlapi_messages.Tool)


def test_a_message_is_made_as_the_sdk_makes_it() -> None:
    made = types.Message(
        id="msg_1",
        content=[types.TextBlock(text="Hi", type="text")],
        model="m",
        role="assistant",
        stop_reason="end_turn",
        type="message",
        usage=types.Usage(input_tokens=1, output_tokens=2),
    )
    assert made.model_dump()["content"][0]["text"] == "Hi"
    assert made.model_dump()["usage"]["output_tokens"] == 2
    assert made == types.Message.model_validate(made.to_dict())
    assert made == types.Message.construct(**made.to_dict())
