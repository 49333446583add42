"""Generates the synchronous twin of modules that only differ by `await`: `python -m scripts.twins [--check]`.

The asynchronous module is written by hand, and its twin is next to it. `make check` compares them. What differs
in more has one name in a module with both versions, such as `streaming/closing.py`.

It also makes the stubs of the modules that load their names when they are used, which a type checker cannot follow.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import get_args

import anthropic.types.beta
import anthropic.types.messages

import aimlapi_client.params
import aimlapi_messages.anthropic
import aimlapi_messages.types
from aimlapi_client import models
from aimlapi_messages.anthropic import answers, errors, names
from aimlapi_messages.core import errors as own_errors

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aimlapi_messages"

#: The asynchronous modules that have a twin: `async_x.py` makes `x.py`.
SOURCES = (
    "anthropic/async_client.py",
    "anthropic/async_messages.py",
    "anthropic/async_runners.py",
    "anthropic/async_streams.py",
    "bulk/async_run.py",
    "client/async_client.py",
    "client/async_exchange.py",
    "resources/async_batches.py",
    "resources/async_messages.py",
    "resources/async_models.py",
    "streaming/async_streams.py",
    "tools/async_runners.py",
    "transport/async_http.py",
    "transport/async_pool.py",
)

HEADER = "# Made from {name} by `make twins`; do not edit.\n"

#: Applied in this order.
SUBSTITUTIONS = (
    # Only for asyncio is there aiohttp.
    (r"\n.*\baiohttp\b.*", ""),
    # Only on a loop there are others to let run.
    (r"\n +await asyncio\.sleep\(0\).*", ""),
    (r"\basync_transport\b", "sync_transport"),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAwaitable\[(.+?)\]", r"\1"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\bimport asyncio\b", "import time"),
    (r"\bAsyncReply\b", "SyncReply"),
    (r"\baiter\(", "iter("),
    (r"\bhandle_async_request\b", "handle_request"),
    (r"\ba(iter_bytes|iter_lines|iter_text|read)\b", r"\1"),
    (r"\b(_?)Async(?=[A-Z])", r"\1"),
    (r"\bStopAsyncIteration\b", "StopIteration"),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    (r"\banext\(", "next("),
    (r"\baclose\b", "close"),
    (r"\basync_(\w+)", r"\1"),
    (r"\basynchronous\b", "synchronous"),
)


def twin(text: str, name: str) -> str:
    """The formatted synchronous source for an asynchronous one."""
    for pattern, replacement in SUBSTITUTIONS:
        text = re.sub(pattern, replacement, text)
    return formatted(HEADER.format(name=name) + text, "twin.py")


def stubs() -> dict[Path, str]:
    """The stubs of the package and of its `types`, by their paths."""
    homes: dict[str, str] = {f".{module}": text for module, text in vars(aimlapi_messages)["_HOMES"].items()}
    homes_of_moved: dict[str, str] = vars(aimlapi_messages.anthropic)["HOMES"]
    own = imports(".", vars(aimlapi_messages.types)["_OWN"])
    generated = "".join(f"from aimlapi_client.{name} import *  # noqa: F403\n" for name in ("answers", "params"))
    made = {
        "__init__.pyi": loaded(aimlapi_messages, homes),
        "types.pyi": generated + own,
        "anthropic/__init__.pyi": moved_names({**homes_of_moved, ".": "types"}),
        "anthropic/types/__init__.pyi": moved_types(),
        "anthropic/types/beta/__init__.pyi": beta_names(),
    }
    paths = {PACKAGE / name: text for name, text in made.items()}
    return {
        path: formatted(HEADER.format(name=path.with_suffix(".py").name) + text, "stub.pyi")
        for path, text in paths.items()
    }


def loaded(package: ModuleType, homes: dict[str, str]) -> str:
    """The names of a package that loads each when it is used, by the modules that define them."""
    found = "".join(imports(module, names.split()) for module, names in homes.items())
    return f"{found}__version__: str\n__all__ = {package.__all__!r}\n"


def moved_names(homes: dict[str, str]) -> str:
    """The names of the SDK, with the classes of the errors that are made of ours."""
    wanted = dict.fromkeys(homes[".errors"].split())
    made = [name for name in wanted if f"class {name.partition(':')[0]}(" not in inspect.getsource(errors)]
    kept = {**homes, ".errors": " ".join(name for name in wanted if name not in made)}
    lines = "from typing import TypeAlias\nfrom ..core import errors as ours\n"
    for name in made:
        kind: type = getattr(errors, name.partition(":")[0])
        if ":" in name:
            lines += f"{name.partition(':')[2]}: TypeAlias = {kind.__name__}\n"
        else:
            prefix = {own_errors.__name__: "ours."}
            bases = [f"{prefix.get(base.__module__, '')}{base.__name__}" for base in kind.__bases__]
            lines += f"class {name}({', '.join(bases)}):\n    {kind.__doc__!r}\n"
    return loaded(aimlapi_messages.anthropic, kept) + lines


def moved_types() -> str:
    """The types of the SDK by its names, and what they are made of: those of `aimlapi_messages.types`, whose answers
    have the methods of the SDK's."""
    found = {name: names.find(name) for name in dir(aimlapi_messages.types) if name not in names.OWN}
    kinds = {name: kind for name, kind in found.items() if isinstance(kind, type) and issubclass(kind, answers.Model)}
    own = [name for name, kind in kinds.items() if kind.__module__ == answers.__name__ and kind.__name__ == name]
    parents = {one for kind in kinds.values() for one in kind.__bases__}
    shapes: dict[str, str] = {}
    for name, kind in found.items():
        if name in own or name in aimlapi_client.params.__all__:
            continue
        if name not in kinds:
            parts = get_args(kind) if name.endswith(("Block", "Event")) else ()
            raw = [one.__name__ for one in parts if one not in parents]
            shapes[name] = "".join(f"class _Raw{one}(_Model, models.{one}): ...\n" for one in raw)
            union = [f"_Raw{one.__name__}" if one.__name__ in raw else one.__name__ for one in parts]
            shapes[name] += f"{name}: TypeAlias = {' | '.join(union) or f'ours.{name}'}\n"
        elif kind.__name__ == name:
            shape = getattr(models, name, kind.__bases__[1])
            shapes[name] = f"class {name}(_Model, ours.{name}):\n{members(shape, {*kinds, 'Message'})}"
        else:
            shapes[name] = f"{name}: TypeAlias = {kind.__name__}\n"
    aliases, *others = map(official, (anthropic.types, anthropic.types.beta, anthropic.types.messages))
    named = f"class TypedMessage(ours.Message):\n{members(models.Message, {*kinds})}"
    named += "".join(f"class {name}({of}): ...\n" for name, (of, _) in names.KINDS.items())
    named += "".join(f"{name}: TypeAlias = {of}\n" for name, of in aliases.items() if name != of)
    wanted = set[str]()
    text = " ".join([named, "MessageStreamEvent", *(of for other in others for of in other.values())])
    while found_in := shapes.keys() & set(re.findall(r"\w+", text)) - wanted:
        wanted |= found_in
        text = "".join(shapes[name] for name in found_in)
    lines = [
        "# ruff: noqa: F405, RUF036\n# pyright: reportIncompatibleVariableOverride=false\n",
        '# mypy: disable-error-code="assignment"\n',
        "from typing import Any, TypeAlias\n",
        "from aimlapi_client import models\n",
        "from aimlapi_client.params import *  # noqa: F403\n",
        "from ... import types as ours\n",
        imports("..answers", ["Model:_Model", "Message", "MessageBatch", "ParsedMessage", *own]),
        imports("..pages", ["ModelInfo"]),
    ]
    return "".join([*lines, *(shapes[name] for name in sorted(wanted)), named])


