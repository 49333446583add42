"""Converts the chat shapes that the gateway has used for messages into the payloads of its own events. No I/O.

There are three: a body (`choices[].message`), the chunks of a stream (`choices[].delta`), and, until February 2026,
the same chunks wrapped as `{"event": chunk, "state": {...}}` with the token counts in the state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..core.json import is_array, is_object

_STOP_REASONS: Final[Mapping[str, str]] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}

# With these the last call may be cut off before its first argument.
_CUT_REASONS: Final = (
    *("abort", "cancelled", "content_filter", "error", "insufficient_system_resource", "length"),
    *("malformed_function_call", "max_tokens", "model_context_window_exceeded", "model_length", "network_error"),
    *("recitation", "repetition", "safety", "sensitive", "timeout"),
)

# Words that some servers write for no reason yet.
_NO_REASONS: Final = frozenset({"", "null", "None"})


class _Call(NamedTuple):
    """A tool call, by its first piece. `number` is the server's, `block` the index of the block here."""

    id: str
    name: str
    number: int | None
    block: int


def is_legacy(payload: Mapping[str, Any]) -> bool:
    """Whether a payload is a chunk in the shape of a chat, wrapped or not."""
    return "type" not in payload and ("choices" in payload or isinstance(payload.get("event"), dict))


def has_choices(payload: Mapping[str, Any]) -> bool:
    """Whether a chunk or body has a part of an answer."""
    return bool(_choices(_chunk(payload)))


