"""What an argument, an attribute, a module or a class of the client is called in Python.

Two texts that would be one name in Python get two: whichever is a name as it stands keeps it, the other is spelled out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from keyword import iskeyword
from typing import Final, cast

from ..document.identifiers import spelled
from ..document.tree import Json

__all__ = ["argument_names", "arguments_of", "attribute_names", "module_name", "name_of_class"]

#: The names that the annotations of a model use.
SHADOWED: Final = {
    *("any", "bool", "classmethod", "datetime", "dict", "false", "float", "frozenset", "int"),
    *("list", "property", "self", "set", "str", "super", "true", "tuple"),
}
#: What every model has of its own, or its module imports under a name with an underscore in front.
RESERVED: Final = {"to_dict", "to_json", "from_dict", "additional_properties", "attrs_define", "attrs_field"}
#: What the functions of an operation's module use: a parameter of such a name is called after its place too.
OF_OPERATIONS: Final = {"body", "client", "content_type", "isinstance", "request", "url"}


def module_name(name: str) -> str:
    """The module of an operation."""
    from openapi_python_client.strings import PythonIdentifier  # noqa: PLC0415 (a second of import, needed here only)

    # Python takes two spellings of one letter for the same name.
    return str(PythonIdentifier(unicodedata.normalize("NFKC", name), "field_"))


def attribute_names(properties: Iterable[str]) -> dict[str, str]:
    """The attributes of the properties of one object, by what they are on the wire."""
    names = list(properties)
    return dict(zip(names, _apart(names, _attribute), strict=True))


def argument_names(properties: Iterable[str]) -> dict[str, str]:
    """The arguments for the properties of one object, by what they are on the wire."""
    names = list(properties)
    return dict(zip(names, _apart(names, _argument), strict=True))


def arguments_of(operation: Json) -> dict[str, Json]:
    """The parameters of an operation by the argument of each, in their order."""
    words = cast("dict[str, Json]", operation.get("x-parameters", {}))
    parameters = cast("list[Json]", operation.get("parameters", []))
    names = [str(words.get(one["name"], {}).get("name", one["name"])) for one in parameters]
    # The generator finds no other letters in a path.
    names = [
        name if name.isascii() or parameter["in"] != "path" else re.sub(r"\W+", "_", spelled(name))
        for name, parameter in zip(names, parameters, strict=True)
    ]
    places: dict[str, set[str]] = defaultdict(set)
    for name, parameter in zip(names, parameters, strict=True):
        places[_argument(name)].add(parameter["in"])
    apart = [
        f"{name}_{parameter['in']}" if _argument(name) in OF_OPERATIONS or len(places[_argument(name)]) > 1 else name
        for name, parameter in zip(names, parameters, strict=True)
    ]
    return dict(zip(_apart(apart, _argument), parameters, strict=True))


def name_of_class(component: str) -> str:
    """The class that the generator makes of a component."""
    make: Callable[[str, str], str] = _class_name()
    return make(component, "field_")


def _class_name() -> Callable[[str, str], str]:
    from openapi_python_client.strings import ClassName  # noqa: PLC0415 (a second of import, needed here only)

    return ClassName


def _argument(name: str) -> str:
    """The argument of a parameter, which may be called as a builtin is."""
    made = module_name(name)
    return name if made == f"{name}_" and not iskeyword(name) else made


def _attribute(name: str) -> str:
    made = _argument(name)
    return f"{made}_" if made in RESERVED | SHADOWED else made


def _apart(texts: Sequence[str], make: Callable[[str], str]) -> list[str]:
    """A name in Python for each text, all different, and different to the generator as well."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for index in sorted(range(len(texts)), key=lambda index: (make(texts[index]) != texts[index], texts[index], index)):
        names[index] = next(name for name in _likely(texts[index], make) if taken.isdisjoint(_forms(name)))
        taken |= _forms(names[index])
    return [names[index] for index in range(len(texts))]


def _likely(text: str, make: Callable[[str], str]) -> Iterator[str]:
    """Names for a text, the most readable first."""
    yield make(text)
    words = re.sub(r"\W+", "_", spelled(text).strip())
    yield make(words)
    yield from (make(f"{words}_{number}") for number in count(2))


def _forms(name: str) -> set[str]:
    """A name, and what the generator makes of it."""
    return {name, module_name(name)}
