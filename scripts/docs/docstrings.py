"""How the reference reads the packages: a Griffe extension, which `zensical.toml` names.

A signature with `**options: Unpack[CreateOptions]` lists each option, with `...` for "left out". A line of a docstring
such as `max_retries: attempts after the first` describes the parameter or the attribute of that name, and the names of
public classes are links. Attributes stand in the text of their class instead of under it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from textwrap import dedent
from typing import Any

from griffe import (
    Alias,
    Attribute,
    Class,
    DataclassesExtension,
    Docstring,
    DocstringAttribute,
    DocstringParameter,
    DocstringSection,
    DocstringSectionAttributes,
    DocstringSectionParameters,
    Expr,
    ExprAttribute,
    ExprName,
    ExprSubscript,
    Extension,
    Function,
    Module,
    ModulesCollection,
    Object,
    Parameter,
    ParameterKind,
    Parser,
)

PACKAGES = ("aimlapi_client", "aimlapi_messages")
# `name: text`, also `name, other: text`.
_ENTRY = re.compile(r"(\*{0,2}\w+(?:, \w+)*): ")
# The name of a class: in backticks, or of several words such as InvalidRequestError.
_CLASS = re.compile(r"`([A-Z]\w+)`|(?<![\w.`\[])([A-Z]\w*Error|(?:[A-Z]+[a-z]+){2,})(?!\.?[\w`\]])")
# Code in a docstring: after an empty line, and indented.
_CODE = re.compile(r"(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+")


@dataclass
class Text:
    """A docstring: what it says before and after its entries, and these by name."""

    before: str = ""
    entries: dict[str, str] = field(default_factory=dict[str, str])
    after: str = ""


@dataclass(frozen=True)
class Option:
    """A member of a typed dict."""

    annotation: str | Expr | None
    required: bool
    text: str


class Docstrings(Extension):
    """See the module."""

    def __init__(self) -> None:
        self._links: dict[str, str] = {}
        self._options: dict[str, dict[str, Option]] = {}

    def on_package(self, *, pkg: Module, **_: Any) -> None:
        """Change what a package has, once all of it is there. The generated one comes first."""
        if pkg.name not in PACKAGES:
            return
        DataclassesExtension().on_package(pkg=pkg)  # which needs the attributes
        self._links |= {name: f"{pkg.name}.{name}" for name in pkg.members if name[0].isupper()}
        found = list(_objects(pkg))
        # Signatures take options out of the typed dicts before these change.
        for each in found:
            if isinstance(each, Class):
                self._options_of(each)
        for each in found:
            if isinstance(each, Function):
                self._list_options(each)
        for each in found:
            if isinstance(each, Class):
                self._describe_class(each)
            elif isinstance(each, Function):
                self._describe_function(each)
            elif each.docstring:
                each.docstring.value = self.linked(each.docstring.value, each)

    def _options_of(self, cls: Class) -> dict[str, Option]:
        """The members of a typed dict, those of its bases first; of any other class none."""
        if cls.path in self._options:
            return self._options[cls.path]
        options = self._options[cls.path] = {}
        bases = [base for base in cls.resolved_bases if isinstance(base, Class)]
        inherited = [self._options_of(base) for base in bases]
        if not any(inherited) and not any(str(base) == "TypedDict" for base in cls.bases):
            return options
        for each in inherited:
            options.update(each)
        total = str(cls.keywords.get("total")) != "False"
        attributes = _attributes(cls)
        entries = split(cls.docstring, [*options, *attributes]).entries
        options.update({name: replace(one, text=entries[name]) for name, one in options.items() if name in entries})
        for name, attribute in attributes.items():
            annotation, required = attribute.annotation, total
            if isinstance(annotation, ExprSubscript) and str(annotation.left) in ("Required", "NotRequired"):
                required, annotation = str(annotation.left) == "Required", annotation.slice
            text = attribute.docstring.value if attribute.docstring else entries.get(name, "")
            options[name] = Option(annotation, required, text)
        for other in _mentioned(cls):
            for name, one in self._options.get(f"{cls.parent.path}.{other}" if cls.parent else "", {}).items():
                if name in options and not options[name].text:
                    options[name] = replace(options[name], text=one.text)
        return options

    def _list_options(self, function: Function) -> None:
        """Put the options in the place of `**options`. Overloads that differ in nothing else are dropped."""
        own = _keywords(function)
        for each in [*(function.overloads or []), function]:
            keywords = _keywords(each)
            typed = keywords and _unpacked(keywords.annotation, function.modules_collection)
            if not own or not typed:
                continue
            del function.parameters[own.name]
            options = self._options_of(typed)
            function.extra["docs"] |= {"options": options, "keywords": own.name}
            for name, option in options.items():
                if name not in function.parameters:
                    default = None if option.required else "..."
                    kind = ParameterKind.keyword_only
                    function.parameters.add(Parameter(name, annotation=option.annotation, kind=kind, default=default))
            function.overloads = None
            return

    def _describe_function(self, function: Function) -> None:
        for one in function.parameters:
            one.default = _constant(one.default, function.modules_collection)
        options: dict[str, Option] = function.extra["docs"].get("options", {})
        keywords = function.extra["docs"].get("keywords", "")
        parameters = [one for one in function.parameters if one.name not in ("self", "cls")]
        known = [*(one.name for one in parameters), keywords]
        text = split(function.docstring, known)
        if not text.entries and not options:
            self._set(function, text)
            return
        listed = [
            DocstringParameter(
                one.name,
                description=self.linked(_said(function, one.name) or _text_of(options, one.name), function),
                annotation=one.annotation,
                value=one.default,
            )
            for one in parameters
        ]
        self._set(function, text, DocstringSectionParameters(listed))

    def _describe_class(self, cls: Class) -> None:
        init = cls.members.get("__init__")
        arguments = [one.name for one in init.parameters] if isinstance(init, Function) else []
        options = self._options[cls.path]
        attributes = _attributes(cls)
        properties = {name: one for name, one in cls.members.items() if "property" in one.labels}
        text = split(cls.docstring, [*attributes, *options, *arguments, *properties])
        for name, one in properties.items():
            said = text.entries.get(name)
            if said and not one.docstring:
                one.docstring = Docstring(self.linked(said, cls), parent=cls)
        if isinstance(init, Function) and "dataclass" not in cls.labels:
            # What the class says of its arguments belongs to them.
            told = {name: text.entries.pop(name) for name in arguments if name in text.entries}
            init.docstring = init.docstring or Docstring("", parent=init)
            init.docstring.value += "\n" + "\n".join(f"{name}: {said}" for name, said in told.items())
        annotations: dict[str, str | Expr | None] = {name: one.annotation for name, one in options.items()}
        annotations |= {name: one.annotation for name, one in attributes.items()}
        listed = [
            DocstringAttribute(
                name,
                description=self.linked(
                    text.entries.get(name) or _text_of(options, name) or _docstring(attributes.get(name)), cls
                ),
                annotation=annotation,
            )
            for name, annotation in annotations.items()
        ]
        for name in attributes:
            cls.del_member(name)
        self._set(cls, text, DocstringSectionAttributes(listed) if listed else None)

    def _set(self, owner: Class | Function, text: Text, listed: DocstringSection | None = None) -> None:
        """Give the owner what its docstring says, with the list in its place."""
        sections: list[DocstringSection] = []
        for part in (text.before, text.after):
            if part:
                # Generated docstrings have sections of Google's kind, some without the empty line above.
                google = re.sub(r"(?m)(?<!\n)\n(?=(?:Raises|Returns):$)", "\n\n", self.linked(part, owner))
                sections += Docstring(google, parent=owner, parser=Parser.google).parsed
            if listed:
                sections.append(listed)
                listed = None
        owner.docstring = owner.docstring or Docstring(owner.name, parent=owner)
        owner.docstring.parsed = sections

    def linked(self, text: str, owner: Object) -> str:
        """The text with the names of public classes as links, and with code as what it is."""

        def link(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            return f"[`{name}`][{self._links[name]}]" if name in self._links and name != owner.name else match[0]

        parts: list[str] = []
        last = 0
        for match in _CODE.finditer(text := text + "\n"):
            parts += [_CLASS.sub(link, text[last : match.start()]), _fenced(match[0])]
            last = match.end()
        return "".join([*parts, _CLASS.sub(link, text[last:])]).rstrip("\n")


def _fenced(code: str) -> str:
    """A block of code, coloured if it is Python."""
    code = dedent(code).rstrip("\n")
    language = "python"
    try:
        ast.parse(code)
    except SyntaxError:
        language = "text"
    return f"```{language}\n{code}\n```\n"


def split(docstring: Docstring | None, known: Collection[str]) -> Text:
    """What a docstring says of the known names, and what else."""
    text = Text()
    last: list[str] = []
    for line in _lines(docstring.value if docstring else "", known):
        start = _ENTRY.match(line)
        if start and set(names := start[1].replace("*", "").split(", ")) <= set(known):
            last = names
            text.entries |= dict.fromkeys(last, line[start.end() :].strip())
        elif last and line.startswith(" "):
            text.entries |= {name: f"{text.entries[name]} {line.strip()}" for name in last}
        elif text.entries:
            last = []
            text.after += line + "\n"
        else:
            text.before += line + "\n"
    text.before, text.after = text.before.strip(), text.after.strip()
    return text


def _lines(text: str, known: Collection[str]) -> Iterator[str]:
    """The lines of a text, where an entry begins one of its own, as in `polls: how often. seconds: since when.`"""
    for line in text.split("\n"):
        begin = 0
        for match in re.finditer(r"(?<=[.;] )(\w+): ", line):
            if match[1] in known and not line.startswith(" "):
                yield line[begin : match.start()]
                begin = match.start()
        yield line[begin:]


def _objects(owner: Module | Class) -> Iterator[Object]:
    """All that a package defines itself, at any depth."""
    for member in list(owner.members.values()):
        if isinstance(member, Object):
            yield member
            if isinstance(member, (Module, Class)):
                yield from _objects(member)


def _attributes(cls: Class) -> dict[str, Attribute]:
    """The public attributes that a class has itself, but for properties."""
    own = {name: one for name, one in cls.members.items() if isinstance(one, Attribute) and name[0] != "_"}
    return {name: one for name, one in own.items() if "property" not in one.labels}


def _keywords(function: Function) -> Parameter | None:
    return next((one for one in function.parameters if one.kind is ParameterKind.var_keyword), None)


def _unpacked(annotation: object, modules: ModulesCollection) -> Class | None:
    """The typed dict of `Unpack[...]`."""
    if not isinstance(annotation, ExprSubscript) or str(annotation.left) != "Unpack":
        return None
    named = annotation.slice.left if isinstance(annotation.slice, ExprSubscript) else annotation.slice
    found = _named(named, modules)
    return found if isinstance(found, Class) else None


def _named(name: object, modules: ModulesCollection) -> Object | None:
    """What a name in the packages stands for, wherever it was imported from."""
    if not isinstance(name, ExprName) or not name.canonical_path.startswith(PACKAGES):
        return None
    found = modules.get_member(name.canonical_path)
    return found.final_target if isinstance(found, Alias) else found


def _constant(value: str | Expr | None, modules: ModulesCollection) -> str | Expr | None:
    """What a default is that is the name of a constant of the packages."""
    found = _named(value, modules)
    if isinstance(found, Attribute) and not isinstance(found.value, ExprAttribute):
        return found.value or value
    return value


def _said(function: Function, name: str, seen: frozenset[str] = frozenset()) -> str:
    """What a docstring says of a parameter, or that of another method or class which it names: "as in `create`"."""
    entries = split(function.docstring, [one.name for one in function.parameters]).entries
    if name in entries:
        return entries[name]
    for other in _mentioned(function):
        found = function.parent.members.get(other) if function.parent else None
        if isinstance(found, Function) and other not in seen and name in found.parameters:
            return _said(found, name, seen | {function.name})
        public = function.package.members.get(other)
        found = public.final_target if isinstance(public, Alias) else public
        if isinstance(found, Class) and isinstance(init := found.members.get("__init__"), Function):
            return split(found.docstring, [one.name for one in init.parameters]).entries.get(name, "")
    return ""


def _mentioned(owner: Object) -> list[str]:
    """The names in backticks in a docstring."""
    return re.findall(r"`(\w+)`", owner.docstring.value) if owner.docstring else []


def _text_of(options: dict[str, Option], name: str) -> str:
    return options[name].text if name in options else ""


def _docstring(attribute: Attribute | None) -> str:
    return attribute.docstring.value if attribute and attribute.docstring else ""
