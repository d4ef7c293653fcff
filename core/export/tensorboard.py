"""A Run's training and scores as TensorBoard's event files.

Training losses and held-out ones are two runs of TensorBoard (`train/`, `heldout/`) with the same
tags, so each part of the loss is one chart with two lines. The run above them holds the scores, the
Setting as hyperparameters (so that several exported Runs make one table) and as text.

Written by tensorboardX's records and not by its `SummaryWriter`: that one puts the time of the export
and a host's name into every file, hyperparameters into a run of their own, and leaves a handler behind
for the end of the process; here the same Run gives the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.compare.table_formats import to_markdown
from core.export.errors import ExportError
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS

if TYPE_CHECKING:
    from core.runs.run import Run

LOSS, SCORE = "loss", "evaluation"
FILE = "events.out.tfevents.0.latent-clusters"  # TensorBoard looks for "tfevents"

# step, time in seconds since 1970, and a Summary of tensorboardX
Dated = tuple[int, float, Any]


def files(run: Run) -> dict[str, bytes]:
    """Event files by name.

    Raises:
        ExportError: the package that knows the format is missing.
    """
    try:
        import tensorboardX  # noqa: F401
    except ImportError:
        raise ExportError(
            "TensorBoard's files need the package tensorboardX; requirements.txt has its version"
        ) from None
    end = _end(run)
    about = [(len(run.history), end, summary) for summary in _about(run)]
    return {
        FILE: _file(end, about),
        **{f"{part}/{FILE}": _file(end, _losses(run, part)) for part in ("train", "heldout")},
    }


def _losses(run: Run, part: str) -> Iterator[Dated]:
    """Each term of each epoch; `part` is `train` or `heldout`."""
    from tensorboardX import summary

    last = float(run.history[-1].get("seconds", 0)) if run.history else 0.0
    for record in run.history:
        ended = _end(run) - (last - float(record.get("seconds", 0)))
        for term, value in record[part].items():
            yield int(record["epoch"]), ended, summary.scalar(f"{LOSS}/{term}", value)


def _about(run: Run) -> Iterator[Any]:
    """Summaries of the Setting as hyperparameters, of scores, and of what is said in words."""
    from tensorboardX import summary

    scores = {f"{SCORE}/{k}": v for k, v in run.evaluation.values.items() if v is not None}
    # numbers as numbers, so that TensorBoard can sort by them and draw axes
    plain = {name: getattr(run.setting, name) for name in run.setting.to_text()}
    text = run.setting.to_text()
    fields = {name: v if isinstance(v, int | float) else text[name] for name, v in plain.items()}
    yield from summary.hparams(fields, scores)
    for tag, value in scores.items():
        info = METRICS[tag.removeprefix(f"{SCORE}/")]
        score = summary.scalar(tag, value, info.label, info.help)  # name and meaning by its chart
        score.value[0].metadata.plugin_data.plugin_name = "scalars"  # metadata must say whose it is
        yield score
    for tag, markdown in _texts(run).items():
        yield summary.text(tag, markdown)


def _texts(run: Run) -> dict[str, str]:
    """Markdown by tag."""
    found, facts = run.evaluation, {k: v for k, v in run.provenance.items() if k != "command"}
    texts = {
        "setting": _table("field", "value", run.setting.to_text().items()),
        "command": f"    {run.setting.command()}",
        "trained": _table("what", "value", facts.items()),
    }
    if found.undefined:
        undefined = ((METRICS[name].label, why) for name, why in found.undefined.items())
        texts["undefined"] = _table("score", "why", undefined)
    if found.warnings:
        warnings = ((DIAGNOSTICS[code].label, why) for code, why in found.warnings.items())
        texts["warnings"] = _table("warning", "why", warnings)
    return texts


def _table(first: str, second: str, rows: Iterable[tuple[str, Any]]) -> str:
    frame = pd.DataFrame([(name, str(value)) for name, value in rows], columns=[first, second])
    return to_markdown(frame).decode()


def _end(run: Run) -> float:
    """When training ended, in seconds since 1970; 0 where a Run does not say."""
    try:
        return datetime.fromisoformat(str(run.provenance.get("trained_at"))).timestamp()
    except ValueError:
        return 0.0


def _file(start: float, summaries: Iterable[Dated]) -> bytes:
    """An event file: https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto."""
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.record_writer import RecordWriter

    events = [Event(wall_time=start, file_version="brain.Event:2")]
    events += [Event(step=step, wall_time=when, summary=one) for step, when, one in summaries]
    with TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        writer = RecordWriter(str(file))
        for event in events:
            writer.write(event.SerializeToString())
        writer.close()
        return file.read_bytes()
