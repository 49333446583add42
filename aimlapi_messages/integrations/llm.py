"""The plugin of `llm` for the gateway: `llm -m aimlapi/claude-sonnet-5 "Hello"`.

Needs the extra `llm`, whose entry point `aimlapi` it is. docs/integrations/llm.md says what is supported, and what is
not. It is loaded with every command of `llm`, so the client is loaded by the first prompt only.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

import aimlapi_messages as gateway
from aimlapi_client.deprecations import deprecation_of
from aimlapi_client.refusals import refuses
from aimlapi_messages import types as wire

try:
    import click
    import llm
    from llm import parts
    from llm.parts import StreamEvent
    from pydantic import Field, field_validator
except ImportError as error:
    raise ImportError(f"{error}: pip install 'aimlapi-messages[llm]'", name=error.name) from error

KEY: Final = "aimlapi"  # in the store of `llm keys`, and of what a part of a message knows of the provider's
KEY_VARIABLE: Final = "AIMLAPI_API_KEY"
OUTPUT: Final = "final_output"
_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
_DOCUMENTS: Final = frozenset({"application/pdf", "text/plain"})
_CALL_OUTPUT: Final = f"Give your answer by calling the tool `{OUTPUT}`."


class AIMLAPIOptions(llm.Model.Options):
    """What `-o NAME VALUE` takes."""

    max_tokens: int | None = Field(None, ge=1, description="The most tokens to write, thinking included")
    temperature: float | None = Field(None, ge=0, le=1, description="How random; only for models before Claude 4.7")
    top_p: float | None = Field(None, ge=0, le=1, description="As temperature, by the share of likely tokens")
    top_k: int | None = Field(None, ge=1, description="As temperature, by the number of likely tokens")
    stop_sequences: list[str] | None = Field(None, description="Where to stop: a string, or a JSON list of them")
    thinking: bool | None = Field(None, description="Whether to think first, as it finds right; since Claude 4.6")
    thinking_budget: int | None = Field(None, ge=1024, description="Tokens to think, for models that take a budget")
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = Field(None, description="How thorough to be")
    user_id: str | None = Field(None, description="Who asks, for the provider: no name and no address")
    cache: bool | None = Field(None, description="Whether to cache the conversation, for the next turn")
    timeout: float | None = Field(None, gt=0, description="Seconds to wait for each piece of the answer")

    @field_validator("stop_sequences", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return json.loads(value) if value.startswith("[") else [value]


class _Shared:
    """What the two kinds of models have in common."""

    needs_key: str | None = KEY
    key_env_var: str | None = KEY_VARIABLE
    can_stream = True
    supports_schema = True
    supports_tools = True
    attachment_types: set[str] | frozenset[str] = _IMAGES | _DOCUMENTS
    Options = AIMLAPIOptions

    def __init__(self, name: str) -> None:
        """name: the gateway's id of the model, such as "anthropic/claude-sonnet-5"."""
        self.name = name
        self.model_id = f"aimlapi/{name.removeprefix('anthropic/')}"

    def __str__(self) -> str:
        return f"AI/ML API: {self.model_id}"


class AIMLAPIModel(_Shared, llm.KeyModel):
    """A Claude model of the gateway for `llm`."""

    def execute(
        self, prompt: llm.Prompt, stream: bool, response: llm.Response, conversation: Any, key: str | None
    ) -> Iterator[StreamEvent]:
        """What the answer brings, as it comes. Raises llm.ModelError."""
        with _as_expected(), gateway.AIMLAPI(api_key=key) as client:
            answer = _Answer(self.name, prompt)
            if not stream:
                message: Any = client.messages.create(**answer.arguments)
                yield from answer.whole(message)
            else:
                with client.messages.stream(**answer.arguments) as events:
                    for event in events:
                        yield from answer.piece(event)
                    message = events.get_final_message()
            yield from answer.end(response, message)


