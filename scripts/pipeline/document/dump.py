"""Plain data to YAML with a stable layout."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML


def dump_yaml(data: object, *, header: str = "") -> str:
    """``data`` as block-style YAML with a stable layout; ``header`` becomes the leading comment."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.ignore_aliases = _no_aliases
    stream = io.StringIO()
    yaml.dump(data, stream)
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comment + stream.getvalue()


def _no_aliases(_value: object) -> bool:
    """Every value is written out where it stands: a shared one would make the text depend on identity."""
    return True
