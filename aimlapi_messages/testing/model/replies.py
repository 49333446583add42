"""The replies of a test: which request gets which, and the answer that each stands for.

A reply is read when it is given, so that a mistake is told where it was made; only what a function returns comes later.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Protocol, TypeAlias, cast

from ..document.json_values import as_object, as_objects, as_text, is_count
from ..faults.errors import EVENTS_CONTENT_TYPE, JSON_CONTENT_TYPE, PROBLEM_CONTENT_TYPE, STATUSES, GatewayError
from .answers import Answer, Recording
from .request import MessageRequest


class HasDict(Protocol):
    """A message of this package or of `anthropic`."""

    def to_dict(self) -> dict[str, Any]:
        """Its members as JSON."""
        ...


Reply: TypeAlias = str | int | Path | Mapping[str, Any] | HasDict
ReplyFunction: TypeAlias = Callable[[MessageRequest], Reply | None]
Condition: TypeAlias = str | re.Pattern[str] | Callable[[MessageRequest], bool]

# The members without which a block cannot be sent, and what others are if they are not given.
_TEXTS = {"text": "text", "thinking": "thinking", "tool_use": "name"}
_DEFAULTS: Mapping[str, dict[str, Any]] = {"thinking": {"signature": ""}, "tool_use": {"id": "", "input": {}}}
_TOKENS = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
_LONGEST_SHOWN = 80


@dataclass
class _Given:
    """Answers that are sent one after the other, and `times` over; None for any number of times, also none."""

    answers: tuple[Callable[[MessageRequest], Answer | int | None], ...]
    when: Condition | None
    times: int | None
    shown: str
    sent: int = 0

    @property
    def all(self) -> int:
        """The number of requests that it is for."""
        return sys.maxsize if self.times is None else self.times * len(self.answers)

    @property
    def is_left(self) -> bool:
        return self.sent < self.all

    def fits(self, request: MessageRequest) -> bool:
        match self.when:
            case None:
                return True
            case str() as text:
                return text.lower() in request.question.lower()
            case re.Pattern() as pattern:
                return pattern.search(request.question) is not None
            case condition:
                return condition(request)


class Replies:
    """The replies given so far, and what went wrong with them. Thread-safe."""

    def __init__(self) -> None:
        self._given: list[_Given] = []
        self._problems: list[str] = []
        self._lock = RLock()

    def add(
        self,
        answers: tuple[Reply | ReplyFunction, ...],
        tool_calls: Sequence[Mapping[str, Any]],
        when: Condition | None,
        times: int | None,
    ) -> None:
        """Add a reply, as `Emulator.reply` says."""
        shown = ", ".join([*map(_show, answers), *([f"tool_calls={_show(tool_calls)}"] if tool_calls else [])])
        if tool_calls:
            texts = [{"type": "text", "text": text} for text in answers]
            if len(texts) > 1 or not all(isinstance(text, str) for text in answers):
                raise TypeError("tool_calls are one answer: give them with one text or none")
            answers = ({"content": [*texts, *({"type": "tool_use", **call} for call in tool_calls)]},)
        if not answers:
            raise TypeError("reply() needs an answer: text, tool_calls, a message, a status, a file or a function")
        if times is not None and times < 1:
            raise ValueError(f"times is {times}; it is 1 or more, or None for any number of times")
        shown += "" if when is None else f", when={_show(when)}"
        given = _Given(tuple(map(_maker, answers)), when, times, f"reply({shown})")
        with self._lock:
            self._given.append(given)

    def take(self, request: MessageRequest) -> Answer | None:
        """The answer of a test to a valid request, or None to let the emulator answer.

        Raises GatewayError with the status that the test asks for, or 400 if it has no reply for the request.
        """
        with self._lock:
            if not self._given:
                return None
            problem, answer = "No reply is left", None
            try:
                given = next((one for one in self._in_order() if one.fits(request)), None)
                if given is not None:
                    given.sent += 1
                    problem, answer = "", given.answers[(given.sent - 1) % len(given.answers)](request)
            except BaseException as error:  # that of pytest.fail is no Exception
                problem = f"A function of the test raised {type(error).__name__}: {error}"
            if problem:
                self._problems.append(f"{problem} for the message {_show(request.question)}{_place(request)}.")
                raise GatewayError(400, self._problems[-1])
        if isinstance(answer, int):
            raise GatewayError(answer)
        return answer

    def _in_order(self) -> Iterable[_Given]:
        """What is left; those for any number of times come last, so that they can be a default."""
        return sorted((one for one in self._given if one.is_left), key=lambda one: one.times is None)

    def problems(self) -> list[str]:
        """The requests without a reply, and the replies that were not sent."""
        unsent = [one for one in self._given if one.times is not None and one.is_left]
        problems = [*self._problems, *(f"Sent {one.sent} of {one.all} times: {one.shown}" for one in unsent)]
        return list(dict.fromkeys(problems))


def _maker(given: Reply | ReplyFunction) -> Callable[[MessageRequest], Answer | int | None]:
    """A function that gives the answer to a request."""
    if callable(given):

        def call(request: MessageRequest) -> Answer | int | None:
            returned = given(request)
            return None if returned is None else _read(returned)

        return call
    read = _read(given)
    return lambda _: read


def _read(given: Any) -> Answer | int:
    """The answer that is meant; a status as it is. Raises OSError, TypeError or ValueError."""
    match given:
        case str():
            return _read_message({"content": given})
        case int() if given in STATUSES:
            return given
        case int():
            raise ValueError(f"{given} is not a status that the gateway fails with: {', '.join(map(str, STATUSES))}")
        case Path():
            return _read_recording(given)
        case Mapping():
            return _read_message(cast("Mapping[str, Any]", given))
        case _ if hasattr(given, "to_dict"):
            return _read_message(given.to_dict())
        case _:
            kinds = "text, a status, a file, a message or a function of the request"
            raise TypeError(f"a reply is {kinds}, not {type(given).__name__}")


def _read_message(given: Mapping[str, Any], recording: Recording | None = None) -> Answer:
    """The answer of a message, of which only the content is required."""
    message = json.loads(json.dumps(dict(given), allow_nan=False))  # a copy
    content = message.pop("content", None)
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        raise ValueError("a message needs a `content`: text, or a list of blocks")
    blocks: list[dict[str, Any]] = []
    for place, block in enumerate(as_objects(content)):
        kind = as_text(block.get("type"))
        needed = _TEXTS.get(kind, "type")
        if not isinstance(block.get(needed), str):
            raise ValueError(f"content[{place}] of a message needs a `{needed}`, which is text")
        blocks.append({"type": kind, **_DEFAULTS.get(kind, {}), **block})
    usual = "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"
    stops = message.pop("stop_reason", usual), message.pop("stop_sequence", None)
    accounts = _accounts([{name: message.pop(name, None) for name in ("usage", "meta")}])
    return Answer(tuple(blocks), *stops, members=message, **accounts, recording=recording)


def _read_recording(file: Path) -> Answer:
    """The answer of a recorded body: JSON, or server-sent events."""
    body = file.read_bytes()
    text = body.decode("utf-8-sig", "replace")
    message = _object(text)
    objects = [message] if message else list(map(_object, re.findall(r"^data:(.*)", text, re.MULTILINE)))
    if message:
        status = re.fullmatch("[45][0-9]{2}", str(message.get("statusCode", message.get("status"))))
        kind = PROBLEM_CONTENT_TYPE if "title" in message else JSON_CONTENT_TYPE
        recording = Recording(body, kind, int(status.group()) if status else None)
        if isinstance(message.get("content"), list):
            return _read_message(message, recording)
    elif any(objects):
        recording = Recording(body, EVENTS_CONTENT_TYPE)
    else:
        raise ValueError(f"{file} is neither a JSON object nor server-sent events, so it is no recorded answer")
    return Answer((), None, **_accounts(objects), recording=recording)


def _object(text: str) -> dict[str, Any]:
    """The object that a text is in JSON, or an empty one."""
    try:
        return as_object(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _accounts(objects: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The token counts and the cost in a message of any shape, or in the events of a stream."""
    usage, cost = dict[str, Any](), dict[str, Any]()
    for one in objects:
        for part in (one, *(as_object(one.get(name)) for name in ("message", "event", "state"))):
            for name, value in as_object(part.get("usage")).items():
                known = _TOKENS.get(name, name)  # the last event of some recordings says 0
                usage[known] = max(value, usage[known]) if is_count(value) and is_count(usage.get(known)) else value
            cost |= as_object(as_object(part.get("meta")).get("usage"))
    credits = cost.get("credits_used")
    return {"usage": usage, "credits": credits if is_count(credits) else None}


def _place(request: MessageRequest) -> str:
    """Where a conversation that has gone on is: its last text from the user may be that of an earlier turn."""
    names = " and ".join(dict.fromkeys(result.name or "a tool" for result in request.results))
    turn = f", turn {request.turns}" if request.turns > 1 else ""
    return turn + (f", after the result of {names}" if names else "")


def _show(value: Any) -> str:
    text = getattr(value, "__name__", None) or repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