class AsyncAIMLAPIModel(_Shared, llm.AsyncKeyModel):
    """A Claude model of the gateway for `llm`, with asyncio."""

    async def execute(
        self, prompt: llm.Prompt, stream: bool, response: llm.AsyncResponse, conversation: Any, key: str | None
    ) -> AsyncGenerator[StreamEvent]:
        """What the answer brings, as it comes. Raises llm.ModelError."""
        with _as_expected():
            async with gateway.AsyncAIMLAPI(api_key=key) as client:
                answer = _Answer(self.name, prompt)
                if not stream:
                    message: Any = await client.messages.create(**answer.arguments)
                    for made in answer.whole(message):
                        yield made
                else:
                    async with client.messages.stream(**answer.arguments) as events:
                        async for event in events:
                            for made in answer.piece(event):
                                yield made
                        message = await events.get_final_message()
                for made in answer.end(response, message):
                    yield made


@contextmanager
def _as_expected() -> Generator[None]:
    """Raise what `llm` shows to its user."""
    try:
        yield
    except gateway.AIMLAPIError as error:
        raise llm.ModelError(str(error)) from error


class _Answer:
    """The arguments of a call, and what `llm` is told of the answer to it."""

    def __init__(self, name: str, prompt: Any) -> None:
        options = prompt.options
        system, turns = _conversation(prompt.messages)
        system = system or ([gateway.text(prompt.system)] if prompt.system else [])
        cannot = options.thinking_budget or refuses(name, "forced_tool_choice")
        tools, choice = _tools_of(prompt, is_forced=not cannot)
        if prompt.schema and choice is None:
            system.append(gateway.text(_CALL_OUTPUT))
        thinking: dict[str, Any] | None = None
        if options.thinking_budget:
            thinking = {"type": "enabled", "budget_tokens": options.thinking_budget}
        elif options.thinking is not None:
            thinking = {"type": "adaptive" if options.thinking else "disabled"}
        if options.cache and turns:
            turns[-1]["content"][-1] = gateway.cached(turns[-1]["content"][-1])
        most = (4_096 if "-3-" in name else 16_384) + (options.thinking_budget or 0)
        arguments = {
            "model": name,
            "messages": turns,
            "max_tokens": options.max_tokens or most,
            "system": system or None,
            "tools": tools or None,
            "tool_choice": choice,
            "thinking": thinking,
            "output_config": {"effort": options.effort} if options.effort else None,
            "metadata": {"user_id": options.user_id} if options.user_id else None,
            **{one: getattr(options, one) for one in ("temperature", "top_p", "top_k", "stop_sequences", "timeout")},
        }
        self.arguments: dict[str, Any] = {one: value for one, value in arguments.items() if value is not None}
        self._wants_output = bool(prompt.schema)
        self._outputs: set[int] = set()  # where in the answer it is
        self._calls: dict[int, str] = {}
        self._beside: list[StreamEvent] = []  # the text of an answer that is to have an output

    def piece(self, event: gateway.MessageStreamEvent) -> Iterator[StreamEvent]:
        """What an event of the stream brings."""
        if isinstance(event, gateway.TextEvent):
            yield from self._said(event.index, event.text)
        elif isinstance(event, gateway.ThinkingEvent):
            yield StreamEvent("reasoning", event.thinking, event.index)
        elif isinstance(event, gateway.SignatureEvent):
            yield from self._hidden(event.index, signature=event.signature)
        elif isinstance(event, wire.ContentBlockStartEvent):
            yield from self._begun(event.index, event.content_block)
        elif isinstance(event, gateway.InputJsonEvent):
            yield from self._written(event.index, event.partial_json)

    def whole(self, message: gateway.Message) -> Iterator[StreamEvent]:
        """What an answer brings that came at once."""
        for index, block in enumerate(message.content):
            yield from self._begun(index, block)
            if isinstance(block, wire.TextBlock):
                yield from self._said(index, block.text)
            elif isinstance(block, wire.ThinkingBlock):
                yield StreamEvent("reasoning", block.thinking, index)
                yield from self._hidden(index, signature=block.signature)
            elif isinstance(block, gateway.ToolUseBlock):
                yield from self._written(index, json.dumps(block.input) if block.input_complete else block.partial_json)

    def _begun(self, index: int, block: Any) -> Iterator[StreamEvent]:
        if block.type == "redacted_thinking":
            yield from self._hidden(index, redacted=block.data)
        elif block.type == "tool_use" and self._wants_output and block.name == OUTPUT:
            self._outputs.add(index)
        elif block.type == "tool_use":
            self._calls[index] = block.id
            yield StreamEvent("tool_call_name", block.name, index, block.id)

    def _said(self, index: int, text: str) -> Iterator[StreamEvent]:
        event = StreamEvent("text", text, index)
        if self._wants_output:
            self._beside.append(event)
        else:
            yield event

    def _written(self, index: int, text: str) -> Iterator[StreamEvent]:
        """The output is the text of the answer, not a call."""
        if index in self._outputs:
            yield StreamEvent("text", text, index)
        else:
            yield StreamEvent("tool_call_args", text, index, self._calls.get(index))

    def _hidden(self, index: int, **known: str) -> Iterator[StreamEvent]:
        """What the provider wants back with the thinking."""
        yield StreamEvent("reasoning", "", index, provider_metadata={KEY: known})

    def end(self, response: Any, message: gateway.Message) -> Iterator[StreamEvent]:
        """What is known of the whole answer. Raises ModelError for a refusal, and for part of a call."""
        counts = {name: count for name, count in message.usage.to_dict().items() if isinstance(count, int) and count}
        read = sum(count for name, count in counts.items() if name.endswith("input_tokens"))
        written = counts.pop("output_tokens", 0)
        if thought := getattr(message.usage.output_tokens_details, "thinking_tokens", 0):
            counts["thinking_tokens"] = thought
        response.set_usage(input=read, output=written, details=counts if counts.keys() - {"input_tokens"} else None)
        response.set_resolved_model(message.model)
        cost = {"usd": float(message.cost.usd)} if message.cost else None
        response.response_json = {**json.loads(message.to_json()), "request_id": message.request_id, "cost": cost}
        if message.stop_reason == "refusal":
            told = filter(None, (getattr(message.stop_details, name, None) for name in ("category", "explanation")))
            raise llm.ModelError(": ".join(("The model refused to answer", *told)))
        calls = [llm.ToolCall(call.name, call.input, call.id) for call in message.tool_uses]
        for call in calls:
            if not (self._wants_output and call.name == OUTPUT):
                response.add_tool_call(call)
        if not calls:
            yield from self._beside  # it said it instead


