"""Command line: `python -m core train | runs | evaluate | ...`; `--help` lists the commands.

Options of `train` are the fields of `Setting`. Progress goes to standard error; with `--json` the last
line of standard output is one object. Wrong input: exit status 2 and one sentence.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from core.compare import result_table, table_formats
from core.data import splits as images
from core.data.own_images import add_npz
from core.export import formats
from core.latents.clustering import cluster
from core.latents.clustering_methods import CLUSTERING_METHODS
from core.latents.projection import PROJECTION_METHODS, Points, Projection
from core.metrics.diagnostics import GUARDS
from core.metrics.evaluate import evaluate
from core.metrics.evaluation import METRICS, OF_MODEL, Evaluation
from core.runs.pipeline import find_or_project, find_or_train, score, train
from core.runs.store import CHECKPOINTS, Run, Store
from core.setting.errors import UserError
from core.setting.recipes import RECIPES, SHIPPED
from core.setting.setting import FIELDS, REGULARIZERS, Setting
from core.studies import results, sweep
from core.studies.engines.local import Pool
from core.studies.engines.protocol import Cluster, Engine, EngineError
from core.studies.study import read_study
from core.studies.terminal import Lines, Table
from core.training.loop import EpochRecord, cores, encode, reconstruction_errors


class UsageError(UserError):
    """Something the user wrote that can't be."""


