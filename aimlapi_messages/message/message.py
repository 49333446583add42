"""`Message`, the answer of a model: the generated class with shortcuts for what is most often needed.

Responses are decoded in `message/response.py`, streams in `streaming/accumulator.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, cast

import attrs
from attrs import define, field

from aimlapi_client import models
from aimlapi_client.types import encode, tagged

from ..core import json as _json
from ..core.errors import ToolCallIncompleteError
from ..core.json import is_array, is_object
from ..core.reply import Cost, ReplyHead

if TYPE_CHECKING:
    from aimlapi_client.params import MessageParam

# The members of a block that keep their nulls when it is sent back.
_VERBATIM = frozenset({"input", "content"})

_PARTIAL_JSON = "partial_json"

# Stop reasons with which the last block may be cut off.
_CUT_REASONS = frozenset({"max_tokens", "model_context_window_exceeded"})


# Decodes a call, also one that lacks members.
_call = tagged("type", {"tool_use": "ToolUseBlock"})


def _given(block: ToolUseBlock, _: object, value: Any) -> Any:
    """A new input is whole, whatever the old one was."""
    if is_object(value):
        block.input_complete, block.partial_json = True, ""
    return value


# An attribute of the generated parent. An assignment would count as another declaration of it.
_assign = object.__setattr__


@define(kw_only=True, eq=False, repr=False)
class ToolUseBlock(models.ToolUseBlock):
    """A call of one of your tools.

    input: its arguments; `{}` where a server says none, in whatever way. Reading that of an incomplete call raises
        ToolCallIncompleteError, for nobody wrote it. To set it makes the call complete.
    input_complete: False if the input is malformed or was cut off. Do not run it.
    partial_json: the text of such an input; "" if the input is complete. `to_dict` writes it and `from_dict` reads it,
        so that a saved call does not come back as a complete one without arguments. It is never sent.
    """

    input: dict[str, Any] = field(on_setattr=_given)
    input_complete: bool = True
    partial_json: str = ""

    def __attrs_post_init__(self) -> None:
        given = cast("object", self.input)
        if not self.input_complete:
            self.mark_incomplete(self.partial_json)
            return
        if is_object(given) and (not given or _is_finite(given)):
            return
        text = given if isinstance(given, str) else "" if given is None else _shown(given)
        read = parse_tool_input(text)
        if read is None:
            self.mark_incomplete(text)
        else:
            _assign(self, "input", read)

    @classmethod
    def promoted(cls, block: models.ToolUseBlock) -> Self:
        """The same block as this class. It shares the content."""
        if isinstance(block, cls):
            return block
        promoted = cls(**{name: getattr(block, name) for name in _TOOL_USE_FIELDS})
        promoted.additional_properties = block.additional_properties
        promoted._nulls = block._nulls
        if isinstance(promoted.additional_properties.get(_PARTIAL_JSON), str):
            promoted.mark_incomplete(promoted.additional_properties.pop(_PARTIAL_JSON))
        return promoted

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The call of a JSON object, also of one that lacks its id or its name."""
        return cls.promoted(_call({"input": {}, **src_dict, "type": "tool_use"}))

    def to_dict(self) -> dict[str, Any]:
        if self.input_complete:
            return super().to_dict()
        names = [name for name in _TOOL_USE_FIELDS if name != "input"]
        plain = models.ToolUseBlock(**{name: getattr(self, name) for name in names}, input={})
        plain.additional_properties = {**self.additional_properties, _PARTIAL_JSON: self.partial_json}
        plain._nulls = self._nulls
        return plain.to_dict()

    def mark_incomplete(self, partial_json: str = "") -> None:
        """Mark the input as incomplete."""
        self.input_complete = False
        self.partial_json = partial_json
        with suppress(AttributeError):  # twice
            object.__delattr__(self, "input")

    if not TYPE_CHECKING:  # the attribute is declared by the generated parent

        def __getattr__(self, name: str) -> Any:
            if name != "input" or self.input_complete:
                raise AttributeError(f"{type(self).__name__!r} has no {name!r}", name=name, obj=self)
            what = f"The input of the call {self.name!r} ({self.id!r}) is not one JSON object"
            raise ToolCallIncompleteError.advised(
                f"{what}: its input_complete is False, and its partial_json has what came. Do not run it."
            )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.to_dict() == self.to_dict()

    __hash__ = None  # as of every model, for it can be changed

    def __repr__(self) -> str:
        shown = f"input={self.input!r}" if self.input_complete else f"partial_json={self.partial_json!r}"
        return f"{type(self).__name__}(id={self.id!r}, name={self.name!r}, {shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_dict, (self.to_dict(),)


