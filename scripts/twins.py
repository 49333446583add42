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

import aimlapi_client.params
import aimlapi_messages.anthropic
import aimlapi_messages.types
from aimlapi_client import models
from aimlapi_messages.anthropic import answers, names

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aimlapi_messages"

#: The asynchronous modules that have a twin: `async_x.py` makes `x.py`.
SOURCES = (
    "anthropic/async_client.py",
    "anthropic/async_messages.py",
    "anthropic/async_runners.py",
    "anthropic/async_streams.py",
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
    # Only the asynchronous client has a choice of transports.
    (r"\n +transport: .*", ""),
    # Only on a loop there are others to let run.
    (r"\n +await asyncio\.sleep\(0\).*", ""),
    (r"\basync_transport\(http_client, transport\)", "sync_transport(http_client)"),
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
    homes: dict[str, str] = vars(aimlapi_messages)["_HOMES"]
    public = "".join(imports(module, names.split()) for module, names in homes.items())
    public += f"__version__: str\n__all__ = {aimlapi_messages.__all__!r}\n"
    homes_of_moved: dict[str, str] = vars(aimlapi_messages.anthropic)["HOMES"]
    moved = "".join(imports(module[1:], names.split()) for module, names in homes_of_moved.items())
    moved += f"from . import types as types\n__version__: str\n__all__ = {aimlapi_messages.anthropic.__all__!r}\n"
    own = imports("", vars(aimlapi_messages.types)["_OWN"])
    generated = "".join(f"from aimlapi_client.{name} import *  # noqa: F403\n" for name in ("answers", "params"))
    return {
        PACKAGE / "__init__.pyi": formatted(HEADER.format(name="__init__.py") + public, "stub.pyi"),
        PACKAGE / "anthropic" / "__init__.pyi": formatted(HEADER.format(name="__init__.py") + moved, "stub.pyi"),
        PACKAGE / "anthropic" / "types" / "__init__.pyi": formatted(
            HEADER.format(name="__init__.py") + moved_types(), "stub.pyi"
        ),
        PACKAGE / "anthropic" / "types" / "beta" / "__init__.pyi": formatted(
            HEADER.format(name="__init__.py") + beta_names(), "stub.pyi"
        ),
        PACKAGE / "types.pyi": formatted(HEADER.format(name="types.py") + generated + own, "stub.pyi"),
    }


def moved_types() -> str:
    """The types of `aimlapi_messages.types`, whose answers have the methods of the SDK's, and its names for them."""
    found = {name: names.find(name) for name in dir(aimlapi_messages.types) if name not in names.OWN}
    kinds = {name: kind for name, kind in found.items() if isinstance(kind, type) and issubclass(kind, answers.Model)}
    own = [name for name, kind in kinds.items() if kind.__module__ == answers.__name__ and kind.__name__ == name]
    parents = {one for kind in kinds.values() for one in kind.__bases__}
    lines = ["# ruff: noqa: F405, RUF036\n# pyright: reportIncompatibleVariableOverride=false\n"]
    lines += [
        '# mypy: disable-error-code="assignment"\n',
        "from typing import Any, TypeAlias\n",
        "from aimlapi_client import models\n",
    ]
    lines += ["from aimlapi_client.params import *  # noqa: F403\n", "from ... import types as ours\n"]
    lines += [imports(".answers", ["Model:_Model", "Message", "MessageBatch", "ParsedMessage", *own])]
    lines += [imports(".pages", ["ModelInfo"])]
    for name, kind in found.items():
        if name in own or name in aimlapi_client.params.__all__:
            continue
        if name not in kinds:
            parts = get_args(kind) if name.endswith(("Block", "Event")) else ()
            raw = [one.__name__ for one in parts if one not in parents]
            lines += [f"class _Raw{one}(_Model, models.{one}): ...\n" for one in raw]
            union = [f"_Raw{one.__name__}" if one.__name__ in raw else one.__name__ for one in parts]
            lines += [f"{name}: TypeAlias = {' | '.join(union) or f'ours.{name}'}\n"]
        elif kind.__name__ == name:
            lines += [f"class {name}(_Model, ours.{name}):\n{members(kind.__bases__[1], {*kinds, 'Message'})}"]
        else:
            lines += [f"{name}: TypeAlias = {kind.__name__}\n"]
    lines += [f"class TypedMessage(ours.Message):\n{members(models.Message, {*kinds})}"]
    lines += [f"class {name}({of}): ...\n" for name, (of, _) in names.KINDS.items()]
    lines += [f"{name}: TypeAlias = {of}\n" for name, of in official(anthropic.types).items() if name != of]
    return "".join(lines)


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
    return f"from .{module} import {', '.join(f'{pair[0]} as {pair[-1]}' for pair in pairs)}\n"


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