def _tools_of(prompt: Any, *, is_forced: bool) -> tuple[list[Any], dict[str, Any] | None]:
    """The tools of a prompt, a schema as one of them, and whether it must be called."""
    tools: list[Any] = [
        {"name": tool.name, "description": tool.description or "", "input_schema": tool.input_schema}
        for tool in prompt.tools
    ]
    if not prompt.schema:
        return tools, None
    schema = prompt.schema
    if schema.get("type", "object") != "object":
        raise llm.ModelError("The schema of an answer must be that of an object.")
    choice = {"type": "tool", "name": OUTPUT, "disable_parallel_tool_use": True} if is_forced and not tools else None
    tools.append({"name": OUTPUT, "description": "The answer.", "input_schema": {"type": "object", **schema}})
    return tools, choice


def _conversation(messages: Iterable[parts.Message]) -> tuple[list[Any], list[Any]]:
    """The blocks of the system prompt, and the turns."""
    system: list[Any] = []
    turns: list[Any] = []
    for message in messages:
        blocks = [block for part in message.parts for block in _blocks_of(part)]
        if message.role == "system":
            system += [block for block in blocks if block not in system]
        elif blocks:
            turns.append({"role": "assistant" if message.role == "assistant" else "user", "content": blocks})
    return system, turns