# The union that `Message.content` is a list of.
ContentBlock: TypeAlias = (
    models.TextBlock
    | models.ThinkingBlock
    | models.RedactedThinkingBlock
    | ToolUseBlock
    | models.ServerToolUseBlock
    | models.WebSearchToolResultBlock
    | models.WebFetchToolResultBlock
    | models.CodeExecutionToolResultBlock
    | models.BashCodeExecutionToolResultBlock
    | models.TextEditorCodeExecutionToolResultBlock
    | models.ToolSearchToolResultBlock
    | models.ContainerUploadBlock
    | models.UnknownContentBlock
)

_TOOL_USE_FIELDS = tuple(a.name for a in attrs.fields(models.ToolUseBlock) if a.init)


@define(kw_only=True)
class Message(models.Message):
    """The model's answer, with every member of the wire (`content`, `stop_reason`, `usage` ...) and more.

    cost: the cost of the call, if the gateway reported it.
    request_id, inference_id: the gateway's ids, for support and for the account's logs.
    client_request_id: your own id, if you gave one and the gateway accepted it.
    raw: the JSON of the response, if the answer was not streamed.
    Equality compares the answer alone, not these.
    """

    cost: Cost | None = field(default=None, eq=False)
    request_id: str | None = field(default=None, eq=False)
    inference_id: str | None = field(default=None, eq=False)
    client_request_id: str | None = field(default=None, eq=False)
    raw: Mapping[str, Any] | None = field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        content = cast("object", self.content)
        if is_array(content):  # anything else stays as it is, as in the generated class
            blocks = [ToolUseBlock.promoted(b) if isinstance(b, models.ToolUseBlock) else b for b in content]
            _assign(self, "content", blocks)
            last = blocks[-1] if blocks else None
            if isinstance(last, ToolUseBlock) and last.input_complete and not last.input and is_cut(self):
                last.mark_incomplete()
        if self.cost is None and isinstance(self.meta, models.Meta):
            self.cost = Cost.from_meta(self.meta, "body")

    @property
    def text(self) -> str:
        """The text of all text blocks, joined; "" if there is none."""
        texts: list[object] = [block.text for block in self._blocks if isinstance(block, models.TextBlock)]
        return "".join(text for text in texts if isinstance(text, str))

    @property
    def tool_uses(self) -> list[ToolUseBlock]:
        """The calls of your tools, in order. One that came twice is there once, and complete if either is.

        A second one without arguments does not make the first complete that was cut off within its own.
        """
        calls: dict[object, ToolUseBlock] = {}
        for place, block in enumerate(self._blocks):
            if isinstance(block, ToolUseBlock):
                key = block.id if isinstance(cast("object", block.id), str) and block.id else place
                first = calls.setdefault(key, block)
                if not first.input_complete and (not first.partial_json or (block.input_complete and block.input)):
                    calls[key] = block
        return list(calls.values())

    def doubt_calls(self, source: bytes) -> None:
        """Mark the calls as incomplete whose input is not what was sent: bytes of the message are no UTF-8."""
        if not _json.is_utf8(source):
            for block in self._blocks:
                if isinstance(block, ToolUseBlock) and block.input_complete:
                    text = _shown(block.input)
                    if "\ufffd" in text:
                        block.mark_incomplete(text)

    @property
    def _blocks(self) -> list[Any]:
        content = cast("object", self.content)
        return content if is_array(content) else []

    def to_param(self) -> MessageParam:
        """The message as one of the `messages` of the next request.

        Without nulls, and without what the API refuses: blank text, thinking without a signature, a call whose start
        was lost or that came before, a block of no type. What came of an incomplete call stays behind; the call goes
        without arguments.
        The same is left out of `{"role": message.role, "content": message.content}`.
        """
        if isinstance(cast("object", self.content), str):
            return {"role": "assistant", "content": self.content}
        content: list[Any] = sent_blocks(kept_blocks(map(encode, self._blocks)))
        return {"role": "assistant", "content": content}

    def scrubbed(self, head: ReplyHead) -> Message:
        """The message as an error may hold it: the same one, unless it repeats a secret of the request."""
        plain = self.to_dict()
        shown = head.scrub_json(plain)
        if shown == plain:
            return self
        made = type(self).from_dict(shown)
        made.set_response_metadata(head)
        made.cost = self.cost
        return made

    def set_response_metadata(self, head: ReplyHead) -> None:
        """Set what the headers say: the ids, and the cost if the body has none."""
        self.request_id = head.request_id
        inference_id, client_request_id = map(head.headers.get, ("x-inference-id", "x-client-request-id"))
        self.inference_id = inference_id and head.scrub(inference_id)
        self.client_request_id = client_request_id and head.scrub(client_request_id)
        self.cost = self.cost or Cost.from_headers(head.headers)


