"""A job on Ray Data or Daft with two workers, in a process of its own, on a cluster of its own. Not a test.

`python -m tests.support.engines ENGINE ROWS RESULTS SETTINGS`: the rows are a file of JSON Lines, each with a
`custom_id` and a `prompt`; what comes of them is written as JSON. The settings are those of the worker.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aimlapi_messages import MessagesWorker, WorkerRow

from .deadlines import LIMIT

ROOT = Path(__file__).parents[2]
ENGINES = ("ray", "daft")
# Neither engine tells anybody that it runs; a cluster of this machine needs no token.
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "DAFT_ANALYTICS_ENABLED": "0"}


class MortalWorker(MessagesWorker):
    """The first whose process has answered 30 rows is killed, with all that it has in flight."""

    answered = 0

    async def ask(self, prompt: Any, custom_id: Any = None) -> WorkerRow:
        row = await super().ask(prompt, custom_id)
        MortalWorker.answered += 1
        if MortalWorker.answered == 30:
            try:
                os.mkdir(os.environ["KILLED"])
            except FileExistsError:
                return row
            os.kill(os.getpid(), signal.SIGKILL)
        return row


def on_engine(
    engine: str, rows: list[dict[str, str]], address: str, folder: Path, *, killed: bool = False, **settings: Any
) -> list[dict[str, Any]]:
    """What two workers on an engine make of rows.

    killed: the process of one is, in the middle.
    """
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = [str(folder / name) for name in ("rows.jsonl", "results.json")]
    mortal = {"KILLED": str(folder / "killed")} if killed else {}
    run_quietly(["-m", __name__, engine, *files, json.dumps(settings)], address, folder, **mortal)
    assert not killed or (folder / "killed").exists()
    return json.loads((folder / "results.json").read_text())


def run_quietly(arguments: list[str], address: str, folder: Path, **environment: str) -> str:
    """What Python prints, whose workers find this checkout. What engines say of themselves is of no interest."""
    ours = {"AIMLAPI_BASE_URL": address, "AIMLAPI_API_KEY": "any", "PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}"}
    found = {**os.environ, **_QUIET, **ours, **environment}
    done = subprocess.run(
        [sys.executable, *arguments], env=found, cwd=folder, capture_output=True, text=True, timeout=4 * LIMIT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _on_ray(rows: str, worker: type[MessagesWorker], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    import ray.data  # noqa: PLC0415 (it may not be installed)

    ray.init(address="local", num_cpus=4, include_dashboard=False)
    return (
        ray.data.read_json(rows, lines=True)
        .repartition(4)
        .map_batches(
            worker,
            compute=ray.data.ActorPoolStrategy(size=2),
            batch_size=16,
            batch_format="pyarrow",
            fn_constructor_kwargs=dict(settings),
        )
        .take_all()
    )


def _on_daft(rows: str, worker: type[MessagesWorker], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    import daft  # noqa: PLC0415 (it may not be installed)
    import ray  # noqa: PLC0415 (as above)
    from ray.cluster_utils import Cluster  # noqa: PLC0415 (as above)

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    cluster.add_node(num_cpus=1)
    try:
        ray.init(address=cluster.address)
        daft.set_runner_ray()
        frame = daft.read_json(rows).into_partitions(4)
        ask = daft.cls(worker, max_concurrency=64)(**settings).ask
        answers = frame.select("prompt", ask(frame["prompt"], frame["custom_id"]).unnest())
        return answers.to_pylist()
    finally:
        ray.shutdown()
        cluster.shutdown()


if __name__ == "__main__":
    from tests.support import engines  # workers import the class by its name

    engine, rows, results, settings = sys.argv[1:]
    worker = engines.MortalWorker if "KILLED" in os.environ else MessagesWorker
    made = {"ray": _on_ray, "daft": _on_daft}[engine](rows, worker, json.loads(settings))
    Path(results).write_text(json.dumps(made))
