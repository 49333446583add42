"""What `Annotated` and docstrings add to a type: descriptions, constraints and examples."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any, Final, cast

from ..core.errors import ToolDefinitionError
from ..core.json import is_array
from .codec import NULL, Definitions, InvalidValue, Issue, TypeCodec, to_json
from .containers import Union


@dataclass(frozen=True, slots=True)
class Field:
    """What a value must be besides its type, and what the model is told of it: `Annotated[int, Field(ge=1)]`.

    description: for the model.
    ge, gt, le, lt, multiple_of: limits of numbers, and the first four of dates, times and durations.
    min_length, max_length: the characters of text, the bytes of bytes, the items of a list, the members of a dict.
    pattern: a regular expression that text has a match of, anywhere unless it says `^` and `$`.
    examples: for the model; values of the type.
    """

    description: str | None = None
    _: KW_ONLY
    ge: Any = None
    gt: Any = None
    le: Any = None
    lt: Any = None
    multiple_of: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    examples: Sequence[Any] | None = None


# Each constraint: what an error says was expected, and whether a value meets it.
_CHECKS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "ge": ("at least {}", lambda value, limit: value >= limit),
    "gt": ("more than {}", lambda value, limit: value > limit),
    "le": ("at most {}", lambda value, limit: value <= limit),
    "lt": ("less than {}", lambda value, limit: value < limit),
    "multiple_of": ("a multiple of {}", lambda value, limit: Fraction(str(value)) % Fraction(str(limit)) == 0),
    "min_length": ("a length of at least {}", lambda value, limit: len(value) >= limit),
    "max_length": ("a length of at most {}", lambda value, limit: len(value) <= limit),
    "pattern": ("text that matches {}", lambda value, limit: re.search(limit, value) is not None),
}


@dataclass(frozen=True, slots=True)
class Constrained(TypeCodec):
    """A codec with a note: the fields of Field that were given, with `examples` as JSON."""

    codec: TypeCodec
    note: Mapping[str, Any]

    def unwrapped(self) -> TypeCodec:
        return self.codec.unwrapped()

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        keywords = {**self.codec.constraints, "description": "description", "examples": "examples"}
        said = {keyword: self.note[name] for name, keyword in keywords.items() if keyword and name in self.note}
        return {**self.codec.json_schema(definitions), **said}

    def parse(self, value: Any, path: str) -> Any:
        parsed = self.codec.parse(value, path)
        reasons = [reason for name in _CHECKS if name in self.note and (reason := self._broken(name, parsed))]
        if reasons:
            raise InvalidValue(*(Issue(path, f"expected {reason}", value) for reason in reasons))
        return parsed

    def _broken(self, name: str, value: Any) -> str:
        """What was expected if a value breaks a constraint, else ""."""
        text, is_met = _CHECKS[name]
        limit = self.note[name]
        # As they are written: no float is 0.1, and a context may trap their comparison.
        exact = Decimal(str(limit)) if isinstance(value, Decimal) and isinstance(limit, float) else limit
        try:
            return "" if is_met(value, exact) else text.format(limit)
        except TypeError:  # times with and without an offset have no order
            return f"what can be compared with {limit}"


def constrain(codec: TypeCodec, metadata: Iterable[Any], where: str) -> TypeCodec:
    """A codec with the metadata of `Annotated`. Raises ToolDefinitionError for what does not fit the type."""
    note: dict[str, Any] = {}
    for one in metadata:
        # By the names of attributes, so that objects of other libraries work too.
        inner = getattr(one, "metadata", None)
        for part in [one, *(inner if is_array(inner) else [])]:
            text = part if isinstance(part, str) else getattr(part, "description", getattr(part, "documentation", None))
            if text and isinstance(text, str):
                note["description"] = text
            for name in () if isinstance(part, type) else (*_CHECKS, "examples"):
                limit = getattr(part, name, None)
                if limit is not None:
                    note[name] = limit
    if isinstance(note.get("pattern"), re.Pattern):
        note["pattern"] = note["pattern"].pattern
    if note.get("min_length") == 0:
        del note["min_length"]
    if examples := note.pop("examples", None):
        try:
            if isinstance(examples, str):
                raise TypeError("a text is not a list of examples")
            note["examples"] = [to_json(example, as_argument=True) for example in examples]
        except (TypeError, ValueError) as error:
            problem = f"JSON cannot say the examples {examples!r}. Give values of the type."
            raise ToolDefinitionError(f"{where}: {problem}") from error
    return _with_note(codec, note, where)


def _with_note(codec: TypeCodec, note: Mapping[str, Any], where: str) -> TypeCodec:
    """A codec with a note. The constraints of a union are those of its members, except null."""
    if isinstance(codec, Constrained):
        note = {**codec.note, **note}
        codec = codec.codec
    limits = {name: limit for name, limit in note.items() if name in _CHECKS}
    if isinstance(codec, Union) and limits:
        codec = Union([one if one is NULL else _with_note(one, limits, where) for one in codec.members])
        note = {name: value for name, value in note.items() if name not in limits}
        limits = {}
    for name, limit in limits.items():
        if problem := _problem(name, limit, codec.constraints.get(name)):
            raise ToolDefinitionError(f"{where}: {name}={limit!r} {problem}.")
    return Constrained(codec, note) if note else codec


def _problem(name: str, limit: Any, keyword: str | None) -> str:
    """What is wrong with a constraint; "" if nothing is."""
    is_number = _is_number(limit)
    if keyword is None:
        return "does not fit its type. Leave it out"
    if name == "pattern":
        if not isinstance(limit, str):
            return "is not text. Give a regular expression as a str"
        try:
            re.compile(limit)
        except re.error as error:
            return f"is no regular expression: {error}"
    elif name.endswith("_length"):
        if not is_number or not isinstance(limit, int) or limit < 0:
            return "is no length. Give a whole number, 0 or more"
    elif keyword and not is_number:
        return "is not a number. Give one"
    elif name == "multiple_of" and not limit > 0:
        return "is not above 0. Give a number that is"
    return ""


def _is_number(limit: object) -> bool:
    return isinstance(limit, (int, float)) and not isinstance(limit, bool) and -math.inf < limit < math.inf


def read_docstring(text: object) -> tuple[str, Mapping[str, str]]:
    """The text of a docstring without its sections, and the description of each parameter and attribute that has one.

    It may be in the style of Google, NumPy, Sphinx or epydoc. What cannot be read stays whole.
    """
    if not isinstance(text, str):  # a function may be given any
        return "", {}
    cleaned = inspect.cleandoc(text.replace("\r\n", "\n")).strip()
    if "\n" not in cleaned:
        return cleaned, {}
    parser: Any = import_module("docstring_parser")  # loaded when it is needed
    try:
        found: Any = parser.parse(cleaned)
    except Exception:  # its ParseError, and of odd texts any
        return cleaned, {}
    gap = "\n\n" if found.blank_after_short_description else "\n"
    body = gap.join(part for part in (found.short_description, found.long_description) if part)
    # In NumPy's style a name may come as `*names`, or several as one; a description may be None.
    described_names = [(name, one.description) for one in found.params for name in one.arg_name.split(",")]
    return body, {name.strip(" *"): text.strip() for name, text in described_names if text}


def check_default(default: object, where: str) -> None:
    """Check that a default is a value, and no `Field` (or one of pydantic's), which a function would be given as one.

    Raises ToolDefinitionError.
    """
    if any(cls.__name__ in ("Field", "FieldInfo") and hasattr(default, "examples") for cls in type(default).__mro__):
        raise ToolDefinitionError(f"{where} has a Field as its default. Write Annotated[..., Field(...)] = default.")


def own_docstring(found: object) -> str:
    """The docstring of a class itself: not inherited, and not generated, as for dataclasses and named tuples."""
    text = vars(found).get("__doc__") if isinstance(found, type) else None
    return text if isinstance(text, str) and not text.startswith(f"{cast('type', found).__name__}(") else ""


def described(codec: TypeCodec, description: str) -> TypeCodec:
    """A codec with a description from a docstring; one from the annotation takes precedence."""
    said = isinstance(codec, Constrained) and codec.note.get("description")
    return codec if said or not description else _with_note(codec, {"description": description}, "")