def is_cut(message: models.Message) -> bool:
    """Whether the answer was cut off by a limit of tokens."""
    reason = cast("object", message.stop_reason)
    return isinstance(reason, str) and reason in _CUT_REASONS


def with_defaults(data: Mapping[str, Any]) -> dict[str, Any]:
    """A message's JSON with the required members that some proxies leave out."""
    content, usage = data.get("content"), data.get("usage")
    complete: dict[str, Any] = {"type": "message", "role": "assistant", "stop_reason": None, **data}
    complete["content"] = [block for block in content if not has_no_type(block)] if is_array(content) else []
    complete["usage"] = {"input_tokens": 0, "output_tokens": 0, **(usage if is_object(usage) else {})}
    if "meta" in data:
        complete["meta"] = meta_with_defaults(data["meta"])
    return complete


def meta_with_defaults(meta: object) -> object:
    """A `meta` member with the required usage."""
    return {"usage": {}, **meta} if is_object(meta) else meta


def has_no_type(block: object) -> bool:
    """Whether it is a block with an empty type, which says nothing and is sent to nobody."""
    return is_object(block) and block.get("type") == ""


# --- the blocks of an answer in the next request


def lost_member(call: Mapping[str, Any]) -> str:
    """The member without which a call can neither be run nor answered; "" if it has both."""
    for name in ("id", "name"):  # and no function for each, because a transcript has many calls
        value: object = call.get(name)
        if not isinstance(value, str) or not value:
            return name
    return ""


def kept_blocks(blocks: Iterable[Any]) -> list[Any]:
    """The blocks of a model's turn as they stand in a conversation, without those that the API refuses."""
    return without_repeats(kept for kept in map(_kept, blocks) if kept is not None)


def _kept(block: Any) -> Any:
    if not is_object(block):
        return block
    match block.get("type"):
        case "":
            return None
        case "text" if not _text(block, "text").strip():
            return None
        case "thinking":
            thinking: object = block.get("thinking")
            if not _text(block, "signature") or not (thinking is None or isinstance(thinking, str)):
                return None
            block = {**block, "thinking": thinking or ""}
        case "tool_use" | "server_tool_use" if block.get("input") in (None, ""):
            block = {**block, "input": {}}
        case _:
            pass
    return {name: value for name, value in block.items() if value is not None or name in _VERBATIM}


def _text(block: Mapping[str, Any], name: str) -> str:
    value: object = block.get(name)
    return value if isinstance(value, str) else ""


