"""What Pydantic AI says in a request as arguments of the client, and the client's answers as its responses. No I/O but
the download of files that are to be downloaded.

`pydantic_ai` has the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, cast

import aimlapi_messages as gateway

try:
    from pydantic_ai import exceptions as failed, messages as said, models
    from pydantic_ai.profiles import anthropic as claude
    from pydantic_ai.settings import ModelSettings, ToolOrOutput
    from pydantic_ai.usage import RequestUsage
except ImportError as error:
    raise ImportError(f"{error}: pip install 'aimlapi-messages[pydantic-ai]'", name=error.name) from error

#: The name of the provider.
SYSTEM: Final = "aimlapi"
#: The id of a part with thinking that only the provider can read, and the type of its block.
REDACTED: Final = "redacted_thinking"
#: Behind the arguments of a call that was cut off. It makes no JSON of them, so that nobody runs the call.
CUT_OFF: Final = " (cut off)"

_MAX_TOKENS: Final = 16_384
_ROOM_BEHIND_THINKING: Final = 4_096
_MOST_BREAKPOINTS: Final = 4
_AS_GIVEN: Final = ("stop_sequences", "timeout", "max_retries", "extra_headers", "extra_body")
_SAMPLING: Final = ("temperature", "top_p", "top_k")
_OURS: Final = ("metadata", "betas", "client_request_id", "total_timeout", "idle_timeout")
_NO_SCHEMAS: Final = ("const", "default", "enum", "examples")  # members of a schema whose value is any JSON
_FINISH_REASONS: Final[Mapping[str | None, said.FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "tool_call",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
}

Accepts = Callable[[said.ModelResponse, said.ModelResponsePart], bool]


def arguments_of(
    given: ModelSettings | None, params: models.ModelRequestParameters, profile: claude.AnthropicModelProfile
) -> dict[str, Any]:
    """What settings and parameters come to, as arguments of `messages.create`, without the conversation."""
    settings = cast("dict[str, Any]", given or {})
    thinking, effort = _thinking_of(params.thinking, profile)
    thinking = settings.get("aimlapi_thinking") or thinking
    can_be_made_to_call = profile.get("supports_forced_tool_choice", True) and (
        thinking is None or thinking["type"] in ("disabled", "between_tools")
    )
    tools, choice = _tools_of(settings, params, can_be_made_to_call=can_be_made_to_call)
    config: dict[str, Any] = {"effort": settings.get("aimlapi_effort") or effort}
    if params.output_mode == "native" and params.output_object:
        config["format"] = {"type": "json_schema", "schema": _closed(params.output_object.json_schema)}
    most = _MAX_TOKENS
    if profile.get("anthropic_rejects_max_tokens_beyond_context_window"):  # and some write no more than this
        most = _ROOM_BEHIND_THINKING
    if thinking and thinking["type"] == "enabled":
        most = max(most, thinking["budget_tokens"] + _ROOM_BEHIND_THINKING)
    sampling = () if profile.get("anthropic_disallows_sampling_settings") else _SAMPLING
    arguments = {
        "max_tokens": settings.get("max_tokens") or most,
        "thinking": thinking,
        "output_config": {name: value for name, value in config.items() if value} or None,
        "tools": tools or None,
        "tool_choice": choice if tools else None,
        **{name: settings.get(name) for name in (*_AS_GIVEN, *sampling)},
        **{name: settings.get(f"aimlapi_{name}") for name in _OURS},
    }
    return {name: value for name, value in arguments.items() if value is not None}


def _thinking_of(level: Any, profile: claude.AnthropicModelProfile) -> tuple[dict[str, Any] | None, str | None]:
    """What the setting `thinking` means for a model: how it thinks, and with how much effort."""
    can = {name.removeprefix("anthropic_") for name, value in profile.items() if value is True}
    effort: str | None = None
    if level is None:
        return None, None
    if level is False:
        if "thinking_always_enabled" in can:
            return None, "low" if "supports_effort" in can else None
        off = "between_tools" if "disables_thinking_with_between_tools" in can else "disabled"
        return {"type": off} if "thinking_enabled_by_default" in can else None, None
    if level is not True and "supports_effort" in can:
        xhigh, most = "supports_xhigh_effort" in can, "supports_max_effort" in can
        effort = claude.resolve_anthropic_effort(level, supports_xhigh=xhigh, supports_max=most)
    if "supports_adaptive_thinking" in can:
        return {"type": "adaptive"}, effort
    return {"type": "enabled", "budget_tokens": claude.ANTHROPIC_THINKING_BUDGET_MAP[level]}, effort


def _tools_of(
    settings: Mapping[str, Any], params: models.ModelRequestParameters, *, can_be_made_to_call: bool
) -> tuple[list[Any], dict[str, Any]]:
    """The tools that are sent, and what the model is to do with them. Raises UserError for a choice of none of them."""
    wanted, tools = settings.get("tool_choice"), params.declared_tool_defs
    names: Any = getattr(wanted, "function_tools", wanted)
    only, kind = set(tools), "auto" if params.allow_text_output or not can_be_made_to_call else "any"
    if wanted in ("none", []) or isinstance(wanted, ToolOrOutput):
        only = {one.name for one in params.output_tools} | set(() if wanted == "none" else names)
        only, kind = (only, kind) if only else (set(tools), "none")
    elif wanted not in (None, "auto"):  # even if the model cannot be made to, which the gateway says
        only, kind = set(tools if wanted == "required" else names) & tools.keys(), "any"
        if not only:
            raise failed.UserError(f"tool_choice is {wanted!r}, and there is no such tool. There are: {sorted(tools)}.")
    choice: dict[str, Any] = {"type": kind}
    if kind != "none" and settings.get("parallel_tool_calls") is not None:
        choice["disable_parallel_tool_use"] = not settings["parallel_tool_calls"]
    sent: list[Any] = []
    for tool in [tools[name] for name in tools if name in only]:
        sent.append({"name": tool.name, "input_schema": tool.parameters_json_schema})
        sent[-1] |= {"description": tool.description} if tool.description else {}
        if tool.strict:
            sent[-1] |= {"input_schema": _closed(tool.parameters_json_schema), "strict": True}
    return sent, choice


def _closed(schema: Any) -> Any:
    """A schema whose objects have no members but those that it names, which providers demand of strict ones."""
    if isinstance(schema, list):
        items: list[Any] = schema
        return [_closed(one) for one in items]
    if not isinstance(schema, dict):
        return schema
    members: dict[str, Any] = schema
    closed = {name: value if name in _NO_SCHEMAS else _closed(value) for name, value in members.items()}
    return {"additionalProperties": False, **closed} if closed.get("type") == "object" else closed


async def conversation_of(messages: Iterable[said.ModelMessage], accepts: Accepts) -> tuple[list[str], list[Any]]:
    """The system prompts, and the turns. accepts: whether a part with a signature goes back to this provider."""
    prompts: list[str] = []
    turns: list[Any] = []
    for message in messages:
        if isinstance(message, said.ModelResponse):
            role, blocks = "assistant", list(_sent_back(message, accepts))
        else:
            role, blocks = "user", await _asked(message, prompts)
        if blocks:
            turns.append({"role": role, "content": blocks})
    return prompts, turns


def _sent_back(message: said.ModelResponse, accepts: Accepts) -> Iterator[dict[str, Any]]:
    """An earlier answer as blocks, without what only another provider can read."""
    for part in message.parts:
        if isinstance(part, said.TextPart) and part.content.strip():
            yield {"type": "text", "text": part.content}
        elif isinstance(part, said.ToolCallPart):
            call = {"id": part.tool_call_id, "name": part.tool_name, "input": part.args_as_dict()}
            yield {"type": "tool_use", **call}
        elif isinstance(part, said.ThinkingPart) and part.signature and accepts(message, part):
            if part.id == REDACTED:
                yield {"type": REDACTED, "data": part.signature}
            else:
                yield {"type": "thinking", "thinking": part.content, "signature": part.signature}


async def _asked(message: said.ModelRequest, prompts: list[str]) -> list[Any]:
    """A request as blocks. What it says to the system goes to `prompts`."""
    blocks: list[Any] = []
    for part in message.parts:
        match part:
            case said.SystemPromptPart():
                prompts.append(part.content)
            case said.UserPromptPart():
                for item in [part.content] if isinstance(part.content, str) else part.content:
                    if isinstance(item, said.CachePoint) and blocks:
                        blocks[-1] = gateway.cached(blocks[-1], item.ttl)
                    elif item:
                        blocks.append(await _block(item))
            case said.ToolReturnPart():
                items = part.content_items(mode="str", wrap_if_error=False)
                content = [await _block(item) for item in items if item != ""]
                result = {"tool_use_id": part.tool_call_id, "content": content}
                blocks.append({"type": "tool_result", "is_error": part.outcome in said.ERROR_OUTCOMES, **result})
            case _:
                what = f"A {type(part).__name__} cannot be sent as it is"
                raise failed.UserError(f"{what}. Call model.prepare_messages(messages) first, as agents do.")
    return blocks


async def _block(item: object) -> Any:
    """A text, an image or a document as a block. A URL is never taken for a path. Raises UserError, ContentError."""
    match item:
        case str():
            return gateway.text(item)
        case said.TextContent():
            return gateway.text(item.content)
        case said.BinaryContent():
            if item.is_image:
                return gateway.image(item.data)
            return gateway.document(item.data, media_type=item.media_type)
        case said.ImageUrl() | said.DocumentUrl():
            make = gateway.image if isinstance(item, said.ImageUrl) else gateway.document
            is_text = isinstance(item, said.DocumentUrl) and item.media_type.startswith("text/")
            if item.url.startswith("data:"):
                return make(item.url)
            if item.force_download or is_text:  # the gateway fetches no text
                return make((await models.download_item(item, data_format="bytes"))["data"])
            return {"type": item.kind.removesuffix("-url"), "source": {"type": "url", "url": item.url}}
        case said.CachePoint():
            raise failed.UserError("A CachePoint needs something before it in the same request.")
        case _:
            raise failed.UserError(f"This model takes texts, images and documents, and no {type(item).__name__}.")


def mark_for_cache(
    params: models.ModelRequestParameters, tools: list[Any], system: list[Any], turns: list[Any]
) -> None:
    """Put breakpoints as the setting `cache` says: behind what stays the same, and behind the conversation so far.

    Of those that the conversation has already, the first give way, for there may be four.
    """
    config: Any = params.cache if isinstance(params.cache, dict) else {"retention": params.cache}
    fixed = len(system) - sum(part.dynamic for part in params.instruction_parts or [])
    before = [blocks[-1] for blocks in (tools, system[:fixed]) if blocks]
    behind = [turns[-1]["content"][-1]] if turns and config.get("messages", True) else []
    ttl = config.get("retention")
    for block in [*before, *behind]:
        block |= gateway.cached(block, ttl if ttl in ("5m", "1h") else None)
    marked = [block for turn in turns for block in turn["content"] if "cache_control" in block]
    for block in marked[: len(before) - _MOST_BREAKPOINTS]:
        del block["cache_control"]


def parts_of(content: Iterable[Any]) -> Iterator[said.ModelResponsePart]:
    """The blocks of an answer as parts, without those that Pydantic AI has no use for."""
    for block in content:
        if block.type == "text" and block.text:
            yield said.TextPart(block.text)
        elif block.type == "thinking":
            yield said.ThinkingPart(block.thinking, signature=block.signature or None, provider_name=SYSTEM)
        elif block.type == REDACTED:
            yield said.ThinkingPart("", id=REDACTED, signature=block.data, provider_name=SYSTEM)
        elif block.type == "tool_use":
            is_whole = getattr(block, "input_complete", True)
            yield said.ToolCallPart(
                block.name, (block.input or None) if is_whole else block.partial_json + CUT_OFF, block.id
            )


def response_of(message: gateway.Message, url: str) -> said.ModelResponse:
    """The answer as a response, with its usage, and what the gateway says that it cost."""
    details = {
        "finish_reason": message.stop_reason,
        "stop_sequence": message.stop_sequence,
        "request_id": message.request_id,
        "inference_id": message.inference_id,
        "client_request_id": message.client_request_id,
        "refusal": getattr(message.stop_details, "explanation", None),
        "refusal_category": getattr(message.stop_details, "category", None),
    }
    return said.ModelResponse(
        parts=list(parts_of(message.content)),
        usage=_usage_of(message),
        model_name=message.model,
        provider_name=SYSTEM,
        provider_url=url,
        provider_response_id=message.id,
        provider_details={name: value for name, value in details.items() if value is not None},
        finish_reason=_FINISH_REASONS.get(message.stop_reason),
        state="suspended" if message.stop_reason == "pause_turn" else "complete",  # agents let it go on
    )


def _usage_of(message: gateway.Message) -> RequestUsage:
    usage = message.usage
    counts = {name: count for name, count in usage.to_dict().items() if isinstance(count, int)}
    read, written = counts.get("cache_read_input_tokens", 0), counts.get("cache_creation_input_tokens", 0)
    return RequestUsage(
        input_tokens=counts.get("input_tokens", 0) + read + written,
        cache_read_tokens=read,
        cache_write_tokens=written,
        cache_write_1h_tokens=getattr(usage.cache_creation, "ephemeral_1h_input_tokens", 0) or 0,
        output_tokens=counts.get("output_tokens", 0),
        output_reasoning_tokens=getattr(usage.output_tokens_details, "thinking_tokens", 0) or 0,
        unmeasured_requests=0 if any(counts.values()) else 1,
        details=counts,
        cost=message.cost.usd if message.cost else None,
    )
