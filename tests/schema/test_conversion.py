"""Wrong values, each with the path, the reason and the value, and what is taken besides the usual form."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast
from uuid import UUID

import annotated_types
import pydantic
import pytest

from aimlapi_messages import NOT_GIVEN, Field, ToolDefinitionError
from aimlapi_messages.schema.annotations import codec_of
from aimlapi_messages.schema.codec import InvalidValue, Issue

from ..support import shapes

SHAPES = shapes.Square | shapes.Circle | None

ONE = "[1]"

# What a model wrote as JSON text, where a list or object is wanted.
TEXTS: list[tuple[Any, Any, Any]] = [
    (list[int], "[1, 2]", [1, 2]),
    (list[str], ' ["a"]\n', ["a"]),
    (set[int], "[1]", {1}),
    (tuple[int, int], "[1, 2]", (1, 2)),
    (dict[str, int], '{"a": 1}', {"a": 1}),
    (dict[int, list[int]], '{"1": "[2]"}', {1: [2]}),
    (shapes.Stop, '{"name": "Rome"}', shapes.Stop("Rome")),
    (list[shapes.Stop], ['{"name": "Rome"}', {"name": "Bern"}], [shapes.Stop("Rome"), shapes.Stop("Bern")]),
    (list[list[int]], '["[1]", [2]]', [[1], [2]]),
    (list[int] | None, "[1]", [1]),
    (int | list[int], "[1]", [1]),
    (list[int] | str, "[1]", "[1]"),
    (str | list[int], "[1]", "[1]"),
    (shapes.Cat | shapes.Dog, '{"kind": "dog", "name": "Rex"}', shapes.Dog("dog", "Rex")),
    (shapes.Model, '{"title": "a", "size": 2}', shapes.Model(title="a", size=2)),
    (list[shapes.Model], '[{"title": "a", "size": 2}]', [shapes.Model(title="a", size=2)]),
    (Annotated[list[int], Field(min_length=1)], "[1]", [1]),
    (Any, "[1]", "[1]"),
    (str, "[1]", "[1]"),
    # One object in two places, as of a variable that was given twice.
    (tuple[list[int], str], [ONE, ONE], ([1], "[1]")),
    (tuple[str, list[int]], [ONE, ONE], ("[1]", [1])),
    (tuple[list[int], Any], [ONE, ONE], ([1], "[1]")),
    (tuple[list[int], list[int] | str, list[int]], [ONE, ONE, ONE], ([1], "[1]", [1])),
    (tuple[list[Any], list[list[int]]], [[ONE], [ONE]], (["[1]"], [[1]])),
]


@pytest.mark.parametrize(("annotation", "given", "value"), TEXTS, ids=lambda one: repr(one)[:50])
def test_a_list_or_object_in_a_text_is_read(annotation: Any, given: Any, value: Any) -> None:
    assert codec_of(annotation, where="output").convert(given) == value


@pytest.mark.parametrize(
    ("annotation", "given", "issues"),
    [
        (list[int], '["a"]', ['expected an array, got "[\\"a\\"]"']),
        (list[int], "[1", ['expected an array, got "[1"']),
        (list[int], "[NaN]", ['expected an array, got "[NaN]"']),
        (list[int], "1, 2", ['expected an array, got "1, 2"']),
        (list[int], '{"a": 1}', ['expected an array, got "{\\"a\\": 1}"']),
        (dict[str, int], "[]", ['expected an object, got "[]"']),
        (int, "[1]", ['expected an integer, got "[1]"']),
        (shapes.Square, {"side": "[1]", "more": 2},
         ['side: expected an integer, got "[1]"', "more: unknown (known: side), got 2"]),
        (list[list[int]], ["[1]", 2], ['[0]: expected an array, got "[1]"', "[1]: expected an array, got 2"]),
        (dict[int, int], {"[1]": 2}, ['[1]: expected an integer as key, got "[1]"']),
        (dict[int, list[int]], {"[1]": "[1]"},
         ['[1]: expected an integer as key, got "[1]"', '[1]: expected an array, got "[1]"']),
        (dict[date, int], {"{}": 2}, ['{}: expected a date like 2025-01-31, got "{}"']),
        (list[int], {"a": float("nan"), "b": "[1]"}, ['expected an array, got {"a": NaN, "b": "[1]"}']),
        (tuple[list[int], int], ["[1]", float("nan")],
         ['[0]: expected an array, got "[1]"', "[1]: expected an integer, got NaN"]),
    ],
    ids=lambda one: repr(one)[:50],
)  # fmt: skip
def test_a_text_is_read_only_if_that_makes_all_right(annotation: Any, given: Any, issues: list[str]) -> None:
    """Else the model is told of what it wrote."""
    with pytest.raises(InvalidValue) as caught:
        codec_of(annotation, where="output").convert(given)
    assert [str(issue) for issue in caught.value.issues] == issues


WRONG: list[tuple[Any, Any, list[str]]] = [
    (str, 5, ["expected a string, got 5"]),
    (int, "three", ['expected an integer, got "three"']),
    (int, "5", ['expected an integer, got "5"']),
    (int, True, ["expected an integer, got true"]),
    (int, 5.5, ["expected an integer, got 5.5"]),
    (int, float("inf"), ["expected an integer, got Infinity"]),
    (int, None, ["expected an integer, got null"]),
    (float, "1", ['expected a number, got "1"']),
    (float, True, ["expected a number, got true"]),
    (float, float("nan"), ["expected a number, got NaN"]),
    (float, 10**400, ["expected a number, got 1" + 76 * "0" + "..."]),
    (bool, 1, ["expected true or false, got 1"]),
    (None, 0, ["expected null, got 0"]),
    (Literal["a"], "b", ['expected "a", got "b"']),
    (Literal["a", 1], True, ['expected one of "a", 1, got true']),
    (Literal["a"], ["a"], ['expected "a", got ["a"]']),
    (shapes.Color, "green", ['expected one of "red", "blue", got "green"']),
    (int | None, "x", ['expected an integer or null, got "x"']),
    (int | list[int], ["x"], ['[0]: expected an integer, got "x"']),
    (SHAPES, {"sid": 1}, ["side: missing", "sid: unknown (did you mean side?), got 1"]),
    (SHAPES, {"radius": 1, "center": {"x": 1}}, ["center.y: missing"]),
    (SHAPES, 5, ["expected an object or null, got 5"]),
    (shapes.Cat | shapes.Dog, {"kind": "dog"}, ["name: missing"]),
    (shapes.Cat | shapes.Dog, {"kind": "cow"}, ['kind: expected one of "cat", "dog", got "cow"']),
    (shapes.Cat | shapes.Dog | None, {"lives": 3}, ["kind: missing"]),
    (list[int], 5, ["expected an array, got 5"]),
    (list[int], ["a", 2, None], ['[0]: expected an integer, got "a"', "[2]: expected an integer, got null"]),
    (tuple[int, int], [1], ["expected an array of 2, got [1]"]),
    (tuple[int, int], "ab", ['expected an array of 2, got "ab"']),
    (set[int], [1, 1], ["[1]: expected no repetition of item 0, got 1"]),
    (set, [[1]], ["[0]: expected what a set can hold, got [1]"]),
    (dict[str, int], [], ["expected an object, got []"]),
    (dict[str, int], {"a": "b"}, ['a: expected an integer, got "b"']),
    (dict[int, int], {"one": 1}, ['one: expected an integer as key, got "one"']),
    (dict[shapes.Color, int], {"green": 1}, ['green: expected one of "red", "blue", got "green"']),
    (shapes.Stop, "Rome", ['expected an object, got "Rome"']),
    (shapes.Stop, {"nmae": 1}, ["name: missing", "nmae: unknown (did you mean name?), got 1"]),
    (shapes.Square, {"side": 1, "zzz": 2}, ["zzz: unknown (known: side), got 2"]),
    (list[shapes.Stop], [{"name": 1, "nights": 0}],
     ["[0].name: expected a string, got 1", "[0].nights: expected at least 1, got 0"]),
    (shapes.Picky, {"low": 2, "high": 1}, ['refused: low is above high, got {"low": 2, "high": 1}']),
    (shapes.Guest, {"name": "a", "age": -1}, ["refused: 'age' must be >= 0: -1, got {\"name\": \"a\", \"age\": -1}"]),
    (Annotated[int, Field(gt=3, multiple_of=2)], 3,
     ["expected more than 3, got 3", "expected a multiple of 2, got 3"]),
    (Annotated[float, Field(multiple_of=0.1)], 0.35, ["expected a multiple of 0.1, got 0.35"]),
    (Annotated[float, Field(le=1)], 2, ["expected at most 1, got 2"]),
    (Annotated[float, annotated_types.Lt(2)], 2, ["expected less than 2, got 2"]),
    (Annotated[str, Field(pattern="^a+$", max_length=2)], "bbb",
     ['expected a length of at most 2, got "bbb"', 'expected text that matches ^a+$, got "bbb"']),
    (Annotated[bytes, Field(min_length=2)], "YQ==", ['expected a length of at least 2, got "YQ=="']),
    (Annotated[datetime, Field(ge=datetime(2025, 1, 1))], "2025-01-01T00:00:00Z",
     ['expected what can be compared with 2025-01-01 00:00:00, got "2025-01-01T00:00:00Z"']),
    (datetime, "2025-01-31", ['expected a date and time like 2025-01-31T09:30:00Z, got "2025-01-31"']),
    (datetime, "2025-02-31T00:00", ['expected a date and time like 2025-01-31T09:30:00Z, got "2025-02-31T00:00"']),
    (date, 5, ["expected a date like 2025-01-31, got 5"]),
    (date, "20250131", ['expected a date like 2025-01-31, got "20250131"']),
    (time, "9", ['expected a time like 09:30:00, got "9"']),
    (timedelta, "P1Y", ['expected a duration like P1DT2H30M, without years and months, got "P1Y"']),
    (timedelta, "P9999999999D",
     ['expected a duration like P1DT2H30M, without years and months, got "P9999999999D"']),
    (UUID, "x", ['expected a UUID, got "x"']),
    (Decimal, "1e5", ['expected a decimal number like "19.99", got "1e5"']),
    (Decimal, float("inf"), ['expected a decimal number like "19.99", got Infinity']),
    (Decimal, True, ['expected a decimal number like "19.99", got true']),
    (bytes, "*", ['expected bytes in base64, got "*"']),
    (
        Annotated[int | list[int], pydantic.AfterValidator(str)],
        "x",
        ['input should be a valid integer, got "x"', 'input should be a valid array, got "x"'],
    ),
    (list[shapes.Model], [{"title": 1, "size": "2"}, {}],
     ["[0].title: input should be a valid string, got 1",
      '[0].size: input should be a valid integer, got "2"', "[1].title: missing"]),
    (shapes.Owner, {"has": {"kind": "toy"}, "also": [{}]}, ["also[0].title: missing"]),
    (dict[int, int], {"one": "x"}, ['one: expected an integer as key, got "one"', 'one: expected an integer, got "x"']),
    (dict[str, shapes.Checked], {"a": {"size": -1}},
     ["a.size: input should be greater than or equal to 0, got -1"]),
    (dict[Decimal, int], {"1.5": 1, "1.50": 2}, ['1.50: expected another key than 1.5, got "1.50"']),
    (dict[Path, int], {"/a": 1, "/a/": 2}, ['/a/: expected another key than /a, got "/a/"']),
    (dict[datetime, int], {"2025-01-31T09:00Z": 1, "2025-01-31T10:00+01:00": 2},
     ['2025-01-31T10:00+01:00: expected another key than 2025-01-31T09:00Z, got "2025-01-31T10:00+01:00"']),
    (dict[UUID, int], {f"{UUID(int=10)}": 1, f"{UUID(int=10)}".upper(): 2},
     [f'{UUID(int=10)}'.upper() + f": expected another key than {UUID(int=10)}, got " + f'"{UUID(int=10)}"'.upper()]),
    (list[dict[timedelta, int]], [{"P7D": 1, "P1W": 2}], ['[0].P1W: expected another key than P7D, got "P1W"']),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "value", "issues"), WRONG, ids=lambda one: repr(one)[:50])
def test_a_wrong_value_has_these_issues(annotation: Any, value: Any, issues: list[str]) -> None:
    with pytest.raises(InvalidValue) as caught:
        codec_of(annotation, where="output").convert(value)
    assert [str(issue) for issue in caught.value.issues] == issues


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        (int, 5.0, 5),
        (float, 5, 5.0),
        (Literal[1], 1.0, 1),
        (datetime, "2025-01-31t09:30z", datetime.fromisoformat("2025-01-31T09:30+00:00")),
        (datetime, "2025-01-31 09:30", datetime(2025, 1, 31, 9, 30)),
        (timedelta, "P1W", timedelta(weeks=1)),
        (timedelta, "-P1DT1H1M1.5S", -timedelta(days=1, hours=1, minutes=1, seconds=1.5)),
        (Decimal, 1.10, Decimal("1.1")),
        (Decimal, 3, Decimal(3)),
        (Decimal, 10**400, Decimal(10**400)),
        (Annotated[float, Field(multiple_of=0.1)], 0.3, 0.3),
        (Annotated[Decimal, Field(multiple_of=Decimal("0.05"))], "0.15", Decimal("0.15")),
        (shapes.Model, {"title": "a", "size": 2.0}, shapes.Model(title="a", size=2)),
        (shapes.Stop, {"name": "a"}, shapes.Stop("a")),
        (str | Path, "a", "a"),
        (SHAPES, {"radius": 1}, shapes.Circle(1)),
        (Annotated[int, Field(le=10**400)], 10**399, 10**399),
    ],
)
def test_other_forms_are_taken(annotation: Any, given: Any, value: Any) -> None:
    found = codec_of(annotation, where="output").convert(given)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, True),
        (float, "a"),
        (float, float("inf")),
        (Literal[1], True),
        (date, datetime(2025, 1, 1)),
        (Decimal, Decimal("NaN")),
        (list[int], "ab"),
        (tuple[int], (1, 2)),
        (dict[str, int], []),
        (int | str, 1.5),
        (shapes.Stop, "a"),
        (shapes.Entry, {"id": 1}),
        (shapes.Model, {"size": "x"}),
        (Any, object()),
    ],
)
def test_a_value_of_another_type_has_no_json(annotation: Any, value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        codec_of(annotation, where="output").encode(value)


def test_an_issue_holds_path_reason_and_value() -> None:
    with pytest.raises(InvalidValue) as caught:
        codec_of(shapes.Stop, where="output").convert({"nights": "x"}, "stops[1]")
    assert caught.value.issues == (
        Issue("stops[1].name", "missing", NOT_GIVEN),
        Issue("stops[1].nights", "expected an integer", "x"),
    )
    assert str(caught.value) == 'stops[1].name: missing; stops[1].nights: expected an integer, got "x"'


def test_an_error_can_be_pickled() -> None:
    error = InvalidValue(Issue("a", "missing", NOT_GIVEN))
    again = pickle.loads(pickle.dumps(error))
    assert again.issues == error.issues
    assert str(again) == "a: missing"
    assert repr(again.issues[0].value) == "NOT_GIVEN"


def test_a_text_of_many_issues_stays_short() -> None:
    with pytest.raises(InvalidValue) as caught:
        codec_of(list[int], where="output").convert(["x"] * 1000)
    assert len(caught.value.issues) == 1000
    assert str(caught.value).endswith("; and 980 more")


def test_a_long_value_is_shortened() -> None:
    assert str(Issue("", "expected an integer", "x" * 10**6)) == f'expected an integer, got "{"x" * 76}...'


def test_a_value_that_is_no_json_is_told_by_its_type() -> None:
    assert str(Issue("", "expected", {(1, 2): 3})) == "expected, got a dict"


@pytest.mark.parametrize("annotation", [shapes.Node, shapes.Branch], ids=["dataclass", "pydantic"])
def test_deep_nesting_is_an_issue(annotation: Any) -> None:
    name, value = ("parts", {}) if annotation is shapes.Branch else ("children", {"value": 1})
    deep: dict[str, Any] = dict(value)
    for _ in range(20_000):
        deep = {**value, name: [deep]}
    with pytest.raises(InvalidValue, match="expected less nesting"):
        codec_of(annotation, where="output").convert(deep)


def test_many_choices_are_not_all_told() -> None:
    with pytest.raises(InvalidValue, match=r"19, \.\.\., got 99"):
        codec_of(Literal[tuple(range(30))], where="output").convert(99)


WRONG_TYPES: list[tuple[Any, str]] = [
    (Callable[[], int], "has no JSON Schema"),
    (complex, "complex, which has no JSON Schema"),
    (shapes.Odd, "JSON has no value for the choice"),
    (Literal[b"a"], "JSON has no value for the choice"),
    (dict[float, int], "cannot have float as keys"),
    (dict[shapes.Point, int], "cannot have .*Point as keys"),
    (set[list[int]], r"a set cannot hold list\[int\]"),
    (set[tuple[shapes.Stop, int]], "a set cannot hold"),
    (Annotated[str, Field(ge=1)], "ge=1 does not fit its type"),
    (Annotated[int, Field(ge="a")], "ge='a' is not a number"),
    (Annotated[Annotated[int, Field(ge=1)], "x", annotated_types.MinLen(1)], "min_length=1 does not fit"),
    (Annotated[int, Field(multiple_of=0)], "multiple_of=0 is not above 0"),
    (Annotated[Decimal, Field(multiple_of=Decimal(0))], "multiple_of=Decimal.* is not above 0"),
    (Annotated[float, Field(le=float("inf"))], "le=inf is not a number"),
    (Annotated[str, Field(min_length=-1)], "min_length=-1 is no length"),
    (Annotated[list[int], Field(max_length=1.5)], "max_length=1.5 is no length"),
    (Annotated[bytes, Field(max_length=-1)], "max_length=-1 is no length"),
    (shapes.Empty, "an Enum or Literal of no values"),
    (Literal[()], "an Enum or Literal of no values"),
    (tuple[int, *tuple[str, ...]], r"annotated with \*tuple\[str, \.\.\.\], which has no JSON Schema"),
    (Annotated[str, Field(pattern="(")], r"pattern='\(' is no regular expression"),
    (Annotated[int, Field(examples=[object()])], "JSON cannot say the example"),
    (Annotated[str, Field(examples="abc")], "JSON cannot say the examples 'abc'"),
    (Annotated[str, Field(pattern=cast("str", b"a"))], "pattern=b'a' is not text"),
    (Annotated[str, Field(pattern=cast("str", 5))], "pattern=5 is not text"),
    (shapes.Untyped, "the field 'a' has no annotation"),
    (shapes.ByHand, r"ByHand is not made from its fields \(missing a required argument: 'b'\)"),
    (shapes.OwnInit, "OwnInit is not made from its fields"),
    (shapes.OwnNew, "OwnNew is not made from its fields"),
    (shapes.FieldAsDefault, "field 'a' of FieldAsDefault has a Field as its default. Write Annotated"),
    (list[shapes.ByHand], "output: ByHand is not made from its fields"),
    (TypeVar("T", bound="Nowhere"), "name 'Nowhere' is not defined"),  # noqa: F821
    (list[shapes.Box[complex]], "output, field 'item' of Box is annotated with complex"),
    (5, "annotated with 5"),
    ([int], "has no JSON Schema"),
    (Annotated[Callable[[], int], pydantic.AfterValidator(abs)], "pydantic has no schema of"),
    (shapes.Hidden, "Hidden has an InitVar"),
    (shapes.Garbled, "the annotations of Garbled cannot be resolved"),
    (shapes.Lost, "the annotations of Lost cannot be resolved .*'Nowhere'"),
]


@pytest.mark.parametrize(("annotation", "problem"), WRONG_TYPES, ids=lambda one: repr(one)[:50])
def test_a_type_without_schema_is_refused(annotation: Any, problem: str) -> None:
    with pytest.raises(ToolDefinitionError, match=problem) as caught:
        codec_of(annotation, where="output")
    assert str(caught.value).startswith("output")
