"""Functions, methods and other callables: the schema of their arguments, and how they are called."""

from __future__ import annotations

import functools
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Annotated, Any
from unittest.mock import Mock

import pydantic
import pytest

from aimlapi_messages import Field, ToolDefinitionError
from aimlapi_messages.schema.codec import InvalidValue
from aimlapi_messages.schema.parameters import Parameters

from ..support import shapes

STR, INT = {"type": "string"}, {"type": "integer"}


def schema(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


class Desk:
    """A desk."""

    class Kind(str):
        pass

    def book(self, city: str) -> str:
        """Book."""
        return city

    @classmethod
    def make(cls, city: str) -> str:
        return city

    @staticmethod
    def find(city: str) -> str:
        return city

    def __call__(self, city: str) -> str:
        """Called."""
        return city


def plain(city: str, nights: int = 1) -> tuple[str, int]:
    return city, nights


async def later(city: str) -> str:
    return city


@functools.wraps(plain)
def wrapper(*args: Any, **kwargs: Any) -> Any:
    return plain(*args, **kwargs)


@pytest.mark.parametrize(
    "function",
    [Desk().book, Desk.make, Desk.find, Desk(), later, functools.partial(plain, nights=2)],
    ids=["method", "classmethod", "staticmethod", "object", "async", "partial"],
)
def test_each_callable_has_only_its_own_parameters(function: Callable[..., Any]) -> None:
    assert Parameters(function).schema == schema({"city": STR}, "city")


def test_a_wrapper_has_the_parameters_of_what_it_wraps() -> None:
    assert Parameters(wrapper).schema == schema({"city": STR, "nights": {**INT, "default": 1}}, "city")


def test_a_partial_leaves_out_what_it_binds_by_position() -> None:
    bound = functools.partial(plain, "Rome")
    assert Parameters(bound).schema == schema({"nights": {**INT, "default": 1}})
    args, kwargs = Parameters(bound).convert({"nights": 3})
    assert bound(*args, **kwargs) == ("Rome", 3)


def named(partial: Any, **attributes: str) -> Any:
    """A partial with a name or docstring of its own."""
    for name, value in attributes.items():
        setattr(partial, name, value)
    return partial


def stay(city: str, nights: int, /, meal: str = "none", *, pets: int = 0) -> tuple[Any, ...]:
    """Stay somewhere.

    Args:
        city: where.
        nights: how long.
        meal: of which kind.
        pets: how many.
    """
    return city, nights, meal, pets


class Hotel:
    class Meal(str):
        pass

    def stay(self, city: str, nights: int) -> tuple[Any, ...]:
        """Stay here."""
        return city, nights


OWN = """Stay in Rome.

Args:
    nights: in Rome.
"""


@pytest.mark.parametrize(
    ("partial", "names", "given", "result", "description"),
    [
        (
            functools.partial(stay, "Rome"),
            ["nights", "meal", "pets"],
            {"nights": 2},
            ("Rome", 2, "none", 0),
            "Stay somewhere.",
        ),
        (
            functools.partial(stay, "Rome", pets=1),
            ["nights", "meal"],
            {"nights": 2},
            ("Rome", 2, "none", 1),
            "Stay somewhere.",
        ),
        (
            functools.partial(stay, "Rome", meal="all"),
            ["nights", "pets"],
            {"nights": 2, "pets": 3},
            ("Rome", 2, "all", 3),
            "Stay somewhere.",
        ),
        (
            functools.partial(functools.partial(stay, "Rome"), 3, pets=1),
            ["meal"],
            {},
            ("Rome", 3, "none", 1),
            "Stay somewhere.",
        ),
        (
            functools.update_wrapper(functools.partial(stay, "Rome"), stay),
            ["nights", "meal", "pets"],
            {"nights": 1},
            ("Rome", 1, "none", 0),
            "Stay somewhere.",
        ),
        (
            functools.partial(functools.update_wrapper(functools.partial(stay, "Rome"), stay), pets=1),
            ["nights", "meal"],
            {"nights": 1},
            ("Rome", 1, "none", 1),
            "Stay somewhere.",
        ),
        (
            named(functools.partial(stay, "Rome"), __doc__="Stay in Rome."),
            ["nights", "meal", "pets"],
            {"nights": 1},
            ("Rome", 1, "none", 0),
            "Stay in Rome.",
        ),
        (
            named(functools.partial(stay, "Rome"), __doc__=OWN),
            ["nights", "meal", "pets"],
            {"nights": 1},
            ("Rome", 1, "none", 0),
            "Stay in Rome.",
        ),
        (functools.partial(Hotel().stay, "Rome"), ["nights"], {"nights": 1}, ("Rome", 1), "Stay here."),
        (functools.partial(Hotel().stay, nights=4), ["city"], {"city": "Rome"}, ("Rome", 4), "Stay here."),
        (functools.partial(wrapper, "Rome"), ["nights"], {"nights": 5}, ("Rome", 5), ""),
    ],
)
def test_a_partial_is_asked_for_what_it_does_not_bind(
    partial: Any, names: list[str], given: dict[str, Any], result: tuple[Any, ...], description: str
) -> None:
    parameters = Parameters(partial)
    assert (list(parameters.schema["properties"]), parameters.description) == (names, description)
    args, kwargs = parameters.convert(given)
    assert partial(*args, **kwargs) == result


def test_a_partial_s_own_docstring_describes_what_it_knows_better() -> None:
    found = Parameters(named(functools.partial(stay, "Rome"), __doc__=OWN)).schema["properties"]
    assert [one["description"] for one in found.values()] == ["in Rome.", "of which kind.", "how many."]


def documented_by(text: Any) -> Callable[..., None]:
    def function() -> None: ...

    function.__doc__ = text
    return function


def test_a_class_has_the_parameters_of_its_init() -> None:
    class Room:
        def __init__(self, city: str) -> None: ...

    assert Parameters(Room).schema == schema({"city": STR}, "city")


@pytest.mark.parametrize(
    ("found", "names", "description"),
    [
        (shapes.Stop, ["name", "nights", "tags"], "A place on the way."),
        (shapes.Point, ["x", "y"], ""),
        (shapes.Guest, ["name", "age", "notes"], ""),
        (shapes.Span, ["start", "end"], ""),
        (shapes.Outer, ["one"], ""),
        (shapes.Checked, ["size"], ""),
        (shapes.Model, ["title", "size"], ""),
    ],
)
def test_a_record_class_has_the_parameters_of_its_fields(found: Any, names: list[str], description: str) -> None:
    """Whoever wrote its `__init__`; a docstring that was made up says nothing."""
    parameters = Parameters(found)
    assert (list(parameters.schema["properties"]), parameters.description) == (names, description)


def test_a_function_without_parameters_has_an_empty_schema() -> None:
    def now() -> None: ...

    assert Parameters(now).schema == schema({})
    assert Parameters(now).convert({}) == ([], {})


@pytest.mark.parametrize(
    ("function", "description"),
    [
        (Desk().book, "Book."),
        (Desk(), "Called."),
        (functools.partial(plain), ""),
        (functools.wraps(Desk().book)(lambda *args: None), "Book."),
        (types.MethodType(functools.partial(stay), "Rome"), "Stay somewhere."),
        (functools.lru_cache(stay), "Stay somewhere."),
        ("a".upper, "Return a copy of the string converted to uppercase."),
        (documented_by(5), ""),
        (documented_by(["a"]), ""),
    ],
)
def test_the_description_is_that_of_what_is_called(function: Callable[..., Any], description: str) -> None:
    assert Parameters(function).description == description


def test_positional_only_parameters_are_given_by_position() -> None:
    def add(a: int, b: int = 2, c: int = 3, /, *, d: int = 4) -> None: ...

    parameters = Parameters(add)
    assert parameters.convert({"a": 1}) == ([1], {})
    assert parameters.convert({"a": 1, "c": 9, "d": 5}) == ([1, 2, 9], {"d": 5})


def test_all_issues_of_the_arguments_are_reported() -> None:
    with pytest.raises(InvalidValue) as caught:
        Parameters(plain).convert({"nigths": 1, "nights": "x"})
    assert str(caught.value) == (
        'city: missing; nights: expected an integer, got "x"; nigths: unknown (did you mean nights?), got 1'
    )


def test_an_unknown_argument_of_a_function_without_parameters_is_told() -> None:
    def now() -> None: ...

    with pytest.raises(InvalidValue, match="there are no members"):
        Parameters(now).convert({"a": 1})


def test_the_annotation_beats_the_docstring() -> None:
    def book(city: Annotated[str, Field("annotated")], day: str) -> None:
        """Book.

        Args:
            city: documented.
            day: documented.
        """

    properties = Parameters(book).schema["properties"]
    assert [one["description"] for one in properties.values()] == ["annotated", "documented."]


def test_a_default_that_json_cannot_say_is_left_out() -> None:
    def call(a: Any = object(), b: int = None) -> None: ...  # noqa: B008, RUF013

    assert Parameters(call).schema == schema({"a": {}, "b": INT})


def test_a_default_of_another_type_is_left_out() -> None:
    def call(a: Annotated[int, Field(ge=1)] = 0, b: list[str] = ()) -> None: ...

    assert Parameters(call).schema["properties"] == {
        "a": {**INT, "minimum": 1},
        "b": {"type": "array", "items": STR, "default": []},
    }


def test_string_annotations_see_the_variables_of_a_closure() -> None:
    Text = str

    def call(a: Text) -> Any:
        return Text

    assert Parameters(call).schema == schema({"a": STR}, "a")


def test_a_closure_may_hold_a_variable_that_is_not_set_yet() -> None:
    def call(a: str) -> Any:
        return unset

    found = Parameters(call).schema
    unset = 1
    assert found == schema({"a": STR}, "a")
    assert call("a") == unset


SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}}


