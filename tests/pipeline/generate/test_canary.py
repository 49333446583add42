"""Canary: the internals of openapi-python-client that our templates and `generator` stand on.

The templates read attributes that the generator promises to nobody, and Jinja prints nothing for one that is gone. So
every attribute that a template names is looked up here on real objects, and a small client is compared with what it
was. After a change that is meant, `python -m tests.pipeline.generate.test_canary` writes the small client anew.
"""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import openapi_python_client
import pytest
from jinja2 import Environment, StrictUndefined, Undefined, nodes
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.strings import ClassName, PythonIdentifier

from scripts.pipeline.build import BuildInputs
from scripts.pipeline.generate.generator import TEMPLATES
from scripts.pipeline.generate.lower.view import lower
from scripts.pipeline.generate.package import PACKAGE, generate
from scripts.pipeline.naming.names import Names

from ..support.documents import ORDER, ORDERS, Json, built, document, operation, parameter, record, tagged, text

GOLDEN = Path(__file__).parent / "golden"
STOCK = Path(str(files(openapi_python_client))) / "templates"
#: What the templates set themselves, or Jinja does; a string, a dict or a set in all of them.
OWN = {"decoders", "extra", "facts", "import", "kinds", "lines", "loop", "outer", "said", "scalars", "types", "wire"}
DATE_TIME = {"type": "string", "format": "date-time"}
#: Small, and with each kind of thing that the templates know: a union, an alias, a constant, a time, parameters.
SHOP = document(
    {
        ORDERS: {
            "post": operation(
                body=record(
                    "lines", lines={"type": "array", "items": {"oneOf": [tagged("book"), tagged("pen", n=text())]}}
                ),
                response=record("id", "state", id=text(), state=text("new", "old"), note=text(), at=DATE_TIME),
                parameters=[parameter("dry-run"), parameter("session", "cookie"), parameter("x-trace", "header")],
            )
        },
        ORDER: {"get": operation(response=record(id=text(), type=text("order")), parameters=[parameter("id", "path")])},
    }
)
NAMES = Names((), frozenset(), {}, aliases=frozenset({"State"}))


def small(folder: Path) -> Json:
    """The built document of a small shop."""
    return built(folder, SHOP).openapi


def environment() -> Environment:
    """Jinja as the generator sets it up, but with an error for what is not there."""
    return Environment(extensions=["jinja2.ext.loopcontrols"], undefined=StrictUndefined)


def chain(node: nodes.Node) -> str:
    """The source of an attribute of an attribute of a variable; "" for what begins otherwise."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            inner = chain(node.node)
            return f"{inner}.{node.attr}" if inner else ""
        case nodes.Getitem():
            inner = chain(node.node)
            return f"{inner}[0]" if inner else ""
        case _:
            return ""


def attributes() -> set[str]:
    """Everything that the templates read of what the generator gives them."""
    parsed = [environment().parse(path.read_text(encoding="utf-8")) for path in TEMPLATES.glob("*.jinja")]
    found = {chain(node) for tree in parsed for node in tree.find_all(nodes.Getattr)}
    return {one for one in found if one and one.replace("[", ".").partition(".")[0] not in OWN}


def filters() -> set[str]:
    """The filters that the templates use."""
    parsed = [environment().parse(path.read_text(encoding="utf-8")) for path in TEMPLATES.glob("*.jinja")]
    return {node.name for tree in parsed for node in tree.find_all(nodes.Filter)}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the generator gives the templates, by the name that it has there."""
    view = lower(small(tmp_path_factory.mktemp("shop")), plain=NAMES.plain, aliases=NAMES.aliases)
    config = Config.from_sources(ConfigFile(literal_enums=True), MetaType.NONE, Path("view.yaml"), "utf-8", False, None)
    data = GeneratorData.from_dict(view, config=config)
    assert isinstance(data, GeneratorData)
    endpoints = {str(one.name): one for each in data.endpoint_collections_by_tag.values() for one in each.endpoints}
    posted = endpoints["post_orders"]
    model = next(one for one in data.models if one.class_info.name == "BookLineParam")
    constant = next(one for one in model.required_properties if one.default is not None)
    return {
        "endpoint": posted,
        "parameter": endpoints["get_orders"].path_parameters[0],
        "body": posted.bodies[0],
        "success": posted.responses.patterns[0],
        "model": model,
        "property": constant,
        "enum": next(iter(data.enums)),
    }


@pytest.mark.parametrize("attribute", sorted(attributes()))
def test_the_generator_gives_what_a_template_reads(given: dict[str, Any], attribute: str) -> None:
    """Each attribute that a template names is there, and so Jinja does not leave a hole in the client."""
    value = environment().compile_expression(attribute, undefined_to_none=False)(**given)
    assert not isinstance(value, Undefined)


def test_the_objects_are_of_the_classes_that_the_templates_know(given: dict[str, Any]) -> None:
    """A model holds its data with our `x-` keywords, and values are a Literal."""
    assert isinstance(given["model"], ModelProperty)
    assert isinstance(given["enum"], LiteralEnumProperty)
    assert set(given["model"].data.model_extra) >= {"x-decoders", "x-types", "x-scalars", "x-answer"}
    assert set(given["success"].data.model_extra) >= {"x-decoder", "x-endpoint"}


@pytest.mark.parametrize("name", sorted(path.name for path in TEMPLATES.glob("*.jinja")))
def test_a_template_of_ours_takes_the_place_of_one(name: str) -> None:
    """The generator asks for a template by this name; of another name, ours would not be used."""
    assert (STOCK / name).is_file()


def test_the_filters_of_the_templates_are_known() -> None:
    """They are Jinja's, or those that the generator adds."""
    assert filters() <= {*environment().filters, *openapi_python_client.TEMPLATE_FILTERS}


def test_the_generator_is_called_as_it_wants() -> None:
    """The arguments that `generator` gives."""
    settings = {"package_name_override", "literal_enums", "post_hooks", "use_path_prefixes_for_title_model_names"}
    assert settings <= set(ConfigFile.model_fields)
    assert set(inspect.signature(openapi_python_client.generate).parameters) == {"config", "custom_template_path"}
    assert str(PythonIdentifier("dry-run", "field_")) == "dry_run"
    assert str(ClassName("2_orders", "field_")) == "Field2Orders"


def generated(folder: Path) -> Iterator[tuple[str, str]]:
    """The modules of the small shop that are told by the templates, by their path."""
    inputs = BuildInputs(folder / "openapi")
    generate(small(inputs.directory), NAMES, folder / "generated")
    package = folder / "generated" / PACKAGE
    for path in sorted([*package.glob("api/*/*.py"), *package.glob("models/*.py"), package / "__init__.py"]):
        yield path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")


def test_a_small_client_is_what_it_was(tmp_path: Path) -> None:
    """Byte for byte; see above for a change that is meant."""
    expected = {path.relative_to(GOLDEN).as_posix(): path for path in GOLDEN.rglob("*.txt")}
    made = {f"{name}.txt": source for name, source in generated(tmp_path)}
    assert made == {name: path.read_text(encoding="utf-8") for name, path in expected.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for name, source in generated(Path(scratch)):
            target = GOLDEN / f"{name}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source, encoding="utf-8")
