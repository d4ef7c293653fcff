"""What visitors of the app may ask for: every limit, its variable in the environment, its defaults.

`docs/deploy.md` has this table; a test compares them. On one's own machine limits are wide. Where the
app sees that it is on a public host, or is told so, they are tight.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

PREFIX = "LATENT_CLUSTERS_"
_COMMUNITY_CLOUD = Path("/mount/src")  # where it puts the checkout


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        own: the default on one's own machine.
        public: the default on a public host.
        meaning: what is limited, in a sentence.
    """

    own: float
    public: float
    meaning: str


LIMITS = {
    "TRAINING_MINUTES": Limit(
        60, 20, "The longest training that can be started from the app, by estimate; 0 allows none."
    ),
    "SWEEP_MINUTES": Limit(
        60, 20, "The longest sweep that can be started from the app, by estimate; 0 allows none."
    ),
    "QUEUE_MINUTES": Limit(
        1440, 90, "Minutes of work that may wait or run at a time, of all visitors together."
    ),
    "VISITOR_JOBS": Limit(25, 3, "Trainings, or sweeps, of one visitor that may wait or run."),
    "VISITOR_MINUTES": Limit(720, 30, "Minutes of work of one visitor that may wait or run."),
    "RUNS_MB": Limit(
        20_000,
        300,
        "Runs on disk that come not with the project; the least recently used go first.",
    ),
    "UPLOAD_MB": Limit(
        100,
        30,
        "Files that one visitor has uploaded and the server holds; three times that of all.",
    ),
    "OWN_IMAGES_MB": Limit(2_000, 100, "Own images that visitors may have added, all together."),
}


def is_public() -> bool:
    """Whether strangers may come: said by LATENT_CLUSTERS_PUBLIC (0 or 1), or seen by the host."""
    said = os.environ.get(f"{PREFIX}PUBLIC", "")
    return said != "0" if said else _COMMUNITY_CLOUD.is_dir()


def limit(name: str) -> float:
    """A limit of `LIMITS`, from the environment or its default; never negative.

    What is no number is passed over. "inf" is no limit.
    """
    known = LIMITS[name]
    default = known.public if is_public() else known.own
    try:
        value = float(os.environ.get(PREFIX + name, default))
    except ValueError:
        return default
    return 0.0 if math.isnan(value) else max(value, 0.0)
