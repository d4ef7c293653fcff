"""The menu of regularizers: what is said of each. Imports nothing heavy.

To add one: its texts and parameters in one of the files here, its formula in a file of its name in
`core/regularizers/`, and a test.

Defaults are those of the paper or its authors' code, turned into the units of our loss (a mean over
pixels) where it says them. Most papers tune a weight for each data set: a default of which a file says
nothing is this project's, of a size at which the term is felt beside the reconstruction error and does
not drown it.
"""

from __future__ import annotations

import dataclasses

from core.setting.menu import clusters, geometry, neighbours, priors
from core.setting.menu.info import SCHEDULE as SCHEDULE
from core.setting.menu.info import Parameter as Parameter
from core.setting.menu.info import RegularizerInfo as RegularizerInfo

NONE = RegularizerInfo(
    name="none",
    label="None (plain autoencoder)",
    meaning="Only the reconstruction error: the baseline that every regularizer is compared with.",
    formula=r"0",
    paper="Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks",
    parameters={},
)
TERMS = (*geometry.TERMS, *priors.TERMS, *clusters.TERMS, *neighbours.TERMS)
REGULARIZERS: dict[str, RegularizerInfo] = {info.name: info for info in (NONE, *TERMS)}


def schedule_of(name: str) -> dict[str, Parameter]:
    """What of `SCHEDULE` the regularizer of that name has, with its own defaults."""
    info = REGULARIZERS[name]
    return {
        key: dataclasses.replace(p, default=info.schedule.get(key, p.default))
        for key, p in SCHEDULE.items()
        if info.has_penalty or key != "ramp_epochs"
    }
