"""Command line: `python -m core train | runs | evaluate | ...`; `--help` lists the commands.

Progress goes to standard error; with `--json` the last line of standard output is one object. Wrong
input: exit status 2 and one sentence.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module
from typing import Any

from core.cli.inputs import Parser, common_options
from core.cli.output import any_console, nobody_reads, say, show
from core.setting.checks import quoted
from core.setting.errors import UserError

TRACEBACK = "LATENT_CLUSTERS_TRACEBACK"

# every command and its help; its options and what it does are in the file of its name in `commands`
COMMANDS = {
    "train": "Train a setting, or load it when it is stored.",
    "runs": "List the stored runs.",
    "evaluate": "Score a stored run on its held-out images.",
    "metrics": "Score any latents: .npz with X (n, d) and y (n,), .npy, CSV, Parquet, .mat, HDF5.",
    "project": "Bring a stored run's latents to two or three dimensions.",
    "export": "Write a stored run for TensorBoard or the Embedding Projector.",
    "add": "Add your own images: a folder of pictures, numpy, IDX, CSV, MATLAB, HDF5, safetensors.",
    "data": "List the data sets that are here, download one, or remove one of your own.",
    "ship": "Train and project the runs of the repository, those that are missing.",
    "sweep": "Train and score every setting of a study; go on where it was stopped.",
    "table": "Write the results of a study as a table.",
    "doctor": "Check versions, data, runs, memory and GPU; what is wrong, and what to do.",
}


class _Command(Parser):
    """The parser of one command, which reads the command's file only when that command was given."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse's, with the command's own options."""
        common_options(self)
        command(self.prog.split()[-1]).options(self)
        return super().parse_known_args(args, namespace)


def command(name: str) -> Any:
    """The module of a command."""
    return import_module(f"core.cli.commands.{name}")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m core", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Command)
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=text, description=text)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status.

    Here, and nowhere else, errors become sentences.
    """
    any_console()
    try:
        args = _parser().parse_args(arguments)
        result = command(args.command).run(args)
        print(json.dumps(result)) if args.json else show(result)
        sys.stdout.flush()
    except UserError as error:
        say(str(error))
        return error.exit_status
    except BrokenPipeError:  # `| head` has seen enough
        nobody_reads()
        return 1
    except OSError as error:
        say(f"{error.filename or 'the disk'}: {error.strerror or error}")
        return 1
    except KeyboardInterrupt as stop:
        say(str(stop) or "stopped; nothing was stored")
        return 130
    except ModuleNotFoundError as error:
        if (error.name or "core").partition(".")[0] in ("core", "pages"):
            raise
        say(f"The package {error.name} is not installed: python -m pip install -r requirements.txt")
        return 1
    except MemoryError:
        say("It needs more memory than is free here.")
        return 1
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        say(
            f"This should not happen ({type(error).__name__}: {quoted(str(error))}). With {TRACEBACK}=1 "
            "in the environment the same command says where; please report it with that."
        )
        return 1
    return 1 if result.get("failed") and not getattr(args, "dry_run", False) else 0
