"""How a test tells the emulator what to answer, for type checkers. Never run; see `api.py`."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

import anthropic
from starlette.applications import Starlette

from aimlapi_messages import Message
from aimlapi_messages.testing import SWITCHES, Emulator, MessageRequest, RecordedRequest


def shout(request: MessageRequest) -> str | None:
    return request.question.upper() or None


def replies(emulator: Emulator, own: Message, official: anthropic.types.Message, call: dict[str, Any]) -> None:
    emulator.reply("text", 529, own, official, Path("recorded.sse"), {"content": "text"}, shout)
    emulator.reply(tool_calls=[call, {"name": "get_weather", "input": {"location": "Paris"}}], when="weather")
    emulator.reply(lambda request: {"content": request.question}, when=re.compile("weather"), times=None)
    emulator.reply(lambda _: None, when=lambda request: request.turns > 1 and not request.results)
    emulator.script({"x-emulator-fail": "529"})
    emulator.assert_replies()
    emulator.balance = 2.5
    emulator.balance -= 1
    assert_type(emulator.balance, Decimal)
    assert_type(emulator.requests, list[RecordedRequest])
    assert_type(emulator.app, Starlette)
    for name, switch in SWITCHES.items():
        assert_type((name, switch.form, switch.meaning), tuple[str, str, str])
