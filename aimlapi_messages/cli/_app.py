"""The commands, and what they share: the way from the command line to an exit code."""

from __future__ import annotations

import os
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

from cyclopts import App, CycloptsError, Parameter

from aimlapi_client.models import ModelInfo
from aimlapi_messages import AIMLAPI, AIMLAPIError, CallOptions, MissingKeyError, __version__, known_models
from aimlapi_messages.message.request import EXAMPLE_MODEL

from ._batches import Json, batch_app
from ._bulk import print_report, run_file
from ._chat import Asked, chat as run_chat, read_question, send as run_send
from ._output import (
    INTERRUPTED,
    complain,
    console,
    exit_code,
    note,
    plural,
    prepare_streams,
    print_bars,
    print_json,
    print_table,
    print_text,
    status_console,
    visible,
)

__all__ = ["main"]

app = App(
    name="aimlapi-messages",
    version=__version__,
    help="Claude models through the AI/ML API gateway. The key is read from AIMLAPI_API_KEY.",
    default_parameter=Parameter(negative=(), show_default=lambda value: value or None),  # no "False", no "()"
)
app.command(batch_app)
cast("Any", app).register_install_completion_command()  # cyclopts leaves its keyword arguments untyped

_EXACT: Final = Context(prec=28, traps=[])

# Any name is taken, and those that are known are completed.
if TYPE_CHECKING:
    _Known = str
else:
    _Known = Literal[known_models()] | str
Model = Annotated[
    _Known,
    Parameter(name=("--model", "-m"), metavar="ID", show_choices=False, help="The model that answers."),
]
System = Annotated[str | None, Parameter(name=("--system", "-s"), metavar="TEXT", help="The system prompt.")]
Images = Annotated[
    tuple[Path, ...], Parameter(name="--image", metavar="PATH", help="An image to show; may be given several times.")
]
MaxTokens = Annotated[int, Parameter(metavar="N", help="The most tokens that an answer may have.")]
Plain = Annotated[bool, Parameter(help="Print answers as they come, not as Markdown; always so in a pipe.")]
Replies = Annotated[
    tuple[Path, ...],
    Parameter(name="--reply", metavar="FILE", help="Recorded answers, JSON or server-sent events, sent in turn."),
]


@app.command
def chat(
    *,
    model: Model = EXAMPLE_MODEL,
    system: System = None,
    image: Images = (),
    max_tokens: MaxTokens = 4096,
    plain: Plain = False,
    no_history: Annotated[bool, Parameter(help="Keep neither what is typed nor the conversation.")] = False,
) -> int:
    """Talk with a model. Ctrl-C stops an answer, Ctrl-D leaves, /help tells more."""
    with AIMLAPI() as client:
        return run_chat(Asked(client, model, max_tokens, _options(system), plain), image, history=not no_history)


@app.command(usage="Usage: aimlapi-messages send [OPTIONS] [QUESTION...]")
def send(
    *question: Annotated[str, Parameter(help="The question; what is piped in stands before it.")],
    model: Model = EXAMPLE_MODEL,
    system: System = None,
    image: Images = (),
    schema: Annotated[
        Path | None, Parameter(metavar="FILE", help="A JSON Schema: the answer is JSON that it allows.")
    ] = None,
    max_tokens: MaxTokens = 4096,
    plain: Plain = False,
    json: Json = False,
) -> int:
    """Ask once: what is piped in, the words of the command line, or both."""
    with AIMLAPI() as client:
        asked = Asked(client, model, max_tokens, _options(system), plain)
        return run_send(asked, read_question(question), image, schema, as_json=json)


