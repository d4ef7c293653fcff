"""What was found of each Run, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from core.compare.words import listed
from core.runs.run import Run
from core.setting.names import method_name


def of_each(runs: Sequence[Run], said: Sequence[str]) -> str:
    """What is said of each, in bold; once what is equal: "**Plain and VAE: the path crosses no gap.**".

    Args:
        runs: of the page.
        said: of each Run; '' where there is nothing to say.

    Returns:
        '' where nothing is said of any.
    """
    names: dict[str, list[str]] = {}
    for run, text in zip(runs, said, strict=True):
        if text:
            names.setdefault(text, []).append(method_name(run.setting))
    parts = [f"{listed(some)}: {text}" for text, some in names.items()]
    return f"**{'; '.join(parts)}.**" if parts else ""