def sent_blocks(blocks: Iterable[Any]) -> list[Any]:
    """The blocks of a model's turn as they are sent: without what only this client knows of (see ToolUseBlock), and
    without calls that nobody can answer."""
    sent: list[Any] = []
    for block in blocks:
        if is_object(block):
            if block.get("type") == "tool_use" and lost_member(block):
                continue
            if _PARTIAL_JSON in block:
                block = {name: value for name, value in block.items() if name != _PARTIAL_JSON}
        sent.append(block)
    return sent


def without_repeats(blocks: Iterable[Any]) -> list[Any]:
    """The blocks of a turn without the calls and results whose id stands in it before. The API refuses them."""
    places: dict[tuple[object, str], int] = {}
    kept: list[Any] = []
    for block in blocks:
        kind = block.get("type") if is_object(block) else None
        name = "id" if kind == "tool_use" else "tool_use_id" if kind == "tool_result" else ""
        id: object = block.get(name) if name else None
        place = places.setdefault((kind, id), len(kept)) if isinstance(id, str) else len(kept)
        if place == len(kept):
            kept.append(block)
            continue
        text = kept[place].get(_PARTIAL_JSON)
        if text == "" or (text is not None and block.get("input")):  # as in `Message.tool_uses`
            kept[place] = block
    return kept


# --- the JSON text of a tool's input

_TOKEN: Final = re.compile(r'\s+|"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[-+.\w]+', re.DOTALL)

# A cut string, without an escape or half of a surrogate pair that is not complete at its end.
_CUT_STRING: Final = re.compile(
    r""""(?:[^\\] | \\[^u] | \\u(?!d[89ab])[0-9a-f]{4}
        | \\ud[89ab][0-9a-f]{2}(?!(?:\\(?:u[0-9a-f]{0,3})?)?\Z)  # a high surrogate, with what is no cut low one
        )*+""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CLOSERS: Final = {"{": "}", "[": "]"}
_WORDS: Final = frozenset({"true", "false", "null"})


def parse_tool_input(text: str) -> dict[str, Any] | None:
    """A tool's input from its JSON text: `{}` for an empty text, None if it is not a JSON object."""
    value = _read(text if text.strip(_json.BLANK) else "{}", finite=True)
    return value if is_object(value) else None


def parse_partial_json(text: str) -> Any:
    """The value so far. Open strings, arrays and objects are closed; a cut number, name or literal is left out.

    None if there is no value yet, or if the text is not the beginning of JSON. Linear in the text.
    """
    open_parts: list[str] = []  # the closing brackets to come
    names_next = False  # whether the next string is the name of a member
    readable = position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            break
        token, position = found[0], found.end()
        match token[0]:
            case "{" | "[":
                open_parts.append(_CLOSERS[token])
                names_next, readable = token == "{", position
            case "}" | "]":
                if not open_parts or open_parts.pop() != token:
                    return None
                names_next, readable = False, position
            case ",":
                names_next = open_parts[-1:] == ["}"]
            case ":":
                names_next = False
            case '"':
                readable = readable if names_next else position
            case _:
                # A number at the end may not be complete.
                if not token.isspace() and (position < len(text) or token in _WORDS):
                    readable = position
    closing = "".join(reversed(open_parts))
    cut = _CUT_STRING.match(text, position)
    if cut is not None and not names_next:
        return _read(text[: cut.end()] + '"' + closing)
    return _read(text[:readable] + closing)


def _is_finite(value: object) -> bool:
    """Whether a JSON value can be written again: a number that a float has no room for was read as infinite."""
    try:
        with suppress(RecursionError):
            json.dumps(value, allow_nan=False, default=str, skipkeys=True)
    except ValueError:
        return False
    return True


def _shown(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)
    except (ValueError, RecursionError):
        return "..."


def _read(text: str, *, finite: bool = False) -> Any:
    try:
        return _json.loads(text, finite=finite)
    except ValueError:
        return None
