"""What pages of the site are made of at build: the names of the reference, and the table of models."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from operator import attrgetter
from types import ModuleType
from typing import Any

import aimlapi_client.params
import aimlapi_messages
from aimlapi_client.deprecations import DEPRECATIONS, Deprecation, deprecation_of
from aimlapi_client.resources import Resources
from aimlapi_messages.testing.account.prices import Model, find_model


def define_env(env: Any) -> None:
    """What zensical calls for each page with `render_macros: true`."""
    for macro in (reference, public, methods, exported, moved, arguments, operations, names, types, models, withdrawn):
        env.macro(macro)


def reference(*paths: str, **options: object) -> str:
    """The documentation of what these paths name, with options of mkdocstrings."""
    given = "".join(f"\n      {name}: {json.dumps(value)}" for name, value in options.items())
    return "\n\n".join(f"::: {path}" + (f"\n    options:{given}" if given else "") for path in paths)


def public(*modules: str, **options: object) -> str:
    """The public names of `aimlapi_messages` that these modules of it define."""
    table: dict[str, str] = vars(aimlapi_messages)["_MODULES"]
    return reference(
        *(f"aimlapi_messages.{name}" for module in modules for name, home in table.items() if home == module), **options
    )


def methods(name: str) -> str:
    """What hangs on a client of this name."""
    client = getattr(aimlapi_messages, name)(api_key="none")
    shown: list[str] = []
    for path in ("messages", "messages.batches", *(one for one in dir(Resources) if one[0] != "_")):
        found: object = attrgetter(path)(client)
        titles = {"heading": f"client.{path}", "toc_label": f"client.{path}"}
        options = {"merge_init_into_class": False, "inherited_members": True, **titles}
        shown.append(reference(f"{type(found).__module__}.{type(found).__qualname__}", **options))
    return "\n\n".join(shown)


def exported(module: str, *, requests: bool | None = None, **options: object) -> str:
    """The names that a module exports; of generated models only those of requests, or of answers."""
    found = [
        name
        for name in sorted(import_module(module).__all__)
        if requests is None or name.endswith(("Param", "Params")) == requests
    ]
    return reference(*(f"{module}.{name}" for name in found), **options)


def moved() -> str:
    """The names of `aimlapi_messages.anthropic`, each with its documentation, or with what else it is."""
    package = "aimlapi_messages.anthropic"
    module: Any = import_module(package)
    shown: list[str] = []
    for name in module.__all__:
        value: object = getattr(module, name)
        home = getattr(value, "__module__", None) or type(value).__module__
        meant = f"`{home}.{value.__name__}`" if isinstance(value, type) else f"`{value!r}`"
        if isinstance(value, ModuleType):
            shown.append(reference(f"{package}.{name}", members=False))
        elif isinstance(value, type) and value.__name__ != name and value.__name__ in module.__all__:
            shown.append(_same(package, name, f"[`{value.__name__}`][{package}.{value.__name__}]"))
        elif home.startswith(package):
            shown.append(reference(f"{package}.{name}", show_bases=True))
        elif isinstance(value, type) and value.__name__ in aimlapi_messages.__all__:
            shown.append(_same(package, name, f"[`{value.__name__}`][aimlapi_messages.{value.__name__}]"))
        else:
            shown.append(_same(package, name, meant))
    return "\n\n".join(shown)


def _same(package: str, name: str, meant: str) -> str:
    return f"## {name} {{ #{package}.{name} }}\n\nThe same as {meant}."


def arguments() -> str:
    """What the shapes of requests are made of beside each other, and the types of single arguments."""
    module = aimlapi_client.params
    found = [name for name in sorted(vars(module)) if name.endswith(("Argument", "Item"))]
    return reference(*(f"{module.__name__}.{name}" for name in ["SequenceNotStr", "SupportsToDict", *found]))


def operations(**options: object) -> str:
    """The modules of the operations, by their tags."""
    return "\n\n".join(
        f"## {tag}\n\n" + reference(*(f"aimlapi_client.api.{tag}.{name}" for name in _modules(f"api.{tag}")), **options)
        for tag in _modules("api")
    )


def _modules(package: str) -> Iterator[str]:
    for found in pkgutil.iter_modules(import_module(f"aimlapi_client.{package}").__path__):
        yield found.name


def names() -> str:
    """Every public name of `aimlapi_messages`, as a link."""
    return ", ".join(f"[`{name}`][aimlapi_messages.{name}]" for name in _named(aimlapi_messages))


def types() -> str:
    """Every name of `aimlapi_messages.types`, as a link to what it is."""
    own = _named(aimlapi_messages)
    lines: list[str] = []
    for name in _named(import_module("aimlapi_messages.types")):
        module = "aimlapi_client.params" if name in aimlapi_client.params.__all__ else "aimlapi_client.models"
        target = "aimlapi_messages" if name in own else module
        lines.append(f"- [`{name}`][{target}.{name}]{{ #aimlapi_messages.types.{name} }}")
    return "\n".join(lines)


def _named(module: Any) -> list[str]:
    return [name for name in module.__all__ if not name.startswith("_")]


def models() -> str:
    """The models that answer: the ids of the document, and the prices that the emulator charges."""
    lines = ["| Model | Input | Output | |", "| --- | ---: | ---: | --- |"]
    spellings: list[str] = []
    documented = frozenset(aimlapi_messages.known_models())
    rows: dict[Model, list[str]] = {}
    for name in sorted(documented, key=lambda one: (not one.startswith("anthropic/"), len(one), one)):
        model = find_model(name, documented)
        if model and not model.ended:
            rows.setdefault(model, []).append(name)
    for model, ids in sorted(rows.items(), key=lambda row: row[1]):
        prices = f"{model.input_price:f} | {model.output_price:f}"
        lines.append(f"| `{ids[0]}` | {prices} | {ending(deprecation_of(ids[0]))} |")
        spellings += [f"- `{ids[0]}`: " + ", ".join(f"`{name}`" for name in ids[1:])] if ids[1:] else []
    return "\n".join([*lines, "", "The document names some of them in other ways too:", "", *spellings])


def withdrawn() -> str:
    """The models that no longer answer."""
    ended = {name: found for name, found in sorted(DEPRECATIONS.items()) if found.status == "withdrawn"}
    return "\n".join(f"- `{name}`: {ending(found)}" for name, found in ended.items())


def ending(found: Deprecation | None) -> str:
    """What is known of the end of a model, "" for nothing."""
    if found is None:
        return ""
    day = f", ends on {found.shutdown_at[:10]}" if found.shutdown_at else ""
    return f"{found.status}{day}" + (f"; use `{found.replaced_by}`" if found.replaced_by else "")