def members(kind: type, kinds: set[str]) -> str:
    """The members of a class of answers that are answers themselves."""
    lines = ""
    for name, annotation in inspect.get_annotations(kind).items():
        if kinds.intersection(re.findall(r"\w+", str(annotation))):
            lines += f"    {name}: {annotation}\n"
    return lines or "    ...\n"


def official(module: ModuleType) -> dict[str, str]:
    """The types of a module of the SDK, and what each is here."""
    found: dict[str, str] = {}
    for name in dir(module):
        if not name.startswith("_") and not inspect.ismodule(getattr(module, name)):
            with suppress(AttributeError):
                found[name] = names.called(name)
    return found


def beta_names() -> str:
    """The types of `types.beta`."""
    aliases = ""
    for name, of in official(anthropic.types.beta).items():
        if not hasattr(anthropic.types, name):
            here = of if of in ("str", names.PLAIN) else re.sub(r"\b(?=[A-Z])", "types.", of)
            aliases += f"{name}: TypeAlias = {here}\n"
    return f"from typing import Any, TypeAlias\nfrom .. import *  # noqa: F403\nfrom ... import types\n{aliases}"


def imports(module: str, names: list[str]) -> str:
    """The statement that imports names for others to import; `a:b` is `a`, to be called `b`."""
    pairs = [name.split(":") for name in names]
    return f"from {module} import {', '.join(f'{pair[0]} as {pair[-1]}' for pair in pairs)}\n"


def formatted(source: str, name: str) -> str:
    """The source as the settings of the package want it."""
    fix = ["check", "--fix", "--unsafe-fixes", "--select=C416,F401,I,RUF022,UP028", "--quiet"]
    for command in (fix, ["format", "--quiet"]):
        arguments = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(PACKAGE / name), "-"]
        source = subprocess.run(arguments, input=source, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return source


def main() -> int:
    """Write the twins and stubs, or with ``--check`` report those that are out of date."""
    made = stubs()
    for source in SOURCES:
        path = PACKAGE / source
        made[path.with_name(path.name.removeprefix("async_"))] = twin(path.read_text(encoding="utf-8"), path.name)
    stale = {path: text for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        if "--check" in sys.argv[1:]:
            print(f"{path.relative_to(ROOT)} is out of date; run `make twins`", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
