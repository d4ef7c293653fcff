"""A Run's training and scores as TensorBoard's event files.

Training losses and held-out ones are two runs of TensorBoard (`train/`, `heldout/`) with the same
tags, so each part of the loss is one chart with two lines. The run above them holds the scores, the
Setting as hyperparameters (so that several exported Runs make one table) and as text.

An event file is a row of records, each with its length and checksums, and a protobuf `Event` in each:
https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from core.compare.table_formats import to_markdown
from core.export.embedding_projector import ExportError
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.runs.store import Run

LOSS, SCORE = "loss", "evaluation"
FILE = "events.out.tfevents.0.latent-clusters"  # TensorBoard looks for "tfevents"


def files(run: Run) -> dict[str, bytes]:
    """Event files by name.

    Raises:
        ExportError: the package that knows the format is missing.
    """
    try:
        from tensorboardX import summary
    except ImportError:
        raise ExportError(
            "TensorBoard's files need the package tensorboardX; requirements.txt has its version"
        ) from None
    end, last = _end(run), len(run.history)
    curves = {
        part: _file(
            end,
            [
                (
                    int(record["epoch"]),
                    _moment(run, record),
                    summary.scalar(f"{LOSS}/{term}", value),
                )
                for record in run.history
                for term, value in record[part].items()
            ],
        )
        for part in ("train", "heldout")
    }
    scores = {k: v for k, v in run.evaluation.values.items() if v is not None}
    # numbers as numbers, so that TensorBoard can sort by them and draw axes
    text = run.setting.to_text()
    plain = {name: getattr(run.setting, name) for name in text}
    fields = {name: v if isinstance(v, int | float) else text[name] for name, v in plain.items()}
    about = [
        *summary.hparams(fields, {f"{SCORE}/{name}": value for name, value in scores.items()}),
        *(_score(name, value) for name, value in scores.items()),
        *(summary.text(tag, words) for tag, words in _texts(run).items()),
    ]
    top = _file(end, [(last, end, one) for one in about])
    return {FILE: top, **{f"{part}/{FILE}": content for part, content in curves.items()}}


def _score(name: str, value: float) -> Any:
    """A score with its name and meaning, which TensorBoard shows beside its chart."""
    from tensorboardX import summary

    info = METRICS[name]
    one = summary.scalar(f"{SCORE}/{name}", value, info.label, info.help)
    one.value[0].metadata.plugin_data.plugin_name = "scalars"  # metadata must say whose it is
    return one


def _texts(run: Run) -> dict[str, str]:
    """Markdown by tag."""
    setting = pd.DataFrame(run.setting.to_text().items(), columns=["field", "value"])
    texts = {
        "setting": to_markdown(setting).decode(),
        "command": f"    {run.setting.command()}",
        "trained": to_markdown(
            pd.DataFrame(
                [(k, str(v)) for k, v in run.provenance.items() if k != "command"],
                columns=["what", "value"],
            )
        ).decode(),
    }
    if run.evaluation.undefined:
        rows = [(METRICS[k].label, why) for k, why in run.evaluation.undefined.items()]
        texts["undefined"] = to_markdown(pd.DataFrame(rows, columns=["score", "why"])).decode()
    if run.evaluation.warnings:
        rows = [(DIAGNOSTICS[k].label, text) for k, text in run.evaluation.warnings.items()]
        texts["warnings"] = to_markdown(pd.DataFrame(rows, columns=["warning", "why"])).decode()
    return texts


def _end(run: Run) -> float:
    """When training ended, in seconds since 1970; 0 where a Run does not say."""
    try:
        return datetime.fromisoformat(str(run.provenance.get("trained_at"))).timestamp()
    except ValueError:
        return 0.0


def _moment(run: Run, record: dict[str, Any]) -> float:
    """When an epoch ended."""
    before = float(run.history[-1].get("seconds", 0)) - float(record.get("seconds", 0))
    return _end(run) - before


def _file(start: float, summaries: Iterable[tuple[int, float, Any]]) -> bytes:
    """An event file of summaries, each with its step and moment."""
    from tensorboardX.proto.event_pb2 import Event

    events = [Event(wall_time=start, file_version="brain.Event:2")]
    events += [Event(step=step, wall_time=when, summary=one) for step, when, one in summaries]
    return b"".join(_record(event.SerializeToString()) for event in events)


def _record(content: bytes) -> bytes:
    from tensorboardX.record_writer import masked_crc32c

    length = struct.pack("<Q", len(content))
    checks = [struct.pack("<I", masked_crc32c(part)) for part in (length, content)]
    return length + checks[0] + content + checks[1]