@app.command
def run(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), metavar="FILE")],
    model: Annotated[_Known | None, Parameter(name=("--model", "-m"), metavar="ID", show_choices=False)] = None,
    system: System = None,
    max_tokens: MaxTokens = 4096,
    template: Annotated[str | None, Parameter(metavar="TEXT")] = None,
    budget: Annotated[Decimal | None, Parameter(metavar="USD")] = None,
    in_flight: Annotated[int, Parameter(metavar="N")] = 256,
    requests_per_minute: Annotated[float | None, Parameter(metavar="N")] = None,
    tokens_per_minute: Annotated[float | None, Parameter(metavar="N")] = None,
    via: Literal["live", "batch"] = "live",
    retry_failed: bool = False,
    resend: bool = False,
    yes: Annotated[bool, Parameter(name=("--yes", "-y"))] = False,
) -> int:
    """Send each message of a file, and write what comes into another, which the same command goes on with.

    The file is of JSON Lines, each a text or an object with custom_id and params, or a CSV with a template. Ctrl-C
    sends nothing more, and ends when what is in flight has ended; a second one ends at once.

    Parameters
    ----------
    output
        Where the results go, one a line. What is there already is not sent again.
    model
        The model of messages that name none.
    template
        Makes a message of each row of a CSV, such as "Summarise {text}".
    budget
        The most US dollars that all may cost, with what the output has cost before.
    in_flight
        The most calls at the same time; as many are made as the gateway takes.
    requests_per_minute
        At most so many.
    tokens_per_minute
        At most so many, those of answers included.
    via
        Calls, or batches at half the price, which may take a day.
    retry_failed
        Send again what failed before.
    resend
        Send again what may have been paid without an answer.
    yes
        Do not ask before anything is sent.
    """
    asked = {"model": model, "max_tokens": max_tokens, "template": template, "via": via, **_options(system)}
    limits = {
        "budget_usd": budget,
        "in_flight": in_flight,
        "requests_per_minute": requests_per_minute,
        "tokens_per_minute": tokens_per_minute,
        "retry_failed": retry_failed,
        "resend": resend,
    }
    return run_file(file, output, asked, limits, yes=yes)


@app.command
def report(file: Annotated[Path, Parameter(allow_leading_hyphen=True)], /, *, json: Json = False) -> int:
    """What a run has written, by what became of the messages: money, tokens, seconds, and what failed."""
    print_report(file, as_json=json)
    return 0


@app.command
def models(
    *,
    id: Annotated[_Known | None, Parameter(metavar="ID", show_choices=False)] = None,
    type: Annotated[str | None, Parameter(metavar="TYPE")] = None,
    json: Json = False,
) -> int:
    """The models of the gateway, with prices in US dollars for a million tokens.

    Parameters
    ----------
    id
        An id or alias in full, such as anthropic/claude-sonnet-5; Tab completes it.
    type
        A kind of endpoint, such as anthropic/messages or openai/chat-completions; one that is not there lists all.
    """
    with _without_key() as client:
        found = client.models.list(id=id, type=type, include="pricing")
        if not found:
            _tell_choices(client.models.list(), id)
    if json:
        for model in found:
            print_json(model)
    elif found:
        rows = [
            (
                model.id,
                model.info.context_length,
                model.info.output_max,
                _shown(_per_million(model, "provided")),
                _shown(_per_million(model, "generated")),
            )
            for model in found
        ]
        print_table(plural(len(rows), "model"), ("model", "context", "output", "USD in", "USD out"), rows)
    return 0


@app.command
def balance(*, json: Json = False) -> int:
    """What is left on the account."""
    with AIMLAPI() as client:
        left = client.account.balance()
    if json:
        print_json(left)
    else:
        print_text(visible(f"{left.current_balance:f} {left.currency}"))
    return 0


@app.command
def usage(
    *,
    period: Literal["24h", "7d"] | None = None,
    start: Annotated[str | None, Parameter(metavar="TIME")] = None,
    end: Annotated[str | None, Parameter(metavar="TIME")] = None,
    by: Literal["day", "model", "day,model"] = "model",
    tz: Annotated[str | None, Parameter(metavar="ZONE")] = None,
    json: Json = False,
) -> int:
    """What was spent, as a table and as bars.

    Parameters
    ----------
    period
        The time up to now; 7d unless start or end is given.
    start
        A date, or a time with its offset, such as 2026-11-01.
    end
        The same, at most 92 days later.
    by
        What to tell apart.
    tz
        The time zone in which days begin, such as Europe/Berlin; UTC unless given.
    """
    if period is None and not (start or end):
        period = "7d"
    with AIMLAPI() as client:
        spent = client.account.usage_detail(period=period, start=start, end=end, group_by=by, tz=tz)
    if json:
        print_json(spent)
        return 0
    groups = spent.groups or []
    names = [" ".join(str(part) for part in (group.day, group.model) if part is not None) for group in groups]
    rows = [
        (name, _shown(group.spend), group.requests and group.requests.total, group.tokens and group.tokens.total)
        for name, group in zip(names, groups, strict=True)
    ]
    amount, calls = f"{spent.spend:f} {spent.currency or 'USD'}", plural(spent.requests, "call")
    print_table(f"{amount} for {calls} since {spent.start:%Y-%m-%d %H:%M}", (by, "USD", "requests", "tokens"), rows)
    print_bars([(name, group.spend) for name, group in zip(names, groups, strict=True)])
    return 0


