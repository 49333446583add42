"""What the templates call an argument or an attribute in Python, see templates/helpers.jinja."""

from __future__ import annotations

import re
from collections.abc import Callable
from keyword import iskeyword
from typing import Final

from ..document.identifiers import spelled
from ..document.tree import Json

#: The names that the annotations of a model use.
SHADOWED: Final = {
    *("any", "bool", "classmethod", "datetime", "dict", "false", "float", "int"),
    *("list", "property", "self", "set", "str", "super", "true", "tuple"),
}
#: What every model has of its own, or its module imports.
RESERVED: Final = {"to_dict", "to_multipart", "from_dict", "additional_properties", "attrs_define", "attrs_field"}


def module_name(name: str) -> str:
    """The module of an operation."""
    from openapi_python_client.strings import PythonIdentifier  # noqa: PLC0415 (a second of import, needed here only)

    return str(PythonIdentifier(name, "field_"))


def argument_name(name: str) -> str:
    """The argument of a parameter, which may be called as a builtin is."""
    made = module_name(name)
    return name if made == f"{name}_" and not iskeyword(name) else made


def attribute_name(name: str) -> str:
    """The attribute of a property."""
    made = argument_name(name)
    return f"{made}_" if made in RESERVED | SHADOWED else made


def python_names(properties: Json) -> dict[str, str]:
    """The names of properties by what they are on the wire: spelled out where two would be one name in Python."""
    from openapi_python_client.strings import PythonIdentifier  # noqa: PLC0415 (a second of import, needed here only)

    names: dict[str, str] = {}
    taken: set[str] = set()
    # The one that is a name of Python as it stands keeps it.
    for wire in sorted(properties, key=lambda name: (PythonIdentifier(name, "field_") != name, name)):
        plain = str(PythonIdentifier(wire, "field_"))
        given = wire if plain not in taken else re.sub(r"\W+", "_", spelled(wire).strip())
        taken |= {plain, str(PythonIdentifier(given, "field_"))}
        names[wire] = given
    return names


def name_of_class(component: str) -> str:
    """The class that the generator makes of a component."""
    make: Callable[[str, str], str] = _class_name()
    return make(component, "field_")


def _class_name() -> Callable[[str, str], str]:
    from openapi_python_client.strings import ClassName  # noqa: PLC0415 (a second of import, needed here only)

    return ClassName
