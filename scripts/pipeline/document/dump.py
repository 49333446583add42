"""Plain data to YAML with a stable layout."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

#: Line ends of Unicode beside LF and CR.
LINE_ENDS = frozenset("\x85\u2028\u2029")


def dump_yaml(data: object, *, header: str = "") -> str:
    """``data`` as block-style YAML with a stable layout; ``header`` becomes the leading comment."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.sort_base_mapping_type_on_output = False
    yaml.Representer = PLAIN
    stream = io.StringIO()
    yaml.dump(data, stream)
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comment + stream.getvalue()


def _text(representer: Any, text: str) -> Any:
    """A text; with an escape for the line ends that a reader of YAML takes for LF."""
    style = '"' if LINE_ENDS.intersection(text) else None
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _no_aliases(_representer: object, _value: object) -> bool:
    """Every value is written out where it stands: a shared one would make the text depend on identity."""
    return True


PLAIN: Any = type("PlainRepresenter", (SafeRepresenter,), {"ignore_aliases": _no_aliases})
PLAIN.add_representer(str, _text)
