"""What is said of a regularizer: its texts, and its parameters with their ranges."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

Value = int | float | str


@dataclass(frozen=True)
class Parameter:
    """One parameter of a regularizer; its type is the type of `default` (float, int or str).

    Attributes:
        default: value when nothing is said.
        help: one plain sentence.
        minimum, maximum: inclusive range of a number.
        choices: allowed values of a str.
        label: name for people; empty: the parameter's own name in words.
        late: at its default it is left out of a Term, so that the names of Runs stored before it was
            added stay valid. The default must repeat what they did.
    """

    default: Value
    help: str
    minimum: float = 0.0
    maximum: float = math.inf
    choices: tuple[str, ...] = ()
    label: str = ""
    late: bool = False


@dataclass(frozen=True)
class RegularizerInfo:
    """What people read about a regularizer, and what a Setting checks of it.

    Attributes:
        name: identifier, as in `--regularizer NAME`; also the name of its file.
        label: name for people.
        meaning: one plain sentence: what it does to the latent space.
        formula: LaTeX of the term as it is added to the loss.
        paper: where it comes from.
        parameters: by name.
        schedule: where its defaults differ from those of `SCHEDULE`.
        has_penalty: False for a term that only changes the task: it has no weight that could grow.
        feeds_decoder: the decoder reads a code of the term's in place of the latent. A Setting may
            have one such term.
    """

    name: str
    label: str
    meaning: str
    formula: str
    paper: str
    parameters: Mapping[str, Parameter]
    schedule: Mapping[str, int] = dataclasses.field(default_factory=dict)
    has_penalty: bool = True
    feeds_decoder: bool = False

    @property
    def short(self) -> str:
        """Its label without what explains it: "IDEC"; who a name belongs to stays: "Sine (the post)"."""
        return self.label if self.label.endswith("(the post)") else self.label.split(" (")[0]


# When a term acts: parameters that every term has.
SCHEDULE: dict[str, Parameter] = {
    "from_epoch": Parameter(
        1,
        "The first epoch in which the term acts; 0: when half of the epochs are over.",
        maximum=500,
        late=True,
    ),
    "until_epoch": Parameter(
        0, "The last epoch in which it acts; 0: to the end.", maximum=500, late=True
    ),
    "ramp_epochs": Parameter(
        0, "Epochs over which its weight grows from 0 to full.", maximum=500, late=True
    ),
}
# Cluster centres found in the latents of an untrained encoder would be of no use.
PRETRAINED = {"from_epoch": 0}
CLUSTERS = Parameter(
    0,
    "k: how many clusters; 0: as many as the setting looks for.",
    maximum=1000,
    label="Clusters",
)
