"""What commands print: results on standard output, what is going on on standard error."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.metrics.evaluation import Evaluation
    from core.runs.run import Run
    from core.setting.setting import Setting
    from core.training.records import EpochRecord

Result = dict[str, Any]  # of a command: what --json prints
FACTS = ("run", "cached", "seconds", "note", "output", "dataset", "removed", "results")
LISTED = ("acc", "silhouette_labels")  # scores in the list of runs


def any_console() -> None:
    """Let a console without UTF-8 show a question mark for what it has not, in place of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def nobody_reads() -> None:
    """Nobody reads standard output any more: nothing is written to it when the process ends."""
    with contextlib.suppress(OSError, ValueError):  # no real file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr, flush=True)


def report_epochs(setting: Setting) -> Callable[[str, EpochRecord | None], None]:
    """Progress of a training: each stage once, and a line for each epoch."""
    last = ""

    def report(stage: str, record: EpochRecord | None) -> None:
        from core.training.records import noted_sentences

        nonlocal last
        if record is None:
            if stage != last:  # who waits for another process is called again and again
                say(f"{stage} ...")
            last = stage
            return
        parts = ", ".join(f"{name} {value:.5g}" for name, value in record.heldout.items())
        left = record.seconds / record.epoch * (setting.epochs - record.epoch)
        say(f"epoch {record.epoch}/{setting.epochs}: held out {parts}; {left:.0f} s left")
        for sentence in noted_sentences(record.noted):
            say(sentence)

    return report


def report_stages(stage: str, fraction: float) -> None:
    """Progress of a projection: its stages, and of its epochs every hundredth."""
    number = stage.split()[1] if stage.startswith("epoch ") else "0"
    if int(number) % 100 == 0:
        say(f"{stage} ...")


def about_run(run: Run, cached: bool, seconds: float, evaluation: Evaluation) -> Result:
    """A Run and its scores, as `train` and `evaluate` give them."""
    return {
        "run": run.name,
        "cached": cached,
        "seconds": round(seconds, 3),
        "training_seconds": run.provenance.get("training_seconds"),
        "setting": run.setting.to_json(),
        "evaluation": evaluation.to_json(),
    }


def show(result: Result) -> None:
    """Print a result for people."""
    for sentence in result.get("sentences", []):
        print(sentence)
    for sentence in result.get("doubts", []):
        print(f"CHECK: {sentence}")
    for name in FACTS:
        if name in result:
            print(f"{name}: {result[name]}")
    print(result.get("table", ""), end="")
    for row in result.get("runs", []):
        print(row if isinstance(row, str) else _listed(row["run"], row["evaluation"]))
    if "evaluation" in result:
        _show_scores(result["evaluation"])


def _listed(name: str, scores: Result) -> str:
    """A line of the list of runs: its name, its first scores, what is broken."""
    from core.metrics.diagnostics import DIAGNOSTICS

    shown = [f"{k} {scores[k]:.3f}" for k in LISTED if scores.get(k) is not None]
    if raised := scores.get("warnings"):
        shown.append(f"({', '.join(DIAGNOSTICS[code].label for code in raised)})")
    return " ".join([name, *shown])


def _show_scores(scores: Result) -> None:
    from core.metrics.catalogue import METRICS
    from core.metrics.diagnostics import DIAGNOSTICS

    if (count := scores.get("n_clusters")) is not None:
        noise = f", {scores['noise']:,} noise" if scores.get("noise") else ""
        print(f"{'clusters':22} {count}{noise}")
    for name in METRICS:
        if name in scores:
            value = scores[name]
            text = f"{value:.4f}" if value is not None else scores["undefined"][name]
            print(f"{name:22} {text}")
    for code, sentence in scores["warnings"].items():
        print(f"WARNING, {DIAGNOSTICS[code].label}: {sentence}")
