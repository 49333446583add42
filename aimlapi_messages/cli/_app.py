"""The commands, and what they share: the way from the command line to an exit code."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

from cyclopts import App, CycloptsError, Parameter

from aimlapi_client.models import ModelInfo
from aimlapi_messages import AIMLAPI, AIMLAPIError, CreateOptions, __version__
from aimlapi_messages.message.request import EXAMPLE_MODEL

from ._batches import Json, batch_app
from ._chat import chat as run_chat, read_question, send as run_send
from ._output import (
    INTERRUPTED,
    complain,
    console,
    exit_code,
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
    default_parameter=Parameter(negative=()),
)
app.command(batch_app)
cast("Any", app).register_install_completion_command()  # cyclopts leaves its keyword arguments untyped

_EXACT: Final = Context(prec=28, traps=[])

Images = Annotated[tuple[Path, ...], Parameter(name="--image", help="An image to show; may be given several times.")]
Replies = Annotated[tuple[Path, ...], Parameter(help="Recorded answers, JSON or server-sent events, sent in turn.")]


@app.command
def chat(
    *,
    model: str = EXAMPLE_MODEL,
    system: str | None = None,
    image: Images = (),
    max_tokens: int = 4096,
) -> int:
    """Talk with a model. Ctrl-C stops an answer, Ctrl-D leaves."""
    with AIMLAPI() as client:
        return run_chat(client, model, image, max_tokens, _options(system))


@app.command
def send(
    *question: str,
    model: str = EXAMPLE_MODEL,
    system: str | None = None,
    image: Images = (),
    max_tokens: int = 4096,
    json: Json = False,
) -> int:
    """Ask once. Without a question it is read from standard input."""
    with AIMLAPI() as client:
        text = read_question(question)
        return run_send(client, model, text, image, max_tokens, _options(system), as_json=json)


@app.command
def models(*, id: str | None = None, type: str | None = None, json: Json = False) -> int:
    """The models of the gateway, with prices in US dollars for a million tokens."""
    with AIMLAPI(api_key=_key_or_none()) as client:
        found = client.models.list(id=id, type=type, include="pricing")
    if json:
        for model in found:
            print_json(model)
        return 0
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
    print_table(f"{len(rows)} models", ("model", "context", "output", "USD in", "USD out"), rows)
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
    start: str | None = None,
    end: str | None = None,
    by: Literal["day", "model", "day,model"] = "model",
    tz: str | None = None,
    json: Json = False,
) -> int:
    """What was spent, as a table and as bars.

    Parameters
    ----------
    start
        A date, or a time with its offset; together with end, at most 92 days apart.
    by
        What to tell apart.
    tz
        The time zone in which days begin, such as Europe/Berlin.
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
    title = f"{spent.spend:f} {spent.currency or 'USD'} for {spent.requests} calls from {spent.start:%Y-%m-%d %H:%M} on"
    print_table(title, (by, "USD", "requests", "tokens"), rows)
    print_bars([(name, group.spend) for name, group in zip(names, groups, strict=True)])
    return 0


@app.command
def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    balance: float = 10,
    database: Path | None = None,
    document: Path | None = None,
    reply: Replies = (),
) -> int:
    """Run the local emulator of the gateway until Ctrl-C. It needs the extra emulator."""
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


def _options(system: str | None) -> CreateOptions:
    return {} if system is None else {"system": system}


def _key_or_none() -> str | None:
    """The catalogue needs no key, while a client does."""
    named = any(os.environ.get(name, "").strip() for name in ("AIMLAPI_API_KEY", "AIML_API_KEY"))
    return None if named else "none"


def _per_million(model: ModelInfo, origin: str) -> Decimal | None:
    """The price of a million tokens of an origin, such as "provided"; None where none is told."""
    for unit in (model.pricing and model.pricing.units) or []:
        if (unit.origin or unit.measure) == origin and unit.price is not None:
            return _EXACT.divide(_EXACT.multiply(unit.price, 1_000_000), unit.per or 1)
    return None


def _shown(amount: object) -> str | None:
    return None if amount is None else f"{amount:f}"
