"""`python -m core train`: a Setting becomes a Run. Its options are the fields of `Setting`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping

from core.cli.inputs import UsageError, open_store
from core.cli.output import Result, about_run, report_epochs, say
from core.setting.recipes import RECIPES
from core.setting.setting import FIELDS, REGULARIZERS, FieldInfo, Setting

AUTO = "auto"  # of --clusters


def options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each field of Setting, and how it is trained."""
    parser.add_argument("--recipe", "--preset", choices=list(RECIPES), help="start from this one")
    parser.add_argument("--again", action="store_true", help="train even when it is stored")
    parser.add_argument(
        "--threads",
        type=int,
        help="of the CPU; default: half of the cores. All of them are quicker where nothing else runs; "
        "weights differ in rounding",
    )
    for name, info in FIELDS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, help=_help(name, info))


def _help(name: str, info: FieldInfo) -> str:
    text = info.help
    if info.choices:
        text += f" One of {', '.join(map(str, info.choices))}."
    if name == "regularizer":
        text += f" One of {', '.join(REGULARIZERS)}; NAME:param=value,..., several joined by +."
    if name == "clusters":
        text += f" {AUTO}: as many as halves of the images agree on, without labels."
    return text.replace("%", "%%")  # argparse formats help texts


def run(args: argparse.Namespace) -> Result:
    """Train, or load what is stored."""
    from core.runs.pipeline import find_or_train, train
    from core.training.threads import cores

    store, setting = open_store(args), _setting(args)
    if args.threads is not None and not 1 <= args.threads <= cores():
        raise UsageError(
            f"--threads must be from 1 to {cores()}, the cores here; got {args.threads}"
        )
    started, report = time.perf_counter(), report_epochs(setting)
    if args.again:
        trained, cached, notice = train(setting, store, report, threads=args.threads), False, ""
    else:
        trained, cached, notice = find_or_train(setting, store, report, threads=args.threads)
    if notice:
        say(notice)
    return about_run(trained, cached, time.perf_counter() - started, trained.evaluation)


def _setting(args: argparse.Namespace) -> Setting:
    """The recipe's Setting, if one was named, with the fields that were given."""
    text = RECIPES[args.recipe].setting.to_text() if args.recipe else {}
    given = {name: getattr(args, name) for name in FIELDS if getattr(args, name) is not None}
    if "dataset" in given:
        from core.cli.own_dataset import own_fields

        own = own_fields(given["dataset"], open_store(args))
        given = own | given | {name: own[name] for name in ("dataset",) if name in own}
    if "dataset" in given:  # its own classes and size, unless they are given, too
        text = {k: v for k, v in text.items() if k not in ("digits", "image_size")}
    if given.get("clusters", "").strip() == AUTO:
        given["clusters"] = _suggested(Setting.from_text(text | given | {"clusters": "0"}))
    setting = Setting.from_text(text | given)
    if args.recipe in ("tight", "tight-ten") and setting.dataset != "mnist":
        setting = _tight(setting, given)
    if setting.n_clusters == 1:
        say(
            "Only one cluster is looked for, so nothing is separated. Give a number with --clusters."
        )
    return setting


def _suggested(setting: Setting) -> str:
    """How many clusters halves of the images agree on; says how far, for every number."""
    from core.runs.suggested_clusters import suggest_clusters

    found = suggest_clusters(setting, lambda stage, share: say(f"clustering {stage} ..."))
    say("clusters  agreement of halves (range)")
    for k, mean, low, high in found.scores:
        say(f"{k:8}  {mean:.3f} ({low:.3f} to {high:.3f}){'  <- best' * (k == found.best)}")
    say(found.sentence)
    return str(setting.with_clusters(found.best).clusters)


def _tight(setting: Setting, given: Mapping[str, str]) -> Setting:
    """The recipe for these images, with the fields that were given."""
    from core.data import splits
    from core.setting.tight import tight

    made = tight(setting, len(splits.load(setting, download=True).train))
    return Setting.from_text(made.to_text() | dict(given))
