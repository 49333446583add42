"""Claude models of the gateway in Pydantic AI: `Agent(AIMLAPIModel("anthropic/claude-sonnet-5"))`.

Needs the extra `pydantic-ai`. docs/integrations/pydantic_ai.md says what is supported, and what is not.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, cast

import aimlapi_messages as gateway
from aimlapi_messages import types as wire

try:
    from pydantic_ai import exceptions as failed, messages as said, models, profiles
    from pydantic_ai.profiles import anthropic as claude
    from pydantic_ai.settings import ModelSettings
except ImportError as error:
    raise ImportError(f"{error}: pip install 'aimlapi-messages[pydantic-ai]'", name=error.name) from error

from .pydantic_ai_messages import (
    CUT_OFF,
    REDACTED,
    SYSTEM,
    arguments_of,
    conversation_of,
    mark_for_cache,
    parts_of,
    response_of,
)

_Messages: TypeAlias = list[said.ModelMessage]
_Params: TypeAlias = models.ModelRequestParameters

# Of an error that comes with a status. Any other from 500 on is the server's.
_REASONS: Final[Mapping[int, Any]] = {
    400: failed.ModelRequestRejectedError,
    401: failed.ModelAuthenticationError,
    402: failed.ModelQuotaExceededError,
    403: failed.ModelAuthenticationError,
    404: failed.ModelNotFoundError,
    413: failed.ModelRequestRejectedError,
    422: failed.ModelRequestRejectedError,
    429: failed.ModelRateLimitError,
    503: failed.ModelUnavailableError,
    529: failed.ModelOverloadedError,
}


class AIMLAPIModelSettings(ModelSettings, total=False):
    """The settings of every model, and those of this one. Each is the argument of `client.messages.create` of its name.

    aimlapi_thinking, aimlapi_effort: instead of what `thinking` comes to.
    """

    aimlapi_thinking: wire.ThinkingConfigParam
    aimlapi_effort: wire.Effort
    aimlapi_metadata: Mapping[str, str]
    aimlapi_betas: list[str]
    aimlapi_client_request_id: str
    aimlapi_total_timeout: float
    aimlapi_idle_timeout: float


class AIMLAPIModel(models.Model[gateway.AsyncAIMLAPI]):
    """A Claude model of the gateway, for `Agent(...)` and whatever else takes a model.

    model_name: the model's id, such as "anthropic/claude-sonnet-5".
    client: a client of yours, which stays yours to close; else one with the key and the URL of the environment.
    profile: what to change in what Pydantic AI knows of the model, a `ModelProfile` or a function of one.
    settings: for every request, an `AIMLAPIModelSettings` or a `ModelSettings`.
    Raises MissingKeyError where there is neither a client nor a key. Requests raise what Pydantic AI expects of a
    model, with the error of this package as the `__cause__`.
    """

    unsupported_settings = frozenset(
        {"seed", "presence_penalty", "frequency_penalty", "logit_bias", "service_tier", "citations"}
    )

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
        """What Pydantic AI knows of the model, and what is so of all models of the gateway."""
        name = self._model_name.rpartition("/")[2].replace(".", "-")
        # The newest may be any of its family, and the last of these refuses whatever another may refuse.
        name = re.sub(r"^(claude-[a-z]+)-latest$", r"\1-5-5", name)
        ours = profiles.ModelProfile(
            # The gateway's document has no `output_config.format`: whether it is heeded, it does not say.
            supports_json_schema_output=False,
            native_output_requires_schema_in_instructions=True,
            supports_cache=True,
            supported_cache_retentions=("5m", "1h"),
            supported_document_media_types=frozenset(
                {"application/pdf", "text/plain", "text/csv", "text/html", "text/markdown"}
            ),
            supports_audio_file_input=False,
            supports_video_input=False,
        )
        return profiles.merge_profile(claude.anthropic_model_profile(name), ours)

    async def request(
        self,
        messages: _Messages,
        model_settings: ModelSettings | None,
        model_request_parameters: _Params,
    ) -> said.ModelResponse:
        """Ask the model once, as agents do."""
        models.check_allow_model_requests()
        settings, params = self.prepare_request(model_settings, model_request_parameters)
        with _as_expected(self._model_name):
            message: Any = await self.client.messages.create(**await self._arguments(messages, settings, params))
        return response_of(message, self.base_url)

    @asynccontextmanager
    async def request_stream(
        self,
        messages: _Messages,
        model_settings: ModelSettings | None,
        model_request_parameters: _Params,
        run_context: Any = None,
    ) -> AsyncGenerator[models.StreamedResponse]:
        """Ask the model, for a stream that is closed when it is left, as agents do."""
        models.check_allow_model_requests()
        settings, params = self.prepare_request(model_settings, model_request_parameters)
        with _as_expected(self._model_name):
            opening = self.client.messages.stream(**await self._arguments(messages, settings, params))
            stream = await opening.__aenter__()
        async with stream:
            with _as_expected(self._model_name, in_stream=True):
                first = await anext(stream, None)  # what fails at once fails here, where another model can step in
            yield _Streamed(params, self._model_name, self.base_url, stream, first)

    async def _arguments(self, messages: _Messages, settings: ModelSettings | None, params: _Params) -> dict[str, Any]:
        """The arguments of `client.messages.create`."""
        prompts, turns = await conversation_of(messages, self.accepts_stateless_artifacts)
        instructions = self._get_instruction_parts(messages, params) or []
        texts = ["\n\n".join(prompts), *(part.content for part in instructions)]
        system = [gateway.text(one) for one in texts if one]
        arguments = arguments_of(settings, params, cast("claude.AnthropicModelProfile", self.profile))
        if params.cache:
            mark_for_cache(params, arguments.get("tools", []), system, turns)
        if system:
            arguments["system"] = system
        return {"model": self._model_name, "messages": turns, **arguments}


@dataclass
class _Streamed(models.StreamedResponse):
    """The stream of one answer."""

    model_request_parameters: _Params
    _model_name: str
    _url: str
    _stream: gateway.AsyncMessageStream = field(repr=False)
    _next: gateway.MessageStreamEvent | None = field(repr=False)
    _calls: dict[str, int] = field(default_factory=dict[str, int])  # where each begins
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
        elif isinstance(event, gateway.ThinkingEvent):
            yield from self._thought(event.index, content=event.thinking)
        elif isinstance(event, gateway.SignatureEvent):
            yield from self._thought(event.index, signature=event.signature)
        elif isinstance(event, gateway.InputJsonEvent):
            yield from parts.handle_tool_call_delta_events(vendor_part_id=event.index, args=event.partial_json)
        elif isinstance(event, wire.ContentBlockStartEvent):
            block = event.content_block
            if block.type == "thinking" and block.signature:
                yield from self._thought(event.index, signature=block.signature)
            elif block.type in ("tool_use", REDACTED):
                self._calls[getattr(block, "id", "")] = event.index
                yield from (parts.handle_part(vendor_part_id=event.index, part=part) for part in parts_of([block]))
        elif isinstance(event, wire.MessageStartEvent):
            self._take()
        elif isinstance(event, wire.MessageDeltaEvent):
            for call in self._take().tool_uses:  # at its end: the message may be ahead of its events
                if not call.input_complete:
                    at = self._calls.get(call.id)
                    yield from parts.handle_tool_call_delta_events(vendor_part_id=at, args=CUT_OFF)

    def _thought(
        self, index: int, *, content: str | None = None, signature: str | None = None
    ) -> Iterator[said.ModelResponseStreamEvent]:
        yield from self._parts_manager.handle_thinking_delta(
            vendor_part_id=index, content=content, signature=signature, provider_name=SYSTEM
        )

    def _take(self) -> gateway.Message:
        """Take over what the answer says so far, beside its parts."""
        message = self._stream.current_message_snapshot
        now = response_of(message, self._url)
        self.provider_response_id, self.provider_details = now.provider_response_id, now.provider_details
        self.finish_reason, self.state = now.finish_reason, now.state
        self._usage, self._model_name = now.usage, message.model
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


@contextmanager
def _as_expected(model: str, *, in_stream: bool = False) -> Generator[None]:
    """Raise what Pydantic AI expects for an error of this package."""
    try:
        yield
    except (gateway.APIConnectionError, gateway.StreamIncompleteError) as error:
        kind = failed.ModelTimeoutError if isinstance(error, gateway.APITimeoutError) else failed.ModelConnectionError
        raise kind(model, str(error), in_stream=in_stream) from error
    except gateway.APIStatusError as error:
        status = error.status_code or 500
        reason = _REASONS.get(status, failed.ModelServerError if status >= 500 else None)
        if isinstance(error, gateway.OutOfCreditError):
            reason = failed.ModelQuotaExceededError
        elif "prompt is too long" in error.message:
            reason = failed.ModelContextWindowExceededError
        raise failed.ModelHTTPError.for_category(
            reason,
            status_code=status,
            model_name=model,
            body=error.body or error.message,
            headers=error.headers,
            hint=error.advice,
            provider_error_type=error.type,
            retry_after=error.retry_after,
            in_stream=in_stream,
        ) from error
    except gateway.APIError as error:
        raise failed.UnexpectedModelBehavior(str(error), error.body) from error
    except gateway.BudgetExceededError as error:
        raise failed.UsageLimitExceeded(str(error)) from error
    except gateway.AIMLAPIError as error:
        raise failed.UserError(str(error)) from error
