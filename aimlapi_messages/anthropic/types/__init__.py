"""Types for annotations, by the names of the `anthropic` SDK: `Message`, `TextBlock`, `MessageParam` and so on.

They are those of `aimlapi_messages.types`; answers have the methods of pydantic's models besides. Type checkers read
`__init__.pyi`, which `make twins` makes.
"""

from ..names import find

__getattr__ = find
