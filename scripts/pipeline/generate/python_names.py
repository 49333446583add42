"""What the templates call an argument or an attribute in Python, see templates/helpers.jinja."""

from __future__ import annotations

from keyword import iskeyword
from typing import Final

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
