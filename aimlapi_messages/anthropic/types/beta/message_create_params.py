"""The same names as `types` has."""

from ...names import find

__getattr__ = find
