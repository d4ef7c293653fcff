"""`python -m core data`: the data sets that are here; others downloaded, your own ones removed."""

from __future__ import annotations

import argparse
from collections import Counter

from core.cli.inputs import UsageError, open_store
from core.cli.output import Result, say


def options(parser: argparse.ArgumentParser) -> None:
    """Add what is done."""
    parser.add_argument("action", nargs="?", choices=("list", "fetch", "remove"), default="list")
    parser.add_argument("name", nargs="?", help="of a data set")
    parser.add_argument("--force", action="store_true", help="also where runs were trained on it")


def run(args: argparse.Namespace) -> Result:
    """List the data sets, download one or remove one."""
    if args.action == "fetch":
        return _fetched(args)
    in_use = open_store(args).runs_on_own_images()
    return _removed(args, in_use) if args.action == "remove" else _listed(in_use)


def _fetched(args: argparse.Namespace) -> Result:
    from core.data.sources import KNOWN, bring
    from core.setting import paths
    from core.setting.datasets import DATASETS

    if args.name not in KNOWN:
        raise UsageError(
            f"which data set? Those to download are {', '.join(KNOWN)}; got {args.name}"
        )
    came = said = 0

    def report(count: int) -> None:
        nonlocal came, said
        came += count
        if came >= said + 10_000_000:
            said = came
            say(f"{came / 1e6:.0f} of about {DATASETS[args.name].megabytes} MB ...")

    bring(args.name, paths.DATA_DIR, report)
    return {"dataset": args.name}


def _removed(args: argparse.Namespace, in_use: Counter[str]) -> Result:
    from core.data.own.store import named, remove

    if not args.name:
        raise UsageError("which data set? Write: python -m core data remove NAME")
    name = named(args.name)
    if (runs := in_use[name]) and not args.force:
        raise UsageError(
            f"{name} is needed by {runs} stored run{'s' * (runs != 1)}: without it their images "
            "can't be shown. Remove it all the same with --force"
        )
    remove(name)
    return {"removed": name}


def _listed(in_use: Counter[str]) -> Result:
    from core.data.own.store import listed
    from core.data.present import is_local
    from core.setting.amounts import counted, in_bytes
    from core.setting.datasets import DATASETS

    rows: list[Result] = [
        {"dataset": name, "label": info.label, "here": is_local(name)}
        for name, info in DATASETS.items()
    ]
    sentences = [
        f"{row['dataset']:16}  {row['label']}{'' if row['here'] else ', not downloaded yet'}"
        for row in rows
    ]
    for kept in listed():
        info, runs = kept.info, in_use[kept.name]
        label = (info.label if info else "") or "without a name"
        what = ""
        if info:
            classes = f"{len(info.present)} classes" if info.present else "no labels"
            what = f"{info.count:,} images of {info.image_size} x {info.image_size}, {classes}; "
        used = f"{counted(runs, 'run')} trained on it" if runs else "no run trained on it"
        sentences.append(f"{kept.name}  {label}: {what}{in_bytes(kept.size)}, {used}")
        rows.append({"dataset": kept.name, "label": label, "here": True, "runs": runs})
    return {"data_sets": rows, "sentences": sentences}
