"""Answers with the methods that those of the `anthropic` SDK have: of pydantic's models, and a few of its own.

`adopted` gives an answer, and each part of it, the class of its name here: a child of its own class without further
members. Nothing is copied, and an answer stays what it was to the rest of this package.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy, deepcopy
from dataclasses import asdict, is_dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast, get_origin

import attrs

from aimlapi_client.types import encode, is_sequence

from ..message import message as ours
from ..message.message import parse_partial_json
from ..resources import batch_answers
from ..streaming import events

if TYPE_CHECKING:
    from .types import ContentBlock, TypedMessage
else:
    TypedMessage = ours.Message

_T = TypeVar("_T")

# Members of answers that hold no answers, or that it costs to look at.
_CLOSED = frozenset({"input", "raw", "cost", "additional_properties"})


class Model:
    """What answers have here beside their own methods: what pydantic's models have, by the same names."""

    __slots__ = ()

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Its members, as `dict(...)` takes them; None for those that did not come."""
        said = self.to_dict()
        for name in dict.fromkeys([*_wire_members(cast("Any", type(self))), *said, *self.model_extra]):
            # That of an incomplete call is not read, for nobody wrote it.
            yield name, said.get(name) if name == "input" else getattr(self, name, said.get(name))

    if not TYPE_CHECKING:  # type checkers report what is misspelt

        def __getattr__(self, name: str) -> Any:
            """A member that came and is not in the document."""
            if not name.startswith("_") and name != "additional_properties" and name in self.model_extra:
                return self.model_extra[name]
            parent: Callable[[str], Any] | None = getattr(super(), "__getattr__", None)
            if parent is None:
                raise AttributeError(f"{type(self).__name__!r} has no {name!r}", name=name, obj=self)
            return parent(name)

    def to_dict(self, **_: Any) -> dict[str, Any]:
        """The JSON object that it stands for. What was parsed from a text is none of it."""
        said: dict[str, Any] = cast("Any", super()).to_dict()
        said.pop("parsed_output", None)
        return said

    def to_json(self, *, indent: int | None = 2, **_: Any) -> str:
        """The JSON text that it stands for."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def model_dump(
        self,
        *,
        mode: str = "python",
        include: Any = None,
        exclude: Any = (),
        exclude_unset: bool = False,
        exclude_none: bool = False,
        **_: Any,
    ) -> dict[str, Any]:
        """Its members in plain Python types; with mode="json", of JSON."""
        came = self.to_dict() if exclude_unset else None
        options: dict[str, Any] = {"mode": mode, "exclude_unset": exclude_unset, "exclude_none": exclude_none}
        return {
            name: _dumped(value, options)
            for name, value in self
            if (came is None or name in came)
            and (include is None or name in include)
            and name not in (exclude or ())
            and not (exclude_none and value is None)
        }

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """Its members as JSON text."""
        separators = None if indent else (",", ":")
        dumped = cast("Any", self).model_dump(**{**options, "mode": "json"})
        return json.dumps(dumped, ensure_ascii=False, indent=indent, separators=separators)

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """The model of a JSON object. Raises ValueError for what is none of it."""
        return cast("Self", adopted(cast("Any", cls).from_dict(data)))

    @classmethod
    def model_validate_json(cls, json_data: str | bytes) -> Self:
        """The model of a JSON text. Raises ValueError for what is none of it."""
        return cls.model_validate(json.loads(json_data))

    @classmethod
    def construct(cls, **members: Any) -> Self:
        """The model of these members."""
        return cls.model_validate(members)

    model_construct = construct

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, with other members if wanted."""
        made = deepcopy(self) if deep else copy(self)
        for name, value in (update or {}).items():
            setattr(made, name, value)
        return made

    @property
    def model_extra(self) -> dict[str, Any]:
        """The members that are not in the document."""
        return getattr(self, "additional_properties", {})

    @property
    def model_fields_set(self) -> set[str]:
        """The members that came, null or not."""
        return set(self.to_dict())


class Message(Model, TypedMessage):
    """The model's answer. The members of `aimlapi_messages.Message`, such as `cost` and `text`, are there too."""

    __slots__ = ()

    @property
    def _request_id(self) -> str | None:
        return self.request_id

    @property
    def parsed_output(self) -> Any:
        """The value of the `output_format` asked for, None without one."""
        found = (getattr(block, "parsed_output", None) for block in self.content)
        return next((value for value in found if value is not None), None)