class _Parser(argparse.ArgumentParser):
    """argparse whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m core", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    def command(name: str, help: str) -> argparse.ArgumentParser:  # noqa: A002
        sub = commands.add_parser(name, help=help, description=help)
        sub.add_argument("--json", action="store_true", help="last line of output: one JSON object")
        sub.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help=argparse.SUPPRESS)
        return sub

    sub = command("train", "Train a setting, or load it when it is stored.")
    sub.add_argument("--recipe", "--preset", choices=list(RECIPES), help="start from a named one")
    sub.add_argument("--again", action="store_true", help="train even when it is stored")
    sub.add_argument(
        "--threads",
        type=int,
        help="of the CPU; default: half of the cores. All of them are quicker where nothing else runs; "
        "weights differ in rounding",
    )
    for name, info in FIELDS.items():
        sub.add_argument(f"--{name.replace('_', '-')}", dest=name, help=_option_help(name, info))
    command("runs", "List the stored runs.")
    sub = command("evaluate", "Score a stored run on its held-out images.")
    sub.add_argument("run", help="name of a run, or a part of it that only one has")
    _clustering_options(sub)
    sub = command("metrics", "Score any latents: an .npz with X (n, d) and y (n,).")
    sub.add_argument("file", type=Path)
    _clustering_options(sub)
    sub = command("project", "Bring a stored run's latents to two or three dimensions.")
    sub.add_argument("run", help="name of a run, or a part of it that only one has")
    sub.add_argument("--method", choices=PROJECTION_METHODS, default="umap")
    sub.add_argument("--dims", type=int, default=3, help="2 or 3")
    sub.add_argument("--neighbours", type=int, default=15, help="of UMAP, 2 to 200")
    sub.add_argument("--min-dist", type=float, default=0.1, help="of UMAP, 0 to 0.99")
    seeds = sub.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=int, default=0, help="of UMAP: the same picture each time")
    seeds.add_argument(
        "--unseeded", "--fast", action="store_true",
        help="start UMAP from chance; no faster than a seed here, as that uses all cores too",
    )  # fmt: skip
    sub.add_argument("--output", type=Path, help="an .npz or a .csv; default: RUN-PROJECTION.npz")
    sub = command("export", "Write a stored run for TensorBoard or the Embedding Projector.")
    sub.add_argument("run", help="name of a run, or a part of it that only one has")
    sub.add_argument("--format", choices=list(formats.FORMATS), default="tensorboard")
    sub.add_argument("--output", type=Path, help="a new folder or .zip; default: RUN-FORMAT")
    sub = command(
        "add", "Add your own images: an .npz with images (n, h, w), labels (n,) optional."
    )
    sub.add_argument("file", type=Path)
    sub = command("ship", "Train and project the runs of the repository, those that are missing.")
    sub.add_argument("--again", action="store_true", help="train also those that are stored")
    sub = command("sweep", "Train and score every setting of a study; go on where it was stopped.")
    sub.add_argument("study", type=Path, help="a TOML file, as core/studies/study.py describes it")
    sub.add_argument("--out", type=Path, help="results; default: results/NAME.csv beside the study")
    sub.add_argument(
        "--workers",
        type=int,
        help="trainings at a time, each with one thread; default: as many as there are cores",
    )
    sub.add_argument(
        "--engine",
        choices=["local", "ray"],
        default="local",
        help="processes here, or the nodes of a Ray cluster",
    )
    sub.add_argument("--address", help="of the cluster: auto (the one here) or HOST:PORT")
    sub.add_argument("--cpus", type=float, help="of the cluster, for each training; default: 1")
    sub.add_argument("--gpus", type=float, help="the same; default: 0; 0.25 lets four share one")
    sub.add_argument("--keep-runs", action="store_true", help="store weights and latents, too")
    sub.add_argument("--retry-failed", action="store_true", help="try again what failed before")
    sub.add_argument("--dry-run", action="store_true", help="say what there is to do, and stop")
    sub = command("table", "Write the results of a study as a table.")
    sub.add_argument("results", type=Path, help="a .csv that a sweep wrote")
    sub.add_argument("--format", choices=list(table_formats.FORMATS), default="markdown")
    sub.add_argument("--by", help="mean and standard deviation of groups, e.g. regularizer,digits")
    sub.add_argument("--metrics", help=f"scores, e.g. acc,nmi; all: {','.join(METRICS)}")
    sub.add_argument("--output", type=Path, help="a file; default: to standard output")
    return parser


def _option_help(name: str, info: Any) -> str:
    text = info.help
    if info.choices:
        text += f" One of {', '.join(map(str, info.choices))}."
    if name == "regularizer":
        text += f" One of {', '.join(REGULARIZERS)}; NAME:param=value,..., several joined by +."
    return str(text).replace("%", ".")


def _clustering_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--clustering", choices=list(CLUSTERING_METHODS), default="kmeans")
    sub.add_argument("--clusters", type=int, help="how many; default: as many as classes")
    sub.add_argument("--neighbours", type=int, default=5, help="k of kNN and trustworthiness")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _progress(setting: Setting) -> Any:
    def report(stage: str, record: EpochRecord | None) -> None:
        if record is None:
            _say(f"{stage} ...")
            return
        parts = ", ".join(f"{name} {value:.5g}" for name, value in record.heldout.items())
        left = record.seconds / record.epoch * (setting.epochs - record.epoch)
        _say(f"epoch {record.epoch}/{setting.epochs}: held out {parts}; {left:.0f} s left")

    return report


def _train(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    text = RECIPES[args.recipe].setting.to_text() if args.recipe else {}
    given = {name: getattr(args, name) for name in FIELDS if getattr(args, name) is not None}
    if given.get("dataset", "").endswith(".npz"):
        given["dataset"] = add_npz(_file(given["dataset"]), keep=store.own_images())
        given.setdefault("digits", ",".join(map(str, images.npz_classes(given["dataset"]))))
    if "dataset" in given:  # its own classes and size, unless they are said too
        text = {k: v for k, v in text.items() if k not in ("digits", "image_size")}
    setting = Setting.from_text(text | given)
    if args.threads is not None and not 1 <= args.threads <= cores():
        raise UsageError(
            f"--threads must be from 1 to {cores()}, the cores here; got {args.threads}"
        )
    started = time.perf_counter()
    if args.again:
        run = train(setting, store, _progress(setting), threads=args.threads)
        cached, notice = False, ""
    else:
        run, cached, notice = find_or_train(setting, store, _progress(setting), args.threads)
    if notice:
        _say(notice)
    return _result(run, cached, time.perf_counter() - started, run.evaluation)


def _result(run: Run, cached: bool, seconds: float, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "run": run.name,
        "cached": cached,
        "seconds": round(seconds, 3),
        "training_seconds": run.provenance.get("training_seconds"),
        "setting": run.setting.to_json(),
        "evaluation": evaluation.to_json(),
    }


def _runs(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    runs, problems = store.list()
    for problem in problems:
        _say(problem)
    return {
        "runs": [
            {"run": r.name, "setting": r.setting.to_json(), "evaluation": r.evaluation.to_json()}
            for r in runs
        ],
        "problems": problems,
    }


def _find(store: Store, text: str) -> Run:
    names = [name for name in store.names() if text in name]
    names = [text] if text in names else names
    if len(names) != 1:
        found = "none has" if not names else f"{len(names)} have: {', '.join(names[:5])}"
        raise UsageError(
            f"run must be the name of a stored run or a part that only one has; {found} {text!r}"
            if not names
            else f"run must be a part of a name that only one run has; {text!r} fits {found}"
        )
    run = store.load(names[0])
    if run is None:
        raise UsageError(f"run {names[0]} is gone; `python -m core runs` lists those there are")
    return run


def _evaluate(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    started = time.perf_counter()
    run = _find(store, args.run)
    setting, model = run.setting, run.model()
    _check_neighbours(args.neighbours)
    data = images.load(setting)
    latents = encode(model, data.test, setting).numpy()
    errors = reconstruction_errors(model, data.test, setting).numpy()
    found = cluster(
        latents, args.clustering, args.clusters or len(setting.digits), seed=setting.seed
    )
    train_latents = encode(model, data.train, setting).numpy()
    evaluation = score(setting, data, latents, train_latents, errors, found, args.neighbours, model)
    return _result(run, True, time.perf_counter() - started, evaluation)


def _project(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    started = time.perf_counter()
    seed = None if args.unseeded else args.seed
    projection = Projection(args.method, args.dims, args.neighbours, args.min_dist, seed)
    run = _find(store, args.run)
    output = args.output or Path(f"{run.name}-{projection.key}.npz")
    if output.suffix not in (".npz", ".csv"):
        raise UsageError(f"output must end in .npz or .csv; got {str(output)!r}")
    points, stored = find_or_project(run, projection, _stages())
    _write_points(output, run, points)
    return {
        "run": run.name,
        "projection": projection.to_json(),
        "cached": stored,
        "seconds": round(time.perf_counter() - started, 3),
        "n": len(points.points),
        "axes": list(points.axes),
        "note": points.note,
        "output": str(output),
    }


def _stages() -> Any:
    """Progress that says a stage once, and of the epochs every hundredth."""

    def report(stage: str, fraction: float) -> None:
        number = stage.split()[1] if stage.startswith("epoch ") else "0"
        if int(number) % 100 == 0:
            _say(f"{stage} ...")

    return report


def _write_points(output: Path, run: Run, points: Points) -> None:
    """Points with label and found cluster, one row per held-out image."""
    columns = {n: run.arrays[n] for n in ("labels", "clusters") if n in run.arrays}
    if output.suffix == ".npz":
        np.savez_compressed(output, points=points.points, **columns)  # type: ignore[arg-type]
        return
    table = np.column_stack([points.points, *columns.values()])
    head = ",".join([*points.axes, *columns])
    np.savetxt(output, table, delimiter=",", header=head, comments="", fmt="%.6g")


def _export(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    run = _find(store, args.run)
    output = args.output or Path(f"{run.name}-{args.format}")
    written = formats.write(run, args.format, output)
    return {"run": run.name, "format": args.format, "output": str(output), "files": written}


def _table(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    form = table_formats.FORMATS[args.format]
    if form.binary and not args.output:
        raise UsageError(f"output must be a file for {form.label}, which is no text; got none")
    frame = result_table.scored(result_table.typed(results.read(_file(args.results))))
    notes: list[str] = []
    names = _names(args.metrics) or list(result_table.SHOWN)
    if frame.empty:
        raise UsageError(f"{args.results} must hold results; no setting in it has scores")
    if args.by is not None:
        frame, notes = result_table.grouped(frame, _names(args.by), names)
    elif args.metrics is not None or form.for_people:
        frame = result_table.chosen(frame, names)
    for note in notes:
        _say(note)
    content = form.write(frame)
    result = {"format": args.format, "rows": len(frame), "columns": list(frame), "notes": notes}
    if args.output:
        args.output.write_bytes(content)
        return {**result, "output": str(args.output)}
    return {**result, "table": content.decode()}


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _metrics(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    latents, labels = _read_latents(args.file)
    _check_neighbours(args.neighbours)
    k = args.clusters or (len(np.unique(labels)) if labels is not None else 10)
    found = cluster(latents, args.clustering, k)
    evaluation = evaluate(
        latents,
        found,
        labels=labels,
        split=args.file.name,
        neighbours=args.neighbours,
        names=[name for name in METRICS if name not in OF_MODEL],
    )
    return {"file": str(args.file), "evaluation": evaluation.to_json()}


def _read_latents(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    """X (n, d) float32 and y (n,) or None from an .npz; nothing in it is unpickled."""
    try:
        with np.load(_file(path), allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile) or "X" not in archive:
                raise UsageError(f"{path} must be an .npz with an array X (n, d); it has none")
            latents = archive["X"]
            labels = archive.get("y")
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{path} can't be read as an .npz of plain arrays ({error})") from error
    if latents.ndim != 2 or latents.dtype.kind not in "fiu" or 0 in latents.shape:
        raise UsageError(
            f"X must be numbers of shape (n, d); got {latents.dtype} of {latents.shape}"
        )
    if labels is not None and (labels.shape != latents.shape[:1] or labels.dtype.kind not in "iu"):
        raise UsageError(
            f"y must be {len(latents)} whole numbers, one per row of X; "
            f"got {labels.dtype} of {labels.shape}"
        )
    return latents.astype(np.float32), None if labels is None else labels.astype(np.int64)


def _check_neighbours(k: int) -> None:
    if not 1 <= k <= 1000:
        raise UsageError(f"neighbours must be a whole number from 1 to 1000; got {k}")


def _file(path: str | Path) -> Path:
    if not Path(path).is_file():
        raise UsageError(f"{path} must be a file; there is none of that name")
    return Path(path)


def _add(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    name = add_npz(_file(args.file), keep=store.own_images())
    return {"dataset": name, "classes": list(images.npz_classes(name))}


def _ship(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    done = []
    for name in SHIPPED:
        setting = RECIPES[name].setting
        _say(f"-- {name}: {setting.name}")
        if args.again:
            run = train(setting, store, _progress(setting))
        else:
            run = find_or_train(setting, store, _progress(setting))[0]
        if setting.latent_dim > 3:
            for dims in (3, 2):  # what the page shows first, so that no visitor waits for it
                find_or_project(run, Projection("umap", dims), _stages())
        done.append(run.name)
    return {"runs": done}


def _sweep(args: argparse.Namespace, store: Store) -> dict[str, Any]:
    if args.workers is not None and args.workers < 1:
        raise UsageError(f"workers must be a whole number of at least 1; got {args.workers}")
    study, out = read_study(args.study), args.out or sweep.default_out(args.study)
    engine = _engine(args, sorted({setting.dataset for setting in study.settings}))
    options = sweep.Options(args.keep_runs, args.retry_failed)
    act = sweep.describe if args.dry_run else sweep.run
    watch = Table(sys.stderr) if sys.stderr.isatty() and not args.dry_run else Lines(_say)
    return act(study, out, store, engine, options, watch)


def _engine(args: argparse.Namespace, data_sets: list[str]) -> Engine:
    """The engine that was asked for; Ray is imported only then."""
    given = {name: getattr(args, name) for name in ("address", "cpus", "gpus")}
    given = {name: value for name, value in given.items() if value is not None}
    if args.engine == "local":
        if given:
            raise UsageError(f"--{next(iter(given))} is for --engine ray; got --engine local")
        return Pool(args.workers or 0)
    cluster_ = Cluster(**given)
    try:
        from core.studies.engines.ray import RayEngine
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise EngineError(
            "--engine ray needs Ray, which is not installed here: "
            "pip install -r requirements-cluster.txt"
        ) from None
    return RayEngine(cluster_, data_sets, args.workers or 0)


def _show(result: dict[str, Any]) -> None:
    """The result for people."""
    evaluation = result.get("evaluation")
    for name in ("run", "cached", "seconds", "note", "output", "dataset", "classes", "results"):
        if name in result:
            print(f"{name}: {result[name]}")
    print(result.get("table", ""), end="")
    for row in result.get("runs", []):
        scores = row["evaluation"] if isinstance(row, dict) else {}
        shown = [f"{k} {scores[k]:.3f}" for k in ("acc", "silhouette_labels") if scores.get(k)]
        if raised := scores.get("warnings"):
            shown.append(f"({', '.join(GUARDS[code].label for code in raised)})")
        print(" ".join([row["run"] if isinstance(row, dict) else row, *shown]))
    if evaluation:
        for name in METRICS:
            if name in evaluation:
                value = evaluation[name]
                text = f"{value:.4f}" if value is not None else evaluation["undefined"][name]
                print(f"{name:22} {text}")
        for code, sentence in evaluation["warnings"].items():
            print(f"WARNING, {GUARDS[code].label}: {sentence}")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status."""
    actions = {
        "train": _train,
        "runs": _runs,
        "evaluate": _evaluate,
        "metrics": _metrics,
        "project": _project,
        "add": _add,
        "ship": _ship,
        "sweep": _sweep,
        "export": _export,
        "table": _table,
    }
    try:
        args = _parser().parse_args(arguments)
        result = actions[args.command](args, Store(args.checkpoints))
    except UserError as error:
        _say(str(error))
        return error.exit_status
    except OSError as error:
        _say(f"{error.filename or 'the disk'}: {error.strerror or error}")
        return 1
    except KeyboardInterrupt as stop:
        _say(str(stop) or "stopped; nothing was stored")
        return 130
    print(json.dumps(result)) if args.json else _show(result)
    return 1 if result.get("failed") and not args.dry_run else 0  # a sweep's


if __name__ == "__main__":
    sys.exit(main())
