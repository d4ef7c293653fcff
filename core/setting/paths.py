"""Where things lie: the checkout, and folders that a server may keep outside it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # the checkout, where `core` is found
DATA_DIR = ROOT / "data"
STATIC = ROOT / "static"


def _folder(variable: str, default: Path) -> Path:
    """The folder that an environment variable names, or else the default."""
    return Path(os.environ.get(variable) or default)


CHECKPOINTS = _folder("LATENT_CLUSTERS_CHECKPOINTS", ROOT / "checkpoints")
RESULTS = _folder("LATENT_CLUSTERS_RESULTS", ROOT / "studies" / "results")
STUDIES = _folder("LATENT_CLUSTERS_STUDIES", ROOT / "studies")