def anything(**arguments: Any) -> Any:
    return arguments


def starred_too(*args: Any, **arguments: Any) -> Any:
    return args, arguments


def some(path, mode: int = 0, **rest) -> Any:
    return path, mode, rest


def few(path) -> Any:
    return path


class Session:
    def call(self, name: str, **arguments: Any) -> Any:
        return name, arguments


@pytest.mark.parametrize(
    ("function", "given", "result"),
    [
        (anything, {}, {}),
        (
            anything,
            {"path": "a", "class": [1], "größe": None, "a-b": 2},
            {"path": "a", "class": [1], "größe": None, "a-b": 2},
        ),
        (anything, {"arguments": 1}, {"arguments": 1}),
        (starred_too, {"path": "a"}, ((), {"path": "a"})),
        (some, {"path": 5, "mode": 1, "x": 2}, (5, 1, {"x": 2})),
        (few, {"path": None}, None),
        (lambda **arguments: arguments, {"a": 1}, {"a": 1}),
        (functools.partial(Session().call, "look"), {"path": "a"}, ("look", {"path": "a"})),
        (functools.partial(Session().call, name="look"), {"path": "a"}, ("look", {"path": "a"})),
    ],
)
def test_with_a_schema_of_its_own_any_argument_is_passed(
    function: Callable[..., Any], given: dict[str, Any], result: Any
) -> None:
    parameters = Parameters(function, SCHEMA)
    assert parameters.schema == SCHEMA
    args, kwargs = parameters.convert(given)
    assert function(*args, **kwargs) == result


