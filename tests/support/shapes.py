"""Types that a tool's parameters may have. Not a test."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import InitVar, dataclass, field
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, Required, TypedDict, TypeVar

import annotated_types
import attrs
import pydantic
import pydantic.dataclasses
import typing_extensions
from typing_extensions import Doc, TypeAliasType

from aimlapi_messages import Field

T = TypeVar("T")
U = TypeVar("U")
Number = TypeVar("Number", int, str)
Short = TypeVar("Short", bound=str)
Defaulted = typing_extensions.TypeVar("Defaulted", default=int)
UserId = NewType("UserId", int)
Days = NewType("Days", "list[int]")
Names = TypeAliasType("Names", list[str])
Tree = TypeAliasType("Tree", "dict[str, Tree]")
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))


class Color(StrEnum):
    """A color."""

    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Mixed(Enum):
    A = "a"
    ONE = 1
    YES = True


class Odd(Enum):
    PAIR = (1, 2)


@dataclass
class Stop:
    """A place on the way.

    Attributes:
        name: its name.
        nights: how long to stay.
    """

    name: str
    nights: Annotated[int, Field("in nights", ge=1)] = 1
    tags: list[str] = field(default_factory=list)
    key: str = field(default="", init=False)


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass
class Node:
    value: int
    children: list[Node] = field(default_factory=list)


@dataclass
class Box(Generic[T]):
    item: T


@dataclass
class IntBox(Box[int]):
    pass


@dataclass
class Couple(Generic[T, U]):
    first: T
    second: U


@dataclass
class Counted(Couple[int, list[T]]):
    third: T


@dataclass
class Worded(Counted[str]):
    """Its bases use one variable for two things."""


class Page(TypedDict, Generic[T]):
    items: list[T]


class WordPage(Page[str]):
    box: Box[Box[int]]


@attrs.define
class Shelf(Generic[T]):
    boxes: list[Box[T]]


@attrs.define
class IntShelf(Shelf[int]):
    name: str


@dataclass
class Chain(Generic[T]):
    item: T
    next: Chain[T] | None = None


class Empty(Enum):
    pass


@attrs.define
class Guest:
    _name: str
    age: int = attrs.field(default=18, validator=attrs.validators.ge(0))
    notes: list[str] = attrs.Factory(list)
    seen: bool = attrs.field(default=False, init=False)


class Base(TypedDict):
    id: int


class Entry(Base, total=False):
    name: Required[str]
    size: int


class Loose(TypedDict):
    name: str
    size: NotRequired[int]


class Span(NamedTuple):
    start: int
    end: int = 9


Untyped = namedtuple("Untyped", "a b")


@dataclass
class Cat:
    kind: Literal["cat"]
    lives: int = 9


@dataclass
class Dog:
    kind: Literal["dog"]
    name: str


@dataclass
class Square:
    side: int


@dataclass
class Circle:
    radius: int
    center: Point | None = None


class Model(pydantic.BaseModel):
    title: str
    size: int = 1


class Branch(pydantic.BaseModel):
    parts: list[Branch] = []


class Pet(pydantic.BaseModel):
    kind: Literal["pet"]


class Toy(pydantic.BaseModel):
    kind: Literal["toy"]


class Owner(pydantic.BaseModel):
    has: Annotated[Pet | Toy, pydantic.Field(discriminator="kind")]
    also: list[Model] = []


@pydantic.dataclasses.dataclass
class Checked:
    size: Annotated[int, pydantic.Field(ge=0)]


@dataclass
class Picky:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


@dataclass
class Hidden:
    low: InitVar[int]


@dataclass(init=False)
class ByHand:
    a: int

    def __init__(self, b: int) -> None:
        self.a = b


@dataclass
class OwnInit:
    a: int

    def __init__(self) -> None:
        self.a = 1


@attrs.define(init=False)
class OwnNew:
    a: int

    def __new__(cls, b: int) -> OwnNew:
        return super().__new__(cls)

    def __init__(self, b: int) -> None:
        self.a = b


@dataclass
class FieldAsDefault:
    a: Any = Field("a number", ge=1)  # noqa: RUF009


class Wishes(TypedDict):
    name: str
    room: NotRequired[str]
    floors: NotRequired[list[str]]


@dataclass
class Lost:
    what: Nowhere  # noqa: F821


@dataclass
class Garbled:
    what: "int |"  # noqa: F722


@dataclass
class Outer:
    class Inner(StrEnum):
        A = "a"

    one: Inner


def local_record() -> Any:
    """A record that refers to itself and is no name of its module."""

    @dataclass
    class Link:
        next: Link | None = None

    return Link


def other_model() -> Any:
    """A pydantic model that has the name of another, and refers to itself."""

    class Branch(pydantic.BaseModel):
        twigs: list[Branch] = []

    Branch.model_rebuild(_types_namespace={"Branch": Branch})
    return Branch


Documented = Annotated[str, Doc("from Doc")]
Limited = Annotated[int, annotated_types.Interval(ge=1, lt=10), annotated_types.MultipleOf(2)]
Positive = NewType("Positive", Annotated[int, Field("from the type", ge=1)])
