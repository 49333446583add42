"""LangChain: the gateway's models as a chat model, with the extra `langchain`.

    from aimlapi_messages.integrations.langchain import ChatAIMLAPI

    model = ChatAIMLAPI(model="anthropic/claude-sonnet-5", budget_usd=5)
    print(model.invoke("Hello").text)

The content of its messages is that of LangChain's `ChatAnthropic`, so that one may go on where the other ended.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, Literal, cast

try:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput, ModelProfile
except ImportError as error:
    raise ImportError("LangChain is missing. pip install 'aimlapi-messages[langchain]'") from error

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.output_parsers.openai_tools import JsonOutputKeyToolsParser, PydanticToolsParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils import secret_from_env
from langchain_core.utils.function_calling import convert_to_openai_tool
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from aimlapi_client.refusals import refuses

from .. import AIMLAPI, AsyncAIMLAPI, ConfigurationError
from .langchain_errors import classified
from .langchain_messages import Chunks, WholeValue, answer, conversation

# Members of a LangChain tool's `extras` that are those of a tool of the API.
_TOOL_EXTRAS: Final = ("allowed_callers", "cache_control", "defer_loading", "eager_input_streaming", "input_examples")


def _tool(tool: Any, strict: bool | None = None) -> dict[str, Any]:
    """A tool of the API from whatever LangChain takes for one; one of the API's own as it is."""
    extras: Mapping[str, Any] = (tool.extras or {}) if isinstance(tool, BaseTool) else {}
    given: Any = extras.get("provider_tool_definition", tool)
    own = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if "input_schema" in own or own.get("type") not in (None, "function", "object"):
        return own
    made: dict[str, Any] = convert_to_openai_tool(tool, strict=strict)["function"]
    made["input_schema"] = made.pop("parameters", {"type": "object", "properties": {}})
    return made | {name: extras[name] for name in _TOOL_EXTRAS if name in extras}


def _format(schema: Any) -> dict[str, Any]:
    """What asks for text that is JSON of a type. Its objects have no other members, as the API demands."""
    named: Any = {"title": "output", **cast("dict[str, Any]", schema)} if isinstance(schema, dict) else schema
    return {"type": "json_schema", "schema": convert_to_openai_tool(named, strict=True)["function"]["parameters"]}


def _choice(choice: Any) -> dict[str, Any] | None:
    """A `tool_choice` of the API from one of LangChain or OpenAI; a name is that of a tool."""
    match choice:
        case {"function": {"name": name}}:
            return {"type": "tool", "name": name}
        case dict():
            return {**cast("dict[str, Any]", choice)}
        case "any" | "required" | True:
            return {"type": "any"}
        case "auto" | "none":
            return {"type": choice}
        case _:
            return {"type": "tool", "name": choice} if choice else None


class _Clients(dict[Any, tuple[AIMLAPI, AsyncAIMLAPI]]):
    """Clients by their settings. Copies of a model share them; a pickle has none."""

    def __deepcopy__(self, _: object) -> _Clients:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _Clients, ()