class ParsedMessage(Message, Generic[_T]):
    """The answer to `messages.parse`, with the value in `parsed_output`."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def parsed_output(self) -> _T | None: ...


class TextEvent(Model, events.TextEvent):
    """A piece of text."""

    __slots__ = ()

    def parsed_snapshot(self) -> Any:
        """The text up to here as JSON, as far as it can be parsed."""
        return parse_partial_json(self.snapshot)


class ContentBlockStopEvent(Model, events.ContentBlockStopEvent):
    """The end of a block, with the block."""

    __slots__ = ()

    if TYPE_CHECKING:

        @cached_property
        def content_block(self) -> ContentBlock: ...

    else:  # the parent's is one that keeps its value

        @property
        def content_block(self) -> ours.ContentBlock:
            return adopted(self._decode())

    def to_dict(self, **_: Any) -> dict[str, Any]:
        return {**super().to_dict(), "content_block": self.content_block.to_dict()}


class MessageStopEvent(Model, events.MessageStopEvent):
    """The end of the message, with the message."""

    __slots__ = ()

    @property
    def message(self) -> Message:
        return cast("Message", adopted(self._decode()))

    def to_dict(self, **_: Any) -> dict[str, Any]:
        return {**super().to_dict(), "message": self.message.to_dict()}


class MessageBatch(Model, batch_answers.Batch):
    """A batch, as `aimlapi_messages.Batch`. results_url: always None, for the gateway has one address for both."""

    __slots__ = ()
    type: ClassVar[str] = "message_batch"
    results_url: ClassVar[None] = None

    def to_dict(self, **_: Any) -> dict[str, Any]:
        said = {name: encode(value) for name, value in asdict(self).items() if name not in ("raw", "status")}
        return {**said, "results_url": None, "type": self.type}


_OWN: dict[type, type] = {
    one.__bases__[1]: one for one in (Message, TextEvent, ContentBlockStopEvent, MessageStopEvent, MessageBatch)
}


@cache
def counterpart(kind: Any) -> Any:
    """The class here of a class of answers or events of ours; None for any other."""
    if kind in _OWN or issubclass(kind, Model):
        return _OWN.get(kind, kind)
    if not (attrs.has(kind) and hasattr(kind, "to_dict")):
        return None
    # Pickles find it by its name there.
    members = {"__slots__": (), "__doc__": kind.__doc__, "__module__": "aimlapi_messages.anthropic.types"}
    return type(kind.__name__, (Model, kind), members)


def adopted(value: _T) -> _T:
    """The same answer, which has the methods of `Model` from now on, and so have its parts."""
    if is_sequence(value):
        for item in value:
            adopted(item)
    elif (found := counterpart(cast("Any", type(value)))) is not None:
        turned(value, found)
        for name in _parts(found):
            adopted(getattr(value, name, None))
    return value


def turned(value: object, into: type[_T]) -> _T:
    """The same object, of a child of its class that has no further members."""
    object.__setattr__(value, "__class__", get_origin(into) or into)
    return cast("_T", value)


@cache
def _parts(kind: Any) -> list[str]:
    """The members of a class that may hold answers."""
    return [one for one in _fields(kind) if one not in _CLOSED]


@cache
def _wire_members(kind: Any) -> list[str]:
    """The members of a class that come from the wire. One class of the document's stands for all kinds of citations."""
    wire = next((one for one in kind.__mro__ if one.__module__.startswith("aimlapi_client.models")), kind)
    return [] if kind.__name__ == "TextCitation" else _fields(wire, lambda one: one.init and one.repr)


def _fields(kind: Any, wanted: Callable[[Any], bool] = bool) -> list[str]:
    found = filter(wanted, attrs.fields(kind)) if attrs.has(kind) else ()
    return [one.name for one in found if not one.name.startswith("_")]


def _dumped(value: Any, options: dict[str, Any]) -> Any:
    if is_sequence(value):
        return [_dumped(item, options) for item in value]
    if isinstance(value, Model):
        return value.model_dump(**options)
    if hasattr(value, "model_dump"):  # what a text was parsed as
        return value.model_dump(mode=options["mode"])
    if is_dataclass(value):
        return asdict(cast("Any", value))
    return encode(value) if options["mode"] == "json" else value
