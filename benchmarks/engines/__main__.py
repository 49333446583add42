"""Measures `MessagesWorker` on Ray Data and Daft, and Ray's own HTTP stage, on one server, in one run.

Two workers each, on one cluster of this machine. First rows that are all answered, then some that fail, and then a key
that is refused. Prints a table, with the time from the first request to the end of the last.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import daft
import ray
from ray.cluster_utils import Cluster
from ray.data.llm import HttpRequestProcessorConfig, build_processor

from aimlapi_messages import MessagesWorker

MODEL, ROWS, PARTS = "anthropic/claude-sonnet-5", 1024, 8
# Without a prompt that is always refused, of which Ray's stage ends the job.
FAILING = [f"question {number} [{mark}]" for number in range(8) for mark in ("once", "500")]
Rows = list[dict[str, str]]
# What became of a prompt: "answer", or what there is instead.
Outcomes = list[tuple[str, str]]


def http_stage(rows: Rows, key: str) -> Outcomes:
    """With three retries of what it retries at all."""
    config = HttpRequestProcessorConfig(
        url=f"{os.environ['AIMLAPI_BASE_URL']}/v1/messages",
        headers={"authorization": f"Bearer {key}"},
        max_retries=3,
        batch_size=32,
        concurrency=2,
    )
    process = build_processor(
        config,
        preprocess=lambda row: {
            "payload": {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": row["prompt"]}]}
        },
        postprocess=lambda row: {
            "prompt": row["prompt"],
            "said": "answer" if row["http_response"].get("role") else "the error's body, as a good row",
        },
    )
    made = process(ray.data.from_items(rows, override_num_blocks=PARTS)).take_all()
    return [(row["prompt"], row["said"]) for row in made]


def on_ray(rows: Rows, key: str) -> Outcomes:
    made = (
        ray.data.from_items(rows, override_num_blocks=PARTS)
        .map_batches(
            MessagesWorker,
            compute=ray.data.ActorPoolStrategy(size=2),
            batch_size=32,
            fn_constructor_kwargs={"model": MODEL, "workers": 2, "max_tokens": 100, "client": {"api_key": key}},
        )
        .take_all()
    )
    return [(row["prompt"], row["error"].partition(":")[0] or "answer") for row in made]


def on_daft(rows: Rows, key: str) -> Outcomes:
    worker = daft.cls(MessagesWorker, max_concurrency=128)(
        model=MODEL, workers=2, max_tokens=100, client={"api_key": key}
    )
    frame = daft.from_pylist(rows).into_partitions(PARTS)
    made = frame.select("prompt", worker.ask(frame["prompt"]).unnest()).to_pylist()
    return [(row["prompt"], row["error"].partition(":")[0] or "answer") for row in made]


JOBS: dict[str, Callable[[Rows, str], Outcomes]] = {
    "`MessagesWorker` on Ray Data": on_ray,
    "`MessagesWorker` on Daft": on_daft,
    "Ray's HTTP stage": http_stage,
}


def outcomes(job: Callable[[Rows, str], Outcomes], prompts: list[str], key: str = "any") -> dict[str, str]:
    """What became of the prompts, by what they end with."""
    try:
        made = Counter((prompt[-5:], said) for prompt, said in job([{"prompt": prompt} for prompt in prompts], key))
    except Exception as error:
        lines = [line for line in str(error).splitlines() if "Error" in line]
        return {prompts[0][-5:]: f"the job ends with {lines[-1].split(':')[0].rpartition('.')[2]}"}
    return {end: f"{count} times {said}" for (end, said), count in made.items()}


def row(name: str, url: str) -> list[str]:
    job = JOBS[name]
    _counts(url)
    answered = outcomes(job, [f"question {number:04}" for number in range(ROWS)])
    assert sum(int(said.split()[0]) for said in answered.values() if said.endswith(" answer")) == ROWS, answered
    counts = _counts(url)
    failed = {**outcomes(job, FAILING), **outcomes(job, ["question 0 [429]", "question 0000"])}
    refused = outcomes(job, ["question 0 key"], key="invalid")
    rate = f"{ROWS / counts['seconds']:.0f}"
    became = [failed["once]"], failed["[500]"], failed["[429]"], refused["0 key"]]
    return [name, rate, str(counts["most_in_flight"]), *(said.removeprefix("1 times ") for said in became)]


def _counts(url: str) -> dict[str, Any]:
    with urlopen(f"{url}/counts") as reply:
        return json.load(reply)


@contextmanager
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.engines.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


def main() -> None:
    with server() as url:
        os.environ.update(AIMLAPI_BASE_URL=url, AIMLAPI_API_KEY="any", RAY_AUTH_MODE="disabled")
        os.environ.update(RAY_USAGE_STATS_ENABLED="0", DAFT_ANALYTICS_ENABLED="0")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
        cluster.add_node(num_cpus=2)
        try:
            ray.init(address=cluster.address, log_to_driver=False)
            daft.set_runner_ray()
            print("| | rows/s | most in flight | eight 429 at first | eight 500 | always 429 | wrong key |")
            print("| --- " * 7 + "|")
            for name in JOBS:
                print(f"| {' | '.join(row(name, url))} |", flush=True)
        finally:
            ray.shutdown()
            cluster.shutdown()


if __name__ == "__main__":
    main()
