"""A model as an object: its settings and clients, copies, pickles, what LangChain saves and traces of it."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("langchain_core")

from langchain_core.load import dumps, load
from langchain_core.messages import HumanMessage
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_core.runnables import ConfigurableField
from pydantic import SecretStr, ValidationError

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, BudgetExceededError, ConfigurationError, MissingKeyError
from aimlapi_messages.integrations.langchain import ChatAIMLAPI
from aimlapi_messages.testing import Emulator

from .material import KEY, MODEL

pytestmark = pytest.mark.operation("create_message")

SECRET = "sk-a-secret-of-this-test"
HEADER = "a-header-of-this-test"


def test_the_key_is_nowhere(make: Callable[..., Any]) -> None:
    """Not in a repr, a dump, a pickle, a trace; and what LangChain saves does not have headers."""
    model = make(api_key=SECRET, default_headers={"x-mine": HEADER})
    shown = [repr(model), str(model), dumps(model), json.dumps(model._get_ls_params()), json.dumps(model.asdict())]
    assert [text for text in shown if SECRET in text or HEADER in text] == []
    assert SECRET.encode() not in pickle.dumps(model)
    assert model.api_key == SecretStr(SECRET)


def test_what_is_saved_is_loaded_with_the_key_of_the_environment(
    make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By LangChain, for who allows this class."""
    monkeypatch.setenv("AIMLAPI_API_KEY", KEY)
    saved = json.loads(dumps(make(api_key=SECRET, max_tokens=9)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is in beta
        loaded = load(
            saved,
            allowed_objects=[ChatAIMLAPI],
            valid_namespaces=["aimlapi_messages"],
            secrets_from_env=True,
        )
    assert isinstance(loaded, ChatAIMLAPI)
    assert (loaded.api_key, loaded.max_tokens, loaded.model) == (SecretStr(KEY), 9, MODEL)


def test_a_pickle_takes_the_key_of_where_it_is_read(
    make: Callable[..., Any], aimlapi_server: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also that of a model that was used, or bound to tools."""
    aimlapi_server.reply("one", "two")
    model = make()
    model.invoke("Hello")
    loaded = pickle.loads(pickle.dumps(model))
    with pytest.raises(MissingKeyError):
        loaded.invoke("Hello")
    monkeypatch.setenv("AIMLAPI_API_KEY", KEY)
    assert loaded.invoke("Hello").text == "two"


def configured(model: ChatAIMLAPI) -> Any:
    """A model that LangChain makes anew at each call."""
    return model.configurable_fields(max_tokens=ConfigurableField(id="most")).with_config(configurable={"most": 9})


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        lambda model: model.model_copy(update={"max_tokens": 9}),
        lambda model: model.bind_tools([]),
        configured,
    ],
)
def test_copies_share_a_budget(
    make: Callable[..., Any], aimlapi_server: Emulator, copied: Callable[[Any], Any]
) -> None:
    """Whether they ask synchronously or not."""
    aimlapi_server.reply("Hello")
    model = make(budget_usd="0.000001")
    model.invoke("Hello")
    with pytest.raises(BudgetExceededError):
        asyncio.run(copied(model).ainvoke("Hello"))


def test_a_copy_with_another_address_has_other_clients(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """And goes where it says."""
    aimlapi_server.reply("one", "two")
    model = make(base_url="http://127.0.0.1:9")
    moved = model.model_copy(update={"base_url": aimlapi_server.base_url})
    assert (moved.invoke("Hello").text, moved.invoke("Hello").text) == ("one", "two")


def test_clients_of_the_caller(ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Both, or the synchronous one alone, which then runs on a thread."""
    aimlapi_server.reply("Hello", times=2)
    options: dict[str, Any] = {"api_key": KEY, "base_url": aimlapi_server.base_url, "max_retries": 0}
    client, async_client = AIMLAPI(**options), AsyncAIMLAPI(**options)
    assert ask(ChatAIMLAPI(model=MODEL, client=client), "Hello").text == "Hello"
    assert ask(ChatAIMLAPI(model=MODEL, client=client, async_client=async_client), "Hello").text == "Hello"
    assert client.spent > 0


def test_an_asynchronous_client_alone(aimlapi_server: Emulator) -> None:
    """Nobody makes another client behind its back."""
    async_client = AsyncAIMLAPI(api_key=KEY, base_url=aimlapi_server.base_url)
    with pytest.raises(ConfigurationError, match="async_client"):
        ChatAIMLAPI(model=MODEL, async_client=async_client).invoke("Hello")


def test_what_goes_to_the_client(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Headers, retries and timeouts."""
    aimlapi_server.reply(529, "Hello")
    model = make(default_headers={"x-mine": HEADER, "user-agent": None}, max_retries=1, timeout=30)
    assert ask(model, "Hello").text == "Hello"
    first, second = aimlapi_server.requests
    assert first.headers["authorization"] == second.headers["authorization"]
    assert first.headers["x-mine"] == HEADER
    assert "user-agent" not in first.headers


@pytest.mark.parametrize("fields", [{"max_token": 9}, {"max_tokens": "many"}, {"model": None}])
def test_a_setting_that_is_none(make: Callable[..., Any], fields: dict[str, Any]) -> None:
    """It is refused, and not ignored."""
    with pytest.raises(ValidationError):
        make(**fields)


def test_an_argument_that_is_none(make: Callable[..., Any], ask: Callable[..., Any]) -> None:
    """The same of a call."""
    with pytest.raises(TypeError, match="Did you mean 'temperature'"):
        ask(make(), "Hello", temperatur=1)


def test_what_is_traced(make: Callable[..., Any]) -> None:
    """The provider and the model, as the call has them."""
    traced = make(max_tokens=9)._get_ls_params(stop=["a"], model="claude-opus-5")
    assert traced == {
        "ls_provider": "aimlapi",
        "ls_model_name": "claude-opus-5",
        "ls_model_type": "chat",
        "ls_max_tokens": 9,
        "ls_stop": ["a"],
    }


@pytest.mark.parametrize(("model", "forced"), [(MODEL, True), ("anthropic/claude-opus-5-5", False)])
def test_the_profile(make: Callable[..., Any], model: str, forced: bool) -> None:
    """What is known without asking the gateway, unless the caller says it."""
    assert (make(model=model).profile or {})["tool_choice"] is forced
    assert make(profile={"max_input_tokens": 7}).profile == {"max_input_tokens": 7}


def test_an_estimate_of_tokens(make: Callable[..., Any]) -> None:
    """Without a tokenizer to download."""
    assert 5 < make().get_num_tokens_from_messages([HumanMessage("How is the weather in Ghent?")]) < 20
    assert 5 < make().get_num_tokens("How is the weather in Ghent?") < 20


def test_a_rate_limiter(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """It lets the calls through that it is asked for."""
    asked: list[bool] = []

    class Limiter(InMemoryRateLimiter):
        def acquire(self, *, blocking: bool = True) -> bool:
            asked.append(blocking)
            return True

        async def aacquire(self, *, blocking: bool = True) -> bool:
            return self.acquire(blocking=blocking)

    aimlapi_server.reply("Hello")
    ask(make(rate_limiter=Limiter(requests_per_second=1)), "Hello")
    assert asked == [True]