def failure_of(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The error in a chunk or body, as an error event; None if there is none.

    It is beside the choices, in one of them, or only a `finish_reason` of "error".
    """
    chunk = _chunk(payload)
    for part in (chunk, *_choices(chunk)):
        if part.get("error") or part.get("finish_reason") == "error":
            found = part.get("error")
            error = found if is_object(found) else {"message": _text(found) or "The provider broke the answer off."}
            return {**meta_of(chunk), "error": error}
    return None


class LegacyReader:
    """Converts one answer. It tracks the open blocks, because chat chunks neither start nor stop any."""

    def __init__(self) -> None:
        self._started = self._refused = False
        self._index = -1
        self._open: str | None = None  # the type of the open block
        self._calls: list[_Call] = []  # open until the end, since their pieces may alternate
        self._numbered: dict[int, _Call] = {}  # the latest with each number
        self._named: dict[str, _Call] = {}  # the latest with each id
        self._begun, self._lost = set[int](), set[int]()  # blocks of calls with arguments, and with a null after them
        self._stop_reason: str | None = None
        self._counts: dict[str, int] = {"input_tokens": 0, "output_tokens": 0}

    def read(self, payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of a body, or of one chunk of a stream. Of several answers only the first is read."""
        chunk, state = _chunk(payload), _object(payload.get("state"))
        counts = _counts(chunk.get("usage"), "prompt_tokens", "completion_tokens")
        counts |= _counts(state.get("usage"), "input_tokens", "output_tokens")
        self._counts |= counts
        if not self._started:
            self._started = True
            yield {"type": "message_start", "message": self._message(chunk)}
        choices = [choice for choice in _choices(chunk) if not choice.get("index")]
        choice: Mapping[str, Any] = choices[0] if choices else {}
        part = choice.get("delta") or choice.get("message")
        if not _is_list(chunk.get("choices")) or (part and not is_object(part)):
            yield from self._spoil()
        yield from self._content(_object(part))
        yield from self._finish(state.get("finishReason") or choice.get("finish_reason"), counted=bool(counts))
        if is_object(chunk.get("meta")):
            yield meta_of(chunk)

    def end(self) -> Iterator[dict[str, Any]]:
        """The events at the end of the stream: the stop, if the answer has a reason for it."""
        if self._stop_reason is not None:
            yield {"type": "message_stop"}

    def _message(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": _text(data.get("id")),
            "type": "message",
            "role": "assistant",
            "model": _text(data.get("model")),
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": dict(self._counts),
        }

    def _content(self, part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        yield from self._piece("thinking", _text(part.get("reasoning_content")), {"signature": ""})
        refusal = _text(part.get("refusal"))
        self._refused = self._refused or bool(refusal)
        yield from self._piece("text", _text(part.get("content")) + refusal, {})
        calls = part.get("tool_calls")
        if not _is_list(calls):
            yield from self._spoil()
        for position, call in enumerate(calls if is_array(calls) else []):
            if is_object(call):
                yield from self._tool_call(call, position)

    def _spoil(self, first: int = 0) -> Iterator[dict[str, Any]]:
        """What could not be read may be a piece of any call from there on, so that none is whole."""
        for call in self._calls[first:] if self._stop_reason is None else ():
            yield {"type": "content_block_delta", "index": call.block, "delta": {"type": "incomplete_delta"}}

    def _piece(self, kind: str, text: str, others: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The events of a piece of text or thinking. others: the other members of a new block."""
        if text:
            if self._open != kind:
                yield from self._open_block({"type": kind, kind: "", **others})
            delta = {"type": f"{kind}_delta", kind: text}
            yield {"type": "content_block_delta", "index": self._index, "delta": delta}

    def _tool_call(self, given: Mapping[str, Any], position: int) -> Iterator[dict[str, Any]]:
        told, number = given.get("function"), given.get("index")
        function = _object(told)
        if told and not is_object(told):
            yield from self._spoil()
        id, name = _text(given.get("id")), _text(function.get("name"))
        if isinstance(number, str) and number.isdecimal():
            number = int(number)
        index = number if isinstance(number, int) else None
        call = self._continued(id, name, index, position)
        if call is None:
            if not (id or name) and function.get("arguments") != "":  # it may be a piece of any call
                yield from self._spoil()
            yield from self._open_block({"type": "tool_use", "id": id, "name": name, "input": {}})
            call = _Call(id, name, index, self._index)
            self._calls.append(call)
            if id:
                self._named[id] = call
            if index is not None:
                self._numbered[index] = call
        if given.get("arguments") and not function.get("arguments"):  # beside the function, where nobody reads them
            yield from self._spoil()
        # A piece with something else than arguments may be of arguments that got lost.
        arguments: object = function.get("arguments", "" if "name" in function or not function else None)
        if arguments is None:  # no piece, or one that got lost if others follow those before it
            self._lost.update({call.block} & self._begun)
            return
        if is_object(arguments):  # some servers give the value
            arguments = json.dumps(arguments)
        pieces = [None, arguments] if call.block in self._lost else [arguments]
        for piece in pieces if arguments != "" else ():  # also one that is no text: the call has arguments
            self._begun.add(call.block)
            delta = {"type": "input_json_delta", "partial_json": piece}
            yield {"type": "content_block_delta", "index": call.block, "delta": delta}

    def _continued(self, id: str, name: str, index: int | None, position: int) -> _Call | None:
        """The call that a piece continues; None for a new one.

        The first piece of a call has its name; the others only have arguments, and with some servers the id. Some
        number the calls of a stream, some do not, some give all the same number, so another name or id is a new call.
        Without either, only the first piece of a chunk can continue the last call.
        """
        last = self._calls[-1] if self._calls else None
        found = self._named.get(id)
        if found is None or index not in (None, found.number):
            found = None if index is None else self._numbered.get(index)
        if found is None and last is not None and position == 0 and (index is None or last.number is None):
            found = last
        if found is None or (name and name != found.name):
            return None
        if id and id != found.id and (name or index is None):  # some give each piece of a call an id of its own
            return None
        # Without number and id, the same name after a text is another call of the tool.
        again = name and not id and index is None and self._open != "tool_use"
        return None if again else found

    def _open_block(self, block: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from self._close_text()
        self._index += 1
        self._open = block["type"]
        yield {"type": "content_block_start", "index": self._index, "content_block": block}

    def _close_text(self) -> Iterator[dict[str, Any]]:
        """Stop the open block of text or thinking."""
        if self._open is not None and self._open != "tool_use":
            yield {"type": "content_block_stop", "index": self._index}
        self._open = None

    def _finish(self, reason: object, *, counted: bool = False) -> Iterator[dict[str, Any]]:
        """The `message_delta`, once for the reason and again for later counts."""
        news = counted
        if isinstance(reason, str) and reason not in _NO_REASONS and self._stop_reason is None:
            if reason.lower() in _CUT_REASONS and self._open == "tool_use" and self._calls[-1].block not in self._begun:
                yield from self._spoil(-1)
            # A text that is open started after all calls.
            yield from ({"type": "content_block_stop", "index": call.block} for call in self._calls)
            yield from self._close_text()
            self._stop_reason = "refusal" if self._refused else _STOP_REASONS.get(reason, reason)
            news = True
        if news and self._stop_reason is not None:
            delta = {"stop_reason": self._stop_reason, "stop_sequence": None}
            yield {"type": "message_delta", "delta": delta, "usage": dict(self._counts)}


def _counts(usage: object, prompt: str, completion: str) -> dict[str, int]:
    """The token counts above zero, by their names here. In these streams zero means that a count is not known yet."""
    counts = {"input_tokens": _object(usage).get(prompt), "output_tokens": _object(usage).get(completion)}
    return {name: count for name, count in counts.items() if isinstance(count, int) and count > 0}


def _chunk(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The chunk without its wrapper."""
    inner = payload.get("event")
    return inner if is_object(inner) else payload


def _choices(chunk: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = chunk.get("choices")
    return list(filter(is_object, choices)) if is_array(choices) else []


def meta_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The `meta` member alone, if there is one."""
    return {"meta": data["meta"]} if "meta" in data else {}


def _text(value: object) -> str:
    """A text, or the joined texts of a list of content parts."""
    if isinstance(value, str):
        return value
    texts = [_object(part).get("text") for part in value] if is_array(value) else []
    return "".join(text for text in texts if isinstance(text, str))


def _is_list(value: object) -> bool:
    """Whether it is a list of objects, or nothing."""
    return all(map(is_object, value)) if is_array(value) else not value


def _object(value: object) -> dict[str, Any]:
    return value if is_object(value) else {}