def _blocks_of(part: parts.Part) -> Iterator[Any]:
    """A part of a conversation as a block; none for what only another provider can read."""
    if isinstance(part, parts.TextPart) and part.text.strip():
        yield gateway.text(part.text)
    elif isinstance(part, parts.AttachmentPart) and part.attachment:
        yield _file(part.attachment)
    elif isinstance(part, parts.ToolCallPart) and not part.server_executed:
        yield {"type": "tool_use", "id": part.tool_call_id or part.name, "name": part.name, "input": part.arguments}
    elif isinstance(part, parts.ToolResultPart) and not part.server_executed:
        content: list[Any] = [gateway.text(part.output)] if part.output.strip() else []
        content += map(_file, part.attachments)
        failed = {"is_error": True} if part.exception else {}
        yield {"type": "tool_result", "tool_use_id": part.tool_call_id or part.name, "content": content, **failed}
    elif isinstance(part, parts.ReasoningPart):
        known: dict[str, Any] = (part.provider_metadata or {}).get(KEY) or {}
        if "redacted" in known:
            yield {"type": "redacted_thinking", "data": known["redacted"]}
        elif known.get("signature"):
            yield {"type": "thinking", "thinking": part.text, "signature": known["signature"]}


def _file(attachment: Any) -> Any:
    """An attachment as a block. A URL goes to the gateway as it is."""
    kind = "image" if attachment.resolve_type() in _IMAGES else "document"
    if attachment.url and not attachment.content and not attachment.path:
        return {"type": kind, "source": {"type": "url", "url": attachment.url}}
    content = attachment.content_bytes()
    return gateway.image(content) if kind == "image" else gateway.document(content)


@llm.hookimpl
def register_models(register: Any) -> None:
    """Every model of the gateway's document, by the name that it has without its maker, and without `claude-`."""
    names: dict[str, list[str]] = {}
    for id in sorted(gateway.known_models(), key=lambda one: (not one.startswith("anthropic/"), "." in one)):
        end = deprecation_of(id)
        if end is None or end.status != "withdrawn":
            names.setdefault(id.removeprefix("anthropic/").replace(".", "-"), []).append(id)
    for name, ids in sorted(names.items()):
        model, others = AIMLAPIModel(ids[0]), {f"aimlapi/{one.removeprefix('anthropic/')}" for one in [name, *ids]}
        others |= {one.replace("/claude-", "/") for one in others}
        register(model, AsyncAIMLAPIModel(ids[0]), aliases=sorted(others - {model.model_id}))


@llm.hookimpl
def register_commands(cli: click.Group) -> None:
    """`llm aimlapi models`."""

    @cli.group(name=KEY)
    def group() -> None:
        """The AI/ML API gateway: its models and what they cost."""

    @group.command(name="models")
    @click.option("--json", "as_json", is_flag=True, help="As a JSON list")
    def models(as_json: bool) -> None:
        """The models of today, with prices in US dollars for a million tokens."""
        key = llm.get_key(alias=KEY, env=KEY_VARIABLE) or "none"  # the catalogue needs none
        try:
            with gateway.AIMLAPI(api_key=key) as client:
                found = client.models.list(type="anthropic/messages", include="pricing")
        except gateway.AIMLAPIError as error:
            raise click.ClickException(str(error)) from error
        rows = [(f"aimlapi/{one.id.removeprefix('anthropic/')}", _prices_of(one)) for one in found]
        if as_json:
            click.echo(json.dumps([{"model": name, **prices} for name, prices in rows]))
            return
        click.echo(f"{'':<40}{'input':>10}{'output':>10}")
        for name, prices in rows:
            click.echo(f"{name:<40}{prices['input']!s:>10}{prices['output']!s:>10}")


def _prices_of(model: wire.ModelInfo) -> dict[str, float | None]:
    """US dollars for a million tokens of input and of output, None where none is told."""
    prices: dict[str, float | None] = {"input": None, "output": None}
    for unit in (model.pricing and model.pricing.units) or []:
        name = {"provided": "input", "generated": "output"}.get(str(unit.origin or unit.measure))
        if name and prices[name] is None and unit.price is not None:
            prices[name] = float(unit.price * 1_000_000 / (unit.per or 1))
    return prices