@pytest.mark.parametrize(
    ("function", "given", "problem"),
    [
        (few, {}, "path: missing"),
        (few, {"path": 1, "x": 2}, r"x: unknown \(known: path\)"),
        (some, {"path": 1, "mode": "x"}, "mode: expected an integer"),
        (functools.partial(Session().call, "look"), {"name": "delete"}, "name: unknown"),
        (functools.partial(Session().call, name="look"), {"name": "delete"}, "name: unknown"),
        (functools.partial(anything, server="own"), {"server": "other"}, "server: unknown"),
        (functools.partial(functools.partial(anything, a=1), b=2), {"a": 3, "b": 4}, "a: unknown .*; b: unknown"),
        (functools.partial(starred_too, 1, a=1), {"a": 3}, "a: unknown"),
        (functools.partial(Session().call, "look", path="/"), {"path": "/etc"}, "path: unknown"),
        (Session().call, {"name": "a", "self": 1}, "self: unknown"),
    ],
)
def test_what_a_function_binds_the_model_cannot_change(
    function: Callable[..., Any], given: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidValue, match=problem):
        Parameters(function, SCHEMA).convert(given)


def unbound_classmethod() -> Any:
    return Desk.__dict__["make"]


def starred(*args: int) -> None: ...


def keywords(**options: int) -> None: ...


def bare(a) -> None: ...


def unresolved(a: Nowhere) -> None: ...  # noqa: F821


def unicode(größe: int) -> None: ...


def unsupported(when: complex) -> None: ...


def with_default(a: Any = Field("a number", ge=1)) -> None: ...  # noqa: B008


def with_default_of_pydantic(a: Any = pydantic.Field(default=1, description="a number")) -> None: ...  # noqa: B008


def annotated(text: str) -> Callable[..., None]:
    def function(a: Any) -> None: ...

    function.__annotations__ = {"a": text}
    return function


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (starred, r"parameter 'args' of 'starred' is \*args. Name each"),
        (keywords, r"parameter 'options' of 'keywords' is \*\*options. Name each"),
        (bare, "parameter 'a' of 'bare' has no annotation. Write a: str"),
        (unresolved, "parameter 'a' of 'unresolved' is annotated with 'Nowhere', which cannot be resolved"),
        (unicode, "parameter 'größe' of 'unicode' has a name that the API does not take"),
        (unsupported, "parameter 'when' of 'unsupported' is annotated with complex"),
        (Desk.book, r"Give the method of an object: Desk\(\.\.\.\).book"),
        (unbound_classmethod(), "A classmethod was given by itself"),
        (dict.fromkeys, "has no annotation|cannot be read"),
        (Mock(), r"parameter 'args' of 'Mock' is \*args"),
        (with_default, "parameter 'a' of 'with_default' has a Field as its default. Write Annotated"),
        (with_default_of_pydantic, "parameter 'a' of 'with_default_of_pydantic' has a Field as its default"),
        *((annotated(text), "cannot be resolved") for text in ("", "1 / 0", "{}['a']", "list[int", "[].x", "a b")),
        (type, "cannot be read"),
    ],
)
def test_a_function_that_cannot_be_described_is_refused(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(ToolDefinitionError, match=problem):
        Parameters(function)


def test_neither_pydantic_nor_docstring_parser_is_imported_without_need() -> None:
    code = (
        "import sys; sys.modules['pydantic'] = sys.modules['docstring_parser'] = None\n"
        "from aimlapi_messages.schema.parameters import Parameters\n"
        "def f(a: list[int], b: dict[str, str] | None = None):\n    'Doc.'\n"
        "found = Parameters(f)\n"
        "print(found.description, found.convert({'a': [1]}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Doc. ([], {'a': [1]})\n"
