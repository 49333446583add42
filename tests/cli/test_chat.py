"""`chat`: what is asked, remembered and kept, whoever types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages.cli import _files
from aimlapi_messages.cli._output import Answer
from aimlapi_messages.testing import Emulator

from ..support.files import PNG
from .conftest import Run


def chat(run: Run, monkeypatch: pytest.MonkeyPatch, *lines: Any, arguments: tuple[str, ...] = ()) -> Any:
    """Type lines into a chat; an exception is what happens at the prompt instead. At the end, Ctrl-D."""
    typed = iter(lines)

    def read(*_: object) -> str:
        line = next(typed, EOFError())
        if isinstance(line, BaseException):
            raise line
        return str(line)

    monkeypatch.setattr("rich.console.Console.input", read)
    return run("chat", *arguments)


def test_a_chat_remembers(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Path) -> None:
    """Turns are kept until they are thrown away, and images go with the next message."""
    (tmp_path / "dot.png").write_bytes(PNG)
    lines = ["Hello", "", "/help", "And?", "/new", f"/image {tmp_path / 'dot.png'}", "See?", "/exit"]
    code, out, err = chat(run, monkeypatch, *lines)
    assert (code, out.count("\n"), "turn 2" in out) == (0, 3, True)
    assert (err.count("USD"), err.count("/new          begin anew")) == (3, 1)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3, 1]
    assert emulator.requests[2].body["messages"][0]["content"][0]["type"] == "image"


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x.png", "none.png", "/", "a\0b", "\udcff"])
def test_an_image_that_cannot_be_read_is_told_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, name: str
) -> None:
    """And the conversation goes on without it."""
    code, _, err = chat(run, monkeypatch, "Hello", f"/image {name} ", "And?")
    assert (code, err.count("aimlapi-messages: ")) == (0, 1)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3]
    assert emulator.requests[1].body["messages"][2]["content"] == "And?"


@pytest.mark.parametrize(("end", "code"), [(EOFError(), 0), (KeyboardInterrupt(), 130), ("/quit", 0)])
def test_ways_to_leave_a_chat(run: Run, monkeypatch: pytest.MonkeyPatch, end: Any, code: int) -> None:
    """Ctrl-D and a word are no failures."""
    assert chat(run, monkeypatch, end)[0] == code


def test_ctrl_c_stops_an_answer_and_keeps_its_beginning(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """The conversation goes on with what had come."""
    printed: list[str] = []

    def stop_at_second(_: Answer, text: str) -> None:
        printed.append(text)
        if len(printed) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Answer, "add", stop_at_second)
    code, _, err = chat(run, monkeypatch, "Hello", "Go on")
    assert (code, "not whole" in err) == (0, True)
    first, second = (request.body["messages"] for request in emulator.requests)
    assert second[0] == first[0]
    assert second[1]["role"] == "assistant"
    assert second[1]["content"][0]["text"].startswith(printed[0])


def test_ctrl_c_before_an_answer_begins(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """Then the question is as if it had not been asked."""

    def interrupt(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    told = "[stopped before the answer began: the question is forgotten]\n"
    with monkeypatch.context() as patched:
        patched.setattr("aimlapi_messages.resources.messages.Messages.stream", interrupt)
        assert run("send", "Hello") == (130, "", told)
        assert told in chat(run, monkeypatch, "Hello")[2]
    assert run("send", "Hello")[0] == 0


def test_an_answer_that_breaks_keeps_its_beginning(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """What had come is printed and remembered, and the error is one line."""
    emulator.script({"x-emulator-stream": "cut-after=4"})
    code, _, err = chat(run, monkeypatch, "Hello", "Go on")
    assert (code, "aimlapi-messages: " in err) == (0, True)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3]


PRICELESS = "what those cost that broke off is not known, "


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ({}, 0),
        ({"x-emulator-fail": "400"}, 0),
        ({"x-emulator-stream": "cut-after=4"}, 1),
        ({"x-emulator-stream": "error-after=4"}, 1),
        ({"x-emulator-stream": "cost=none"}, 1),
    ],
    ids=str,
)
def test_the_cost_of_a_chat_leaves_out_what_is_not_known(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, switches: dict[str, str], told: int
) -> None:
    """And says so, with the most that it may be."""
    emulator.script(switches)
    _, _, err = chat(run, monkeypatch, "Hello", "/cost")
    assert (err.count(PRICELESS), err.count(" USD at most]")) == (told, told)


def test_a_chat_goes_on_after_a_failure_that_may_pass(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """And ends at one that will not."""
    emulator.script({"x-emulator-fail": "400"}, {}, {"x-emulator-fail": "403"})
    code, out, err = chat(run, monkeypatch, "One", "Two", "Three", "Four")
    assert (code, '"Two"' in out, err.count("aimlapi-messages: ")) == (4, True, 2)
    assert len(emulator.requests) == 3


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own for what is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("dot.png", "dot.png"),
        ("my dot.png", "my dot.png"),
        ("my dot.png", "'my dot.png'"),
        ("my dot.png", '"my dot.png"'),
        ("my dot.png", "my\\ dot.png"),
        ("it's.png", '"it\'s.png"'),
        ("dot.png", "~/dot.png"),
        ("dot.png", "  dot.png  "),
    ],
)
def test_an_image_is_named_as_a_shell_would(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Path, name: str, typed: str
) -> None:
    """Typed, pasted or dropped; it is confirmed, and goes with one message."""
    (tmp_path / name).write_bytes(PNG)
    _, _, err = chat(run, monkeypatch, f"/image {typed}", "See?", "And?")
    assert "goes with the next message]" in err
    kinds = [type(request.body["messages"][-1]["content"]) for request in emulator.requests]
    assert kinds == [list, str]


def test_an_image_that_is_refused_is_forgotten(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Path
) -> None:
    """One that met a busy gateway is shown again."""
    (tmp_path / "dot.png").write_bytes(PNG)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    emulator.script({"x-emulator-fail": "400"}, {}, *[{"x-emulator-fail": "529"}] * 3)
    _, _, err = chat(run, monkeypatch, "/image dot.png", "One", "Two", "/image dot.png", "Three", "Four")
    kinds = [type(request.body["messages"][-1]["content"]) for request in emulator.requests]
    assert kinds == [list, str, list, list, list, list]
    assert err.count("[the image is forgotten]") == 1


def test_a_conversation_is_saved_and_loaded(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Path
) -> None:
    """With its model and system prompt, for its writer alone; a file of another is left alone."""
    (tmp_path / "other").write_text("precious", encoding="utf-8")
    lines = ["Hello", "/save other", "/save talk.json", "More", "/save", "/new", "/load talk.json", "Again"]
    arguments = ("--model", "anthropic/claude-haiku-5-5", "--system", "Be kind.")
    code, _, err = chat(run, monkeypatch, *lines, arguments=arguments)
    assert (code, (tmp_path / "other").read_text(encoding="utf-8")) == (0, "precious")
    assert "other exists" in err
    assert "[4 messages saved in talk.json; /load goes on with them]" in err
    assert (tmp_path / "talk.json").stat().st_mode & 0o777 == 0o600
    chat(run, monkeypatch, "/load talk.json", "Once more")
    again, once_more = emulator.requests[-2:]
    assert [len(request.body["messages"]) for request in (again, once_more)] == [5, 5]
    assert [once_more.body[name] for name in ("model", "system")] == ["anthropic/claude-haiku-5-5", "Be kind."]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"model": 1, "messages": []}',
        '{"model": "a", "messages": {}}',
        '{"model": "a", "messages": [1]}',
        '{"model": "a", "messages": [{"role": "x", "content": ""}]}',
        '{"model": "a", "messages": [{"role": "user"}]}',
        None,
    ],
)
def test_what_is_no_conversation_is_not_loaded(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Path, text: str | None
) -> None:
    """The one that there is goes on."""
    if text is not None:
        (tmp_path / "talk.json").write_text(text, encoding="utf-8")
    code, _, err = chat(run, monkeypatch, "Hello", "/load talk.json", "/load", "And?")
    assert (code, err.count("aimlapi-messages: ")) == (0, 2)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tlak.json", "talk.json"),
        ("talk", "talk.json"),
        ("TALK.JSON", "talk.json"),
        ("folder/plam.json", "folder/plan.json"),
        ("2026-11-29", "2026-11-29-1.json"),
        ("nothing-like-it", ""),
        ("no/such/folder", ""),
    ],
)
def test_names_near_to_a_wrong_one_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, meant: str
) -> None:
    """Beside it, and among the conversations that were kept."""
    kept = _files.new_file().parent
    for path in (tmp_path / "talk.json", tmp_path / "folder" / "plan.json", kept / "2026-11-29-1.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    _, _, err = chat(run, monkeypatch, f"/load {typed}")
    assert f"There is no file {typed}." in err
    assert f"{meant}?" in err if meant else "Did you mean" not in err


def test_a_model_is_changed_and_the_cost_told(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """In words."""
    lines = ["/cost", "Hello", "/model anthropic/claude-haiku-5-5", "Hello", "/model", "/model nobody/knows", "/cost"]
    _, _, err = chat(run, monkeypatch, *lines)
    assert [request.body["model"] for request in emulator.requests] == [
        "anthropic/claude-sonnet-5",
        "anthropic/claude-haiku-5-5",
    ]
    assert "[0 USD for 0 answers: 0 tokens in, 0 out]" in err
    assert "[nobody/knows is not among the models" in err
    assert "USD for 2 answers: " in err
    assert err.count("[model: anthropic/claude-haiku-5-5]") == 2


@pytest.mark.parametrize(
    "line", ["/nonsense", "/", "/NONSENSE", "/save to nowhere/at/all\0", "/images a.png", "/image", "/load ~x"]
)
def test_a_wrong_command_is_told_and_not_sent(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, line: str
) -> None:
    """Nor does it end the chat."""
    code, _, err = chat(run, monkeypatch, line, " /save the whales")
    assert (code, err.count("aimlapi-messages: ")) == (0, 1)
    assert [request.body["messages"][-1]["content"] for request in emulator.requests] == ["/save the whales"]


@pytest.mark.parametrize("line", ["/nonsense", "/", "/modle claude-sonnet-5", "/tmp is full", "/EXITT"])
def test_what_is_no_command_is_told_how_to_be_sent(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, line: str
) -> None:
    """And is not sent by itself."""
    _, _, err = chat(run, monkeypatch, line)
    assert "; /help lists them. To send it as a message, type a space first.\n" in err
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("claude-haikuu-4-5", "the gateway will say. Did you mean 'claude-haiku-4-5"),
        ("claude-sonnet5", "the gateway will say. Did you mean 'claude-sonnet-5'"),
        ("anthropic/claud-opus-4-8", "the gateway will say. Did you mean 'anthropic/claude-opus-4-8'"),
        ("Anthropic/Claude-Sonnet-5", "the gateway will say. Did you mean 'anthropic/claude-sonnet-5'"),
        ("nobody/knows", "[nobody/knows is not among the models that are known here; the gateway will say.]"),
        ("anthropic/claude-sonnet-5", None),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
def test_a_model_that_is_not_known_is_told_with_near_names(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, model: str, told: str | None, at_once: bool
) -> None:
    """And is asked nevertheless."""
    emulator.reply(404, times=None)
    lines, arguments = (["Hi"], ("--model", model)) if at_once else ([f"/model {model}", "Hi"], ())
    _, _, err = chat(run, monkeypatch, *lines, arguments=arguments)
    assert (told or "") in err
    assert ("not among the models" in err) is (told is not None)
    assert [request.body["model"] for request in emulator.requests] == [model]


def test_a_piped_chat_keeps_nothing(run: Run, tmp_path: Path) -> None:
    """For nobody would look for it."""
    code, out, err = run("chat", typed="Hello\nAgain\n")
    assert (code, out.count("You said"), ">" in out + err, [*tmp_path.iterdir()]) == (0, 2, False, [])