class ChatAIMLAPI(BaseChatModel):
    """A chat model of the AI/ML API gateway.

    model: the model's id, such as "anthropic/claude-sonnet-5".
    max_tokens: the most tokens of an answer; 4,096 unless given.
    temperature, top_p, top_k, thinking: as `messages.create` takes them.
    effort: that of its `output_config`, such as "low".
    stop: strings at which it stops.
    streaming: ask for a stream also where the whole answer is wanted.
    model_kwargs: other arguments of `messages.create`, such as {"betas": [...]}. `invoke` and the like take all of
        these by name, too.
    api_key: else AIMLAPI_API_KEY from the environment. No pickle has it, and what LangChain saves has its name only.
    base_url, max_retries, default_headers: as of `AIMLAPI`. No saved model has the headers.
    timeout: seconds of each wait, 600 unless given.
    budget_usd: US dollars; once calls have cost them, others raise BudgetExceededError. Copies of the model share it.
    client, async_client: your own, instead of these. Of a `client` alone, `ainvoke` and the like run on threads.

    Calls raise InvalidRequestError before anything is sent, and the children of APIError. These are LangChain's own
    too: RateLimitError a ModelRateLimitError, and BadRequestError of a prompt that is too long a ContextOverflowError.
    """

    model: str
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    thinking: dict[str, Any] | None = None
    effort: str | None = None
    stop: list[str] | None = None
    streaming: bool = False
    model_kwargs: dict[str, Any] = Field(default_factory=dict[str, Any])
    api_key: SecretStr | None = Field(default_factory=secret_from_env("AIMLAPI_API_KEY", default=None))
    base_url: str | None = None
    max_retries: int | None = None
    timeout: float | None = None
    budget_usd: float | str | None = None
    default_headers: dict[str, str | None] = Field(default_factory=dict[str, "str | None"], exclude=True, repr=False)
    client: AIMLAPI | None = Field(default=None, exclude=True, repr=False)
    async_client: AsyncAIMLAPI | None = Field(default=None, exclude=True, repr=False)
    # A field, for `configurable_fields` makes a model anew of its fields at each call: they share a budget, too.
    shared: _Clients = Field(default_factory=_Clients, exclude=True, repr=False)

    model_config = ConfigDict(extra="forbid")

    @property
    def _llm_type(self) -> str:
        return "aimlapi-chat"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        names = ("model", "max_tokens", "temperature", "top_p", "top_k", "thinking", "effort", "stop", "model_kwargs")
        return {name: getattr(self, name) for name in names}

    @property
    def lc_secrets(self) -> dict[str, str]:
        return {"api_key": "AIMLAPI_API_KEY"}

    @classmethod
    def is_lc_serializable(cls) -> bool:
        return True

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        return {**state, "__dict__": {**state["__dict__"], "api_key": None}}

    def _resolve_model_profile(self) -> ModelProfile | None:
        forced = not refuses(self.model, "forced_tool_choice")
        files = ModelProfile(image_inputs=True, image_url_inputs=True, image_tool_message=True, pdf_inputs=True)
        return {**files, "pdf_tool_message": True, "tool_calling": True, "tool_choice": forced}

    def get_num_tokens(self, text: str) -> int:
        """An estimate by the length of a text, as of messages."""
        return self.get_num_tokens_from_messages([HumanMessage(text)])

    def get_num_tokens_from_messages(self, messages: list[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """An estimate by the length of the messages, for the gateway does not count them."""
        return count_tokens_approximately(messages, tools=[_tool(tool) for tool in tools or ()])

    def _own_clients(self) -> tuple[AIMLAPI, AsyncAIMLAPI]:
        """The clients of these settings. They share the budget."""
        settings = (self.api_key, self.base_url, self.budget_usd, *sorted(self.default_headers.items()))
        if settings not in self.shared:
            key = None if self.api_key is None else self.api_key.get_secret_value()
            own: dict[str, Any] = {"api_key": key, "base_url": self.base_url, "default_headers": self.default_headers}
            client = AIMLAPI(budget_usd=self.budget_usd, **own)
            self.shared.setdefault(settings, (client, AsyncAIMLAPI(budget_usd=client, **own)))
        return self.shared[settings]

    def _sync(self) -> Any:
        if self.client is None and self.async_client is not None:
            raise ConfigurationError("The model has an async_client only. Give it a client=AIMLAPI(...) too.")
        return (self.client or self._own_clients()[0]).messages

    def _async(self) -> Any:
        return (self.async_client or self._own_clients()[1]).messages

    def _request(self, messages: list[BaseMessage], stop: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of `messages.create`."""
        names = ("model", "max_tokens", "temperature", "top_p", "top_k", "thinking", "timeout", "max_retries")
        request: dict[str, Any] = {**{name: getattr(self, name) for name in names}, **self.model_kwargs, **kwargs}
        request.pop("stream", None)
        request["stop_sequences"] = stop or request.get("stop_sequences") or self.stop
        system, request["messages"] = conversation(messages)
        effort = request.pop("effort", self.effort)
        output: dict[str, Any] = {**({"effort": effort} if effort else {}), **(request.get("output_config") or {})}
        if wanted := request.pop("response_format", None):  # by which agents ask for output of the provider
            output["format"] = _format(wanted["json_schema"]["schema"])
        choice: dict[str, Any] = _choice(request.get("tool_choice")) or {}
        thinks = cast("Any", request.get("thinking") or {}).get("type") == "enabled"
        if choice.get("type") in ("any", "tool") and (thinks or refuses(str(request["model"]), "forced_tool_choice")):
            told = f"the tool {choice.pop('name')} once" if "name" in choice else "a tool"
            system.append({"type": "text", "text": f"Give your answer by calling {told}, and in no other way."})
            choice["type"] = "auto"
        request |= {"tool_choice": choice, "system": system, "output_config": output}
        return {name: value for name, value in request.items() if name == "messages" or value not in (None, [], {})}

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        with classified():
            return answer(self._sync().create(**self._request(messages, stop, kwargs)))

    async def _agenerate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        if self.client is not None and self.async_client is None:
            return await super()._agenerate(messages, stop, run_manager, **kwargs)
        with classified():
            return answer(await self._async().create(**self._request(messages, stop, kwargs)))

    def _convert_cached_generations(self, cache_val: list[Any]) -> list[ChatGeneration]:
        """Answers of LangChain's cache, which cost nothing: it says so too, as `total_cost`."""
        found = super()._convert_cached_generations(cache_val)
        for one in found:
            one.message.response_metadata = {**one.message.response_metadata, "cost_usd": 0.0}
        return found

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        request = self._request(messages, stop, kwargs)
        chunks = Chunks(request)
        with classified(), self._sync().stream(**request) as stream:
            for event in stream:
                for chunk in chunks.of(event):
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
            yield from chunks.end(stream.get_final_message())

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        if self.client is not None and self.async_client is None:
            async for chunk in super()._astream(messages, stop, run_manager, **kwargs):
                yield chunk
            return
        request = self._request(messages, stop, kwargs)
        chunks = Chunks(request)
        with classified():
            async with self._async().stream(**request) as stream:
                async for event in stream:
                    for chunk in chunks.of(event):
                        if run_manager:
                            await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                        yield chunk
                for chunk in chunks.end(await stream.get_final_message()):
                    yield chunk

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: Any = None,
        parallel_tool_calls: bool | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with tools.

        tools: whatever LangChain takes for a tool, and tools as the API documents them.
        tool_choice: "auto", "any", "none", the name of a tool, or as the API documents it. A model that cannot be
            forced to call one is told to, at the end of the system prompt.
        parallel_tool_calls: False for at most one call in an answer.
        strict: hold the arguments to their schemas.
        kwargs: other arguments of calls.
        """
        choice = _choice(tool_choice)
        if parallel_tool_calls is not None and (choice or {}).get("type") != "none":
            choice = {**(choice or {"type": "auto"}), "disable_parallel_tool_use": not parallel_tool_calls}
        bound = kwargs if choice is None else {**kwargs, "tool_choice": choice}
        return self.bind(tools=[_tool(tool, strict) for tool in tools], **bound)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Literal["function_calling", "json_schema", "json_mode"] = "function_calling",
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """The model as one that gives values of a type: of a pydantic class itself, and of others as a dict.

        schema: a pydantic class, a TypedDict, a JSON schema, or a tool.
        include_raw: give a dict of `raw`, the message, `parsed`, and `parsing_error`.
        method: "function_calling" has the value as the arguments of a tool; "json_schema", and "json_mode" for the
            same, as text that `output_config` asks for, which the gateway does not document.
        strict: hold the arguments of that tool to the schema.
        What it gives raises OutputParserException for an answer that is cut off, or no such value, and
        ModelRefusalError for a refusal.
        """
        tool = convert_to_openai_tool(schema)
        name = tool["function"]["name"]
        is_class = isinstance(schema, type) and is_basemodel_subclass(schema)
        kwargs |= {"ls_structured_output_format": {"kwargs": {"method": method}, "schema": tool}}
        parser: Any
        if method == "function_calling":
            model = self.bind_tools([schema], tool_choice=name, parallel_tool_calls=False, strict=strict, **kwargs)
            by_name = JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)
            parser = PydanticToolsParser(tools=[cast("Any", schema)], first_tool_only=True) if is_class else by_name
        else:
            model = self.bind(output_config={"format": _format(schema)}, **kwargs)
            parser = PydanticOutputParser(pydantic_object=cast("Any", schema)) if is_class else JsonOutputParser()
        parser = WholeValue(parser=parser, tool=name if method == "function_calling" else None)
        made: Runnable[LanguageModelInput, Any] = model | parser
        if include_raw:
            parsed: Any = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
            failed = RunnablePassthrough.assign(parsed=lambda _: None)
            made = RunnableMap(raw=model) | parsed.with_fallbacks([failed], exception_key="parsing_error")
        return made
