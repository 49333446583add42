"""LangChain's own suites of tests for chat models, on the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

pytest.importorskip("langchain_tests")

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

from aimlapi_messages.integrations.langchain import ChatAIMLAPI
from aimlapi_messages.testing import Emulator

from .material import KEY, MODEL, PDF, PNG


class TestUnit(ChatModelUnitTests):
    """What needs no server."""

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatAIMLAPI

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": MODEL, "api_key": KEY}

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return {"AIMLAPI_API_KEY": KEY}, {"model": MODEL}, {"api_key": KEY}

    @pytest.mark.xfail(
        reason="LangChain loads what its own list has, or a class that the caller allows: see test_settings"
    )
    def test_serdes(self, model: BaseChatModel, snapshot: Any) -> None:
        super().test_serdes(model, snapshot)


@pytest.mark.anyio
@pytest.mark.operation("create_message")
class TestIntegration(ChatModelIntegrationTests):
    """What needs one. The suite's files come from here, and not from the Internet."""

    emulator: Emulator

    @pytest.fixture(autouse=True)
    def _served(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        def get(url: str, **_: Any) -> httpx.Response:
            return httpx.Response(200, content=PDF if url.endswith("pdf") else PNG)

        monkeypatch.setattr(httpx, "get", get)
        with Emulator() as emulator:
            request.cls.emulator = emulator
            yield

    @pytest.fixture
    def model(self, request: Any, _served: None) -> BaseChatModel:
        return ChatAIMLAPI(**self.chat_model_params, **getattr(request, "param", {}))

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatAIMLAPI

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": MODEL, "api_key": KEY, "base_url": self.emulator.base_url}

    supports_image_inputs = supports_image_urls = supports_pdf_inputs = True
    supports_image_tool_message = supports_pdf_tool_message = supports_anthropic_inputs = True
    supports_json_mode = True
    model_override_value = "claude-opus-5"

    @property
    def supported_usage_metadata_details(self) -> dict[Any, Any]:
        every = ["reasoning_output", "cache_read_input", "cache_creation_input"]
        return {"invoke": every, "stream": every}

    def _usage(self, usage: dict[str, Any], stream: bool) -> AIMessage:
        self.emulator.reply({"content": "Hello", "usage": {"input_tokens": 3, "output_tokens": 9, **usage}})
        model = ChatAIMLAPI(**self.chat_model_params)
        if not stream:
            return model.invoke([HumanMessage("Hello")])
        first, *rest = model.stream([HumanMessage("Hello")])
        whole = first + rest
        assert isinstance(whole, AIMessageChunk)
        return whole

    def invoke_with_reasoning_output(self, *, stream: bool = False) -> AIMessage:
        return self._usage({"output_tokens_details": {"thinking_tokens": 4}}, stream)

    def invoke_with_cache_read_input(self, *, stream: bool = False) -> AIMessage:
        return self._usage({"cache_read_input_tokens": 100}, stream)

    def invoke_with_cache_creation_input(self, *, stream: bool = False) -> AIMessage:
        return self._usage({"cache_creation_input_tokens": 100}, stream)


class TestIntegrationByText(TestIntegration):
    """With the other way to a value of a type."""

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "json_schema"}
