"""Claude models of the gateway in Pydantic AI: `Agent(AIMLAPIModel("anthropic/claude-sonnet-5"))`.

Needs the extra `pydantic-ai`. docs/integrations/pydantic_ai.md says what is supported, and what is not.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, cast

import aimlapi_messages as gateway
from aimlapi_messages import types as wire

try:
    from pydantic_ai import exceptions as failed, messages as said, models, profiles
    from pydantic_ai.profiles import anthropic as claude
    from pydantic_ai.settings import ModelSettings, ToolOrOutput
    from pydantic_ai.usage import RequestUsage
except ImportError as error:
    raise ImportError(f"{error}: pip install 'aimlapi-messages[pydantic-ai]'", name=error.name) from error

_Messages: TypeAlias = list[said.ModelMessage]
_Params: TypeAlias = models.ModelRequestParameters
_Settings: TypeAlias = ModelSettings | None

SYSTEM: Final = "aimlapi"
_REDACTED: Final = "redacted_thinking"
_CUT: Final = " (cut off)"  # makes no JSON of the arguments of a call that must not be run
_GENERAL: Final = ("stop_sequences", "timeout", "max_retries", "extra_headers", "extra_body")
_FINISHED: Final[Mapping[str | None, said.FinishReason]] = {
    **{"end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_call", "refusal": "content_filter"},
    **{"max_tokens": "length", "model_context_window_exceeded": "length"},
}
_REASONS: Final[Mapping[int, Any]] = {
    **dict.fromkeys((401, 403), failed.ModelAuthenticationError),
    **dict.fromkeys((400, 413, 422), failed.ModelRequestRejectedError),
    **{402: failed.ModelQuotaExceededError, 404: failed.ModelNotFoundError, 429: failed.ModelRateLimitError},
    **{503: failed.ModelUnavailableError, 529: failed.ModelOverloadedError},
}


class AIMLAPIModel(models.Model[gateway.AsyncAIMLAPI]):
    """A Claude model of the gateway, for `Agent(...)` and whatever else takes a model.

    model_name: the model's id, such as "anthropic/claude-sonnet-5".
    client: a client of yours, which stays yours to close; else one with the key and the URL of the environment.
    profile, settings: as every model of Pydantic AI takes them.
    Raises MissingKeyError. Requests raise what Pydantic AI expects of a model, with the client's error as `__cause__`.
    """

    def __init__(
        self,
        model_name: str,
        *,
        client: gateway.AsyncAIMLAPI | None = None,
        profile: profiles.ModelProfileSpec | None = None,
        settings: ModelSettings | None = None,
    ) -> None:
        self._model_name = model_name
        self.client: gateway.AsyncAIMLAPI = client or gateway.AsyncAIMLAPI()
        super().__init__(settings=settings, profile=profile)

    @property
    def model_name(self) -> str:
        return self._model_name

    @property
    def system(self) -> str:
        return SYSTEM

    @property
    def base_url(self) -> str:
        return self.client.base_url

    def _provider_model_profile(self) -> profiles.ModelProfile:
        name = self._model_name.rpartition("/")[2].replace(".", "-")
        name = re.sub(r"^(claude-[a-z]+)-latest$", r"\1-5-5", name)  # which refuses what any newer one may refuse
        ours = profiles.ModelProfile(
            supports_json_schema_output=False,  # `output_config.format` is not in the gateway's document
            native_output_requires_schema_in_instructions=True,
            supports_cache=True,
            supports_audio_file_input=False,
            supports_video_input=False,
        )
        return profiles.merge_profile(claude.anthropic_model_profile(name), ours)

    async def request(
        self, messages: _Messages, model_settings: _Settings, model_request_parameters: _Params
    ) -> said.ModelResponse:
        with _as_expected(self._model_name):
            arguments, _ = await self._arguments(messages, model_settings, model_request_parameters)
            message: Any = await self.client.messages.create(**arguments)
        return _response_of(message, self.base_url)

    @asynccontextmanager
    async def request_stream(
        self, messages: _Messages, model_settings: _Settings, model_request_parameters: _Params, run_context: Any = None
    ) -> AsyncGenerator[models.StreamedResponse]:
        with _as_expected(self._model_name):
            arguments, params = await self._arguments(messages, model_settings, model_request_parameters)
            stream = await self.client.messages.stream(**arguments).__aenter__()
            first = await anext(stream, None)  # what fails at once fails here, where another model can step in
        async with stream:
            yield _Streamed(params, self._model_name, self.base_url, stream, first)

    async def _arguments(
        self, messages: _Messages, given: _Settings, params: _Params
    ) -> tuple[dict[str, Any], _Params]:
        models.check_allow_model_requests()
        given, params = self.prepare_request(given, params)
        profile, settings = cast("claude.AnthropicModelProfile", self.profile), cast("dict[str, Any]", given or {})
        thinking, effort = _thinking_of(params.thinking, profile)
        may_force = profile.get("supports_forced_tool_choice", True) and thinking.get("type") in (None, "disabled")
        tools, choice = _tools_of(settings, params, may_force)
        system, turns = await self._conversation(messages, params)
        if params.cache and turns:
            turns[-1]["content"][-1] = gateway.cached(turns[-1]["content"][-1])
        native = params.output_object if params.output_mode == "native" else None
        form = native and {"type": "json_schema", "schema": native.json_schema}
        most = 4_096 if profile.get("anthropic_rejects_max_tokens_beyond_context_window") else 16_384
        sampling = () if profile.get("anthropic_disallows_sampling_settings") else ("temperature", "top_p", "top_k")
        arguments = {
            **{"model": self._model_name, "messages": turns, "system": system, "thinking": thinking},
            **{"tools": tools, "tool_choice": tools and choice},
            "output_config": {name: value for name, value in (("effort", effort), ("format", form)) if value},
            "max_tokens": settings.get("max_tokens") or max(most, thinking.get("budget_tokens", 0) + 4_096),
            **{name: settings.get(name) for name in (*_GENERAL, *sampling)},
        }
        return {name: value for name, value in arguments.items() if value not in (None, [], {})}, params

    async def _conversation(self, messages: _Messages, params: _Params) -> tuple[list[Any], list[Any]]:
        prompts: list[str] = []
        turns: list[Any] = []
        for message in messages:
            if isinstance(message, said.ModelResponse):
                role, blocks = "assistant", [one for part in message.parts for one in self._sent_back(message, part)]
            else:
                role, blocks = "user", await _asked(message, prompts)
            if blocks:
                turns.append({"role": role, "content": blocks})
        parts = self._get_instruction_parts(messages, params) or []
        return [gateway.text(one) for one in ("\n\n".join(prompts), *(part.content for part in parts)) if one], turns

    def _sent_back(self, message: said.ModelResponse, part: said.ModelResponsePart) -> Iterator[dict[str, Any]]:
        if isinstance(part, said.TextPart) and part.content.strip():
            yield {"type": "text", "text": part.content}
        elif isinstance(part, said.ToolCallPart):
            call = {"id": part.tool_call_id, "name": part.tool_name, "input": part.args_as_dict()}
            yield {"type": "tool_use", **call}
        elif isinstance(part, said.ThinkingPart) and part.signature and self.accepts_stateless_artifacts(message, part):
            thinking = {"type": "thinking", "thinking": part.content, "signature": part.signature}
            yield {"type": _REDACTED, "data": part.signature} if part.id == _REDACTED else thinking


@dataclass
class _Streamed(models.StreamedResponse):
    model_request_parameters: _Params
    _model_name: str
    _url: str
    _stream: gateway.AsyncMessageStream = field(repr=False)
    _next: gateway.MessageStreamEvent | None = field(repr=False)
    _calls: dict[str, int] = field(default_factory=dict[str, int])
    _timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def _get_event_iterator(self) -> AsyncIterator[said.ModelResponseStreamEvent]:
        with _as_expected(self._model_name, in_stream=True):
            while self._next is not None:
                for made in self._made_of(self._next):
                    yield made
                self._next = await anext(self._stream, None)
            self._take()  # the cost comes last

    def _made_of(self, event: gateway.MessageStreamEvent) -> Iterator[said.ModelResponseStreamEvent]:
        parts = self._parts_manager
        if isinstance(event, gateway.TextEvent):
            yield from parts.handle_text_delta(vendor_part_id=event.index, content=event.text)
        elif isinstance(event, (gateway.ThinkingEvent, gateway.SignatureEvent)):
            more: dict[str, Any] = {"content": getattr(event, "thinking", None)}
            more["signature"] = getattr(event, "signature", None)
            yield from parts.handle_thinking_delta(vendor_part_id=event.index, provider_name=SYSTEM, **more)
        elif isinstance(event, gateway.InputJsonEvent):
            yield from parts.handle_tool_call_delta_events(vendor_part_id=event.index, args=event.partial_json)
        elif isinstance(event, wire.ContentBlockStartEvent):
            begun = [event.content_block] if event.content_block.type in ("tool_use", _REDACTED) else []
            self._calls[getattr(event.content_block, "id", "")] = event.index
            yield from (parts.handle_part(vendor_part_id=event.index, part=part) for part in _parts_of(begun))
        elif isinstance(event, (wire.MessageStartEvent, wire.MessageDeltaEvent)):
            cut = [self._calls.get(call.id) for call in self._take().tool_uses if not call.input_complete]
            yield from (one for at in cut for one in parts.handle_tool_call_delta_events(vendor_part_id=at, args=_CUT))

    def _take(self) -> gateway.Message:
        message = self._stream.current_message_snapshot
        now = _response_of(message, self._url)
        self.provider_response_id, self.provider_details = now.provider_response_id, now.provider_details
        self.finish_reason, self._usage, self._model_name = now.finish_reason, now.usage, message.model
        return message

    async def close_stream(self) -> None:
        await self._stream.close()

    def get_stream_cancel_errors(self) -> tuple[type[BaseException], ...]:
        return (gateway.APIError,)

    @property
    def model_name(self) -> str:
        return self._model_name

    @property
    def provider_name(self) -> str:
        return SYSTEM

    @property
    def provider_url(self) -> str:
        return self._url

    @property
    def timestamp(self) -> datetime:
        return self._timestamp


def _thinking_of(level: Any, profile: claude.AnthropicModelProfile) -> tuple[dict[str, Any], str | None]:
    can = {name.removeprefix("anthropic_") for name, value in profile.items() if value is True}
    takes_effort = "supports_effort" in can
    if not level:
        if level is None or "thinking_enabled_by_default" not in can:
            return {}, None
        off = "between_tools" if "disables_thinking_with_between_tools" in can else "disabled"
        return ({}, "low" if takes_effort else None) if "thinking_always_enabled" in can else ({"type": off}, None)
    xhigh, most = "supports_xhigh_effort" in can, "supports_max_effort" in can
    named: Any = level if takes_effort and level is not True else None
    effort = claude.resolve_anthropic_effort(named, supports_xhigh=xhigh, supports_max=most) if named else None
    budget = {"type": "enabled", "budget_tokens": claude.ANTHROPIC_THINKING_BUDGET_MAP[level]}
    return {"type": "adaptive"} if "supports_adaptive_thinking" in can else budget, effort


def _tools_of(settings: dict[str, Any], params: _Params, may_force: bool) -> tuple[list[Any], dict[str, Any]]:
    """The tools that are sent, and what the model is to do with them."""
    wanted, tools = settings.get("tool_choice"), params.declared_tool_defs
    names: Any = getattr(wanted, "function_tools", wanted)
    only, kind = set(tools), "any" if may_force and not params.allow_text_output else "auto"
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
    return [
        {"name": one.name, "description": one.description or "", "input_schema": one.parameters_json_schema}
        | ({"strict": True} if one.strict else {})
        for one in (tools[name] for name in tools if name in only)
    ], choice


async def _asked(message: said.ModelRequest, prompts: list[str]) -> list[Any]:
    """The blocks of a request. What it says to the system goes to `prompts`."""
    blocks: list[Any] = []
    for part in message.parts:
        if isinstance(part, said.SystemPromptPart):
            prompts.append(part.content)
        elif isinstance(part, said.UserPromptPart):
            for item in [part.content] if isinstance(part.content, str) else part.content:
                if isinstance(item, said.CachePoint) and blocks:
                    blocks[-1] = gateway.cached(blocks[-1], item.ttl)
                elif item:
                    blocks.append(await _block(item))
        elif isinstance(part, said.ToolReturnPart):
            items = [await _block(one) for one in part.content_items(mode="str", wrap_if_error=False) if one != ""]
            answer = {"tool_use_id": part.tool_call_id, "content": items}
            blocks.append({"type": "tool_result", "is_error": part.outcome in said.ERROR_OUTCOMES, **answer})
        else:
            raise failed.UserError(f"Call model.prepare_messages first, which turns a {type(part).__name__} into text.")
    return blocks


async def _block(item: object) -> Any:
    """A text, an image or a document as a block. A URL is never taken for a path."""
    if isinstance(item, (str, said.TextContent)):
        return gateway.text(item if isinstance(item, str) else item.content)
    if isinstance(item, said.BinaryContent):
        return gateway.image(item.data) if item.is_image else gateway.document(item.data, media_type=item.media_type)
    if not isinstance(item, (said.ImageUrl, said.DocumentUrl)):
        raise failed.UserError(f"This model takes texts, images and documents, and no {type(item).__name__}.")
    make = gateway.image if isinstance(item, said.ImageUrl) else gateway.document
    if item.url.startswith("data:"):
        return make(item.url)
    if item.force_download or (isinstance(item, said.DocumentUrl) and item.media_type.startswith("text/")):
        return make((await models.download_item(item, data_format="bytes"))["data"])
    return {"type": item.kind.removesuffix("-url"), "source": {"type": "url", "url": item.url}}


def _parts_of(content: Sequence[Any]) -> Iterator[said.ModelResponsePart]:
    for block in content:
        if block.type == "text" and block.text:
            yield said.TextPart(block.text)
        elif block.type == "thinking":
            yield said.ThinkingPart(block.thinking, signature=block.signature or None, provider_name=SYSTEM)
        elif block.type == _REDACTED:
            yield said.ThinkingPart("", id=_REDACTED, signature=block.data, provider_name=SYSTEM)
        elif block.type == "tool_use":
            arguments = block.input if getattr(block, "input_complete", True) else block.partial_json + _CUT
            yield said.ToolCallPart(block.name, arguments or None, block.id)


def _response_of(message: gateway.Message, url: str) -> said.ModelResponse:
    counts = {name: count for name, count in message.usage.to_dict().items() if isinstance(count, int)}
    read, written = (counts.get(f"cache_{kind}_input_tokens", 0) for kind in ("read", "creation"))
    usage = RequestUsage(details=counts, cache_read_tokens=read, cache_write_tokens=written)
    usage.input_tokens = counts.get("input_tokens", 0) + read + written
    usage.output_tokens = counts.get("output_tokens", 0)
    usage.cache_write_1h_tokens = getattr(message.usage.cache_creation, "ephemeral_1h_input_tokens", 0) or 0
    usage.output_reasoning_tokens = getattr(message.usage.output_tokens_details, "thinking_tokens", 0) or 0
    usage.cost = message.cost.usd if message.cost else None
    names = ("stop_sequence", "request_id", "inference_id", "client_request_id")
    details = {"finish_reason": message.stop_reason} | {name: getattr(message, name) for name in names}
    details["refusal"] = getattr(message.stop_details, "explanation", None)
    response = said.ModelResponse(list(_parts_of(message.content)), usage=usage, model_name=message.model)
    response.provider_name, response.provider_url, response.provider_response_id = SYSTEM, url, message.id
    response.provider_details = {name: value for name, value in details.items() if value is not None}
    response.finish_reason = _FINISHED.get(message.stop_reason)
    return response


@contextmanager
def _as_expected(model: str, *, in_stream: bool = False) -> Generator[None]:
    """Raise what Pydantic AI expects for an error of this package."""
    try:
        yield
    except (gateway.APIConnectionError, gateway.StreamIncompleteError) as error:
        kind = failed.ModelTimeoutError if isinstance(error, gateway.APITimeoutError) else failed.ModelConnectionError
        raise kind(model, str(error), in_stream=in_stream) from error
    except gateway.APIStatusError as error:
        status, spent = error.status_code or 500, isinstance(error, gateway.OutOfCreditError)
        reason = _REASONS.get(402 if spent else status, failed.ModelServerError if status >= 500 else None)
        reason = failed.ModelContextWindowExceededError if "prompt is too long" in error.message else reason
        more = dict[str, Any](retry_after=error.retry_after, provider_error_type=error.type, in_stream=in_stream)
        more.update(headers=error.headers, hint=error.advice, body=error.body or error.message)
        raise failed.ModelHTTPError.for_category(reason, status_code=status, model_name=model, **more) from error
    except gateway.APIError as error:
        raise failed.UnexpectedModelBehavior(str(error), error.body) from error
    except gateway.AIMLAPIError as error:
        spent = isinstance(error, gateway.BudgetExceededError)
        raise (failed.UsageLimitExceeded if spent else failed.UserError)(str(error)) from error
