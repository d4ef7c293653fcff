"""A quick look: the same Setting with so few epochs that it trains in seconds."""

from __future__ import annotations

import dataclasses
import math

from core.setting.setting import Setting
from core.setting.term import Term

SECONDS = 8.0  # that a quick look may take by estimate


def quick_look(setting: Setting, seconds: float) -> Setting | None:
    """The Setting with fewer epochs; None where the whole is quick already.

    When terms begin and end moves along with the epochs, so that each still acts.

    Args:
        setting: what would be trained.
        seconds: that its training would take.
    """
    if setting.epochs < 2 or seconds <= 2 * SECONDS:
        return None
    # two at least where a term acts in the second half only
    least = 2 if any("from_epoch" in dict(t.full_params()) for t in setting.regularizer) else 1
    epochs = max(least, math.floor(setting.epochs * SECONDS / seconds))
    if epochs >= setting.epochs:
        return None
    share = epochs / setting.epochs
    terms = tuple(_shortened(term, share, epochs) for term in setting.regularizer)
    return dataclasses.replace(setting, epochs=epochs, regularizer=terms)


def _shortened(term: Term, share: float, epochs: int) -> Term:
    params = dict(term.full_params())
    for key, rounded in (
        ("from_epoch", math.ceil),
        ("until_epoch", math.floor),
        ("ramp_epochs", round),
    ):
        if value := params.get(key):
            params[key] = min(max(1, rounded(int(value) * share)), epochs)
    if params.get("until_epoch") and int(params["from_epoch"]) > int(params["until_epoch"]):
        params["until_epoch"] = params["from_epoch"]
    return Term(term.name, tuple(params.items()))