@app.command
def serve(
    *,
    host: Annotated[str, Parameter(metavar="ADDRESS")] = "127.0.0.1",
    port: int = 0,
    balance: Annotated[float, Parameter(metavar="USD")] = 10,
    database: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    document: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    reply: Replies = (),
) -> int:
    """Run the local emulator of the gateway until Ctrl-C. It needs the extra emulator.

    Parameters
    ----------
    host
        The address to listen at.
    port
        The port; a free one unless given.
    balance
        What the account begins with.
    database
        Where its state is kept across restarts; in memory unless given.
    document
        The OpenAPI document to follow; the one that comes with the package unless given.
    """
    from aimlapi_messages.testing.__main__ import serve as run  # noqa: PLC0415 (needs its own extra)

    return run(host=host, port=port, balance=balance, database=database, document=document, reply=reply)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, and give its exit code; `_output.py` lists them."""
    prepare_streams()
    try:
        command, bound, _ = app.parse_args(
            arguments, exit_on_error=False, print_error=False, console=console(), error_console=status_console()
        )
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            return command(*bound.args, **bound.kwargs) or 0
    except CycloptsError as error:
        complain(error)
        return 2
    except MissingKeyError as error:
        complain(f"No API key was found. {_key_advice(os.environ, windows=os.name == 'nt')}")
        return exit_code(error)
    except AIMLAPIError as error:
        complain(error)
        return exit_code(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is still in the buffer must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        complain(f"{error.filename or 'a file'}: {error.strerror or error}")
        return 2


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """In one line, as all else, and without the place in this program."""
    complain(message)


def _options(system: str | None) -> CallOptions:
    return {} if system is None else {"system": system}


def _without_key() -> AIMLAPI:
    """A client for the catalogue, which needs no key."""
    try:
        return AIMLAPI()
    except MissingKeyError:
        return AIMLAPI(api_key="none")


def _key_advice(environ: Mapping[str, str], *, windows: bool) -> str:
    """How to give a key, in the words of the shell that runs."""
    shell = environ.get("SHELL", "").rpartition("/")[2]
    if windows and not shell:
        words = "set AIMLAPI_API_KEY=..." if "PROMPT" in environ else '$env:AIMLAPI_API_KEY = "..."'
    elif "PSModulePath" in environ and not windows:
        words = '$env:AIMLAPI_API_KEY = "..."'
    else:
        words = {"fish": "set -x AIMLAPI_API_KEY ...", "csh": "setenv AIMLAPI_API_KEY ..."}.get(
            shell.replace("tcsh", "csh"), "export AIMLAPI_API_KEY=..."
        )
    return f"Set it with: {words}  (https://aimlapi.com/app/keys has yours)"


def _tell_choices(every: Iterable[ModelInfo], id: str | None) -> None:
    """What a filter that nothing fits could have said."""
    kinds = Counter(model.type for model in every)
    note(f"No model fits. Types: {', '.join(f'{kind} ({number})' for kind, number in sorted(kinds.items()))}.")
    near = [model.id for model in every if id and id.lower() in model.id.lower()]
    if near:
        note(f"Ids with {id!r} in them: {', '.join(near)}.")


def _per_million(model: ModelInfo, origin: str) -> Decimal | None:
    """The price of a million tokens of an origin, such as "provided"; None where none is told."""
    for unit in (model.pricing and model.pricing.units) or []:
        if (unit.origin or unit.measure) == origin and unit.price is not None:
            return _EXACT.divide(_EXACT.multiply(unit.price, 1_000_000), unit.per or 1)
    return None


def _shown(amount: object) -> str | None:
    return None if amount is None else f"{amount:f}"
