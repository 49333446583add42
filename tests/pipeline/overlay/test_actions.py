"""The overlay: what an action does, when it is refused, and what is said when upstream has moved."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.overlay.actions import Action, component_names, load_overlay
from scripts.pipeline.overlay.apply import Applied, apply_actions, operation_ids
from scripts.pipeline.source.reading import read_document

from ..support.documents import ORDERS, Json, document, operation, record, text

OPENAPI = Path(__file__).resolve().parents[3] / "openapi"
DOCUMENT = document(
    {ORDERS: {"get": operation(operationId="list_orders", tags=["orders"], response=record("id", "state", id=text()))}},
    schemas={"Order": record("id", "state", id=text(), state=text("new", "old"))},
)
ORDER = "$.components.schemas.Order"


def action(target: str, **members: Any) -> Json:
    return {"target": target, "description": "why", "x-source": "where", **members}


def overlay(folder: Path, *actions: Any, **members: Any) -> list[Action]:
    """The actions of an overlay of one file with these."""
    path = folder / "orders.yaml"
    path.write_text(dump_yaml({"overlay": "1.0.0", "actions": list(actions), **members}), encoding="utf-8")
    return load_overlay(folder)


def applied(folder: Path, *actions: Json) -> Applied:
    return apply_actions(DOCUMENT, overlay(folder, *actions))


def changed(*path: str | int, to: Any) -> Json:
    """The document with another value at ``path``."""
    made: Any = deepcopy(DOCUMENT)
    node = made
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = to
    return made


SCHEMA = ("components", "schemas", "Order")
UPDATES: dict[str, tuple[Json, Json]] = {
    "an object merges": (
        action(ORDER, update={"properties": {"note": text()}}),
        changed(*SCHEMA, "properties", to={"id": text(), "state": text("new", "old"), "note": text()}),
    ),
    "an object merges at every depth": (
        action("$", update={"components": {"schemas": {"Order": {"minProperties": 1}}}}),
        changed(*SCHEMA, "minProperties", to=1),
    ),
    "a list is appended to": (
        action(f"{ORDER}.required", update=["note"]),
        changed(*SCHEMA, "required", to=["id", "state", "note"]),
    ),
    "a list is appended to by one": (
        action(f"{ORDER}.required", update="note"),
        changed(*SCHEMA, "required", to=["id", "state", "note"]),
    ),
    "a list inside an object is appended to": (
        action(ORDER, update={"required": ["note", "id"]}),
        changed(*SCHEMA, "required", to=["id", "state", "note"]),
    ),
    "a scalar is replaced": (
        action("$.info.title", update="Shop"),
        changed("info", "title", to="Shop"),
    ),
    "a scalar becomes an object": (
        action("$.info", update={"title": {"text": "Shop"}}),
        changed("info", "title", to={"text": "Shop"}),
    ),
    "every match is updated": (
        action(f"{ORDER}.properties.*", update={"deprecated": True}),
        changed(
            *SCHEMA,
            "properties",
            to={"id": {**text(), "deprecated": True}, "state": {**text("new", "old"), "deprecated": True}},
        ),
    ),
    "a member is removed": (
        action(f"{ORDER}.properties.state", remove=True),
        changed(*SCHEMA, "properties", to={"id": text()}),
    ),
    "an entry of a list is removed": (
        action(f"{ORDER}.required[?@ == 'state']", remove=True),
        changed(*SCHEMA, "required", to=["id"]),
    ),
    "an operation is found by its id": (
        action("$.paths[*][?@.operationId == 'list_orders'].tags", update=["shop"], **{"x-operation": "list_orders"}),
        changed("paths", ORDERS, "get", "tags", to=["orders", "shop"]),
    ),
    "one of several operations is enough": (
        action("$.info", update={"version": "2"}, **{"x-operation": ["drop_orders", "list_orders"]}),
        changed("info", "version", to="2"),
    ),
}


@pytest.mark.parametrize(("step", "becomes"), UPDATES.values(), ids=UPDATES.keys())
def test_an_action_changes_its_target_and_nothing_else(tmp_path: Path, step: Json, becomes: Json) -> None:
    """Objects merge, lists are appended to, scalars are replaced, and a target can be removed."""
    before = deepcopy(DOCUMENT)
    result = applied(tmp_path, step)
    assert result.document == becomes
    assert (result.skipped, result.fulfilled) == ((), ())
    assert before == DOCUMENT


def test_actions_see_what_those_before_them_did(tmp_path: Path) -> None:
    """Actions are applied in order."""
    steps = [action("$", update={"x-shop": {"name": "A"}}), action("$['x-shop'].name", update="B")]
    assert applied(tmp_path, *steps).document["x-shop"] == {"name": "B"}


def test_an_update_is_copied(tmp_path: Path) -> None:
    """What an action inserts twice is two things, so that a later action changes one of them."""
    steps = [
        action(f"{ORDER}.properties.*", update={"x-unit": {"a": 1}}),
        action(f"{ORDER}.properties.id['x-unit']", update={"a": 2}),
    ]
    assert applied(tmp_path, *steps).document["components"]["schemas"]["Order"]["properties"]["state"]["x-unit"] == {
        "a": 1
    }


@pytest.mark.parametrize("kind", [{"update": {"a": 1}}, {"remove": True}])
def test_a_target_that_is_not_there_is_an_error(tmp_path: Path, kind: Json) -> None:
    """Upstream moved: the error names the action, its target and its reason."""
    with pytest.raises(PipelineError) as caught:
        applied(
            tmp_path,
            action("$.info", update={"version": "2"}),
            action("$.components.schemas.Basket.properties", **kind),
        )
    assert "matches nothing: $.components.schemas.Basket.properties (why)" in caught.value.message
    assert (caught.value.source, caught.value.pointer) == (f"{tmp_path}/orders.yaml:8", "/actions/1")
    assert "delete the action" in caught.value.hint


def test_actions_on_absent_operations_are_skipped_in_one_note(tmp_path: Path) -> None:
    """It counts them and names the operations; a single one is named by its place."""
    first = action("$.nowhere", update={}, **{"x-operation": "move_orders"})
    second = action("$.nowhere", update={}, **{"x-operation": ["drop_orders", "move_orders"]})
    result = applied(tmp_path, first)
    assert result.skipped == (f"{tmp_path.name}/orders.yaml:3: is for operations that the document lacks: move_orders",)
    assert result.document == DOCUMENT
    result = applied(tmp_path, first, second, first)
    assert result.skipped == ("3 corrections are for operations that the document lacks: drop_orders, move_orders",)


FULFILLED = {
    "an update": action(f"{ORDER}.required", update=["id"]),
    "an update of an object": action(ORDER, update={"type": "object", "required": ["state"]}),
    "a removal from an object": action("$.info.summary", remove=True),
    "a removal from a list": action(f"{ORDER}.required[?@ == 'note']", remove=True),
}


@pytest.mark.parametrize("step", FULFILLED.values(), ids=FULFILLED.keys())
def test_what_upstream_has_fulfilled_is_reported(tmp_path: Path, step: Json) -> None:
    """An action that changes nothing any more is reported as ready to delete."""
    result = applied(tmp_path, step)
    assert len(result.fulfilled) == 1
    assert result.fulfilled[0].startswith(f"{tmp_path.name}/orders.yaml:3: ")
    assert result.fulfilled[0].endswith("ready to delete")
    assert result.document == DOCUMENT


REFUSED: dict[str, tuple[Any, str]] = {
    "no reason": ({"target": "$", "x-source": "where", "update": {}}, "missing: description"),
    "no source": ({"target": "$", "description": "why", "update": {}}, "missing: x-source"),
    "an empty reason": (action("$", update={}, description=""), "missing: description"),
    "no target": ({"description": "why", "x-source": "where", "update": {}}, "missing: target"),
    "neither update nor remove": (action("$"), "one of update and remove"),
    "both update and remove": (action("$", update={}, remove=True), "one of update and remove"),
    "an unknown member": (action("$", update={}, note="x"), "not understood: note"),
    "no mapping": ("$", "is not an action"),
}


@pytest.mark.parametrize(("step", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_an_incomplete_action_is_refused(tmp_path: Path, step: Any, message: str) -> None:
    """Every action says what, why and from where; one that does not is refused by its place."""
    with pytest.raises(PipelineError) as caught:
        overlay(tmp_path, action("$", update={}), step)
    assert message in caught.value.message
    assert caught.value.source.startswith(f"{tmp_path}/orders.yaml:")
    assert caught.value.pointer == "/actions/1"


@pytest.mark.parametrize("target", ["paths", "$.paths[", "$..[?(@.a", ""])
def test_an_invalid_path_is_refused(tmp_path: Path, target: str) -> None:
    """A target that is no RFC 9535 path is an error that shows it."""
    with pytest.raises(PipelineError) as caught:
        applied(tmp_path, action(target, update={}))
    assert caught.value.pointer.startswith("/actions/0")


def test_the_document_itself_takes_an_object_only(tmp_path: Path) -> None:
    """The root of a document cannot be replaced or removed."""
    with pytest.raises(PipelineError, match="the whole document"):
        applied(tmp_path, action("$", update=[1]))
    with pytest.raises(PipelineError, match="the whole document"):
        applied(tmp_path, action("$", remove=True))


@pytest.mark.parametrize(
    "text", ["actions: []", "overlay: 2.0.0\nactions: []", "overlay: 1.0.0", "overlay: 1.0.0\nactions: {}"]
)
def test_what_is_no_overlay_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is no Overlay 1.0 document is named."""
    (tmp_path / "orders.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match=r"orders\.yaml: is not an OpenAPI Overlay 1\.0 document"):
        load_overlay(tmp_path)


def test_a_folder_without_an_overlay_is_refused(tmp_path: Path) -> None:
    """A folder that is empty or missing would leave every correction out."""
    with pytest.raises(PipelineError, match="holds no overlay"):
        load_overlay(tmp_path / "overlay")


def test_the_files_of_an_overlay_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Whatever order the system lists them in; each action is known by its file and its line."""
    for name in ("b", "a"):
        reason = "    description: why\n    x-source: where\n"
        text = f"# {name}\noverlay: 1.0.0\nactions:\n" + "".join(
            f"  # the title\n  - target: $.info.title\n{reason}    update: {name}{number}\n" for number in (1, 2)
        )
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    actions = load_overlay(tmp_path)
    place = tmp_path.name
    assert [action.update for action in actions] == ["a1", "a2", "b1", "b2"]
    assert [action.place for action in actions] == [f"{place}/{file}.yaml:{line}" for file in "ab" for line in (5, 10)]
    assert apply_actions(DOCUMENT, actions).document["info"]["title"] == "b2"


def test_the_components_that_an_overlay_brings_are_known(tmp_path: Path) -> None:
    """Only what an action adds to the components counts as a name that upstream may not take."""
    actions = overlay(
        tmp_path,
        action("$.components.schemas", update={"Order": {}, "Row": {}}),
        action("$.components", update={"schemas": {"Basket": {}}}),
        action("$.components.schemas", remove=True),
    )
    assert component_names(actions) == {"Order", "Row"}


def test_a_component_that_two_files_bring_is_refused(tmp_path: Path) -> None:
    """Merged, it would be neither; the error stands at the second and names the first."""
    for name in ("keys", "orders"):
        step = action("$.components.schemas", update={"Total": record(**{name: text()})})
        (tmp_path / f"{name}.yaml").write_text(dump_yaml({"overlay": "1.0.0", "actions": [step]}), encoding="utf-8")
    with pytest.raises(
        PipelineError, match=r"brings the component Total, which .*/keys\.yaml:3 brings already"
    ) as caught:
        load_overlay(tmp_path)
    assert caught.value.source == f"{tmp_path / 'orders.yaml'}:3"
    assert caught.value.pointer == "/actions/0/update/Total"


def test_operations_are_known_by_id() -> None:
    """The ids of a document's operations; path-level members are none."""
    paths = {ORDERS: {"get": operation(operationId="a"), "post": operation(), "parameters": [], "summary": "x"}}
    assert operation_ids(document(paths)) == {"a"}


COMMITTED = load_overlay(OPENAPI / "overlay")


@pytest.mark.parametrize("step", COMMITTED, ids=lambda step: f"{step.place} {step.target}")
def test_every_committed_action_says_why_and_from_where(step: Action) -> None:
    """Our corrections each have a reason of at least some words, and a source."""
    assert len(step.reason.split()) >= 3
    assert len(step.source) >= 10


def test_no_committed_action_is_without_effect() -> None:
    """Every one of our corrections still corrects something in the committed upstream.yaml."""
    result = apply_actions(read_document(OPENAPI / "upstream.yaml"), COMMITTED)
    assert result.fulfilled == ()
    assert result.skipped == ()
