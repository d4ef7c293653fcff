"""How Settings and regularizers are named: by recipe and menu label, in as few words as tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from core.setting.errors import SettingError
from core.setting.menu import REGULARIZERS
from core.setting.recipes import RECIPES
from core.setting.setting import Setting, dataset_info
from core.setting.term import Term
from core.setting.tight import is_tight

NONE = "None"
PLAIN = "Plain"  # an autoencoder without regularizer
_NAMED_DIGITS = {
    (0, 2, 4, 6, 8): "even digits",
    (1, 3, 5, 7, 9): "odd digits",
    tuple(range(10)): "all ten digits",
}
# texts of the regularizers of several terms that are known as a recipe
_OF_RECIPES = {
    str(r.setting.to_text()["regularizer"]): r.name
    for r in RECIPES.values()
    if len(r.setting.regularizer) > 1
}


# the first recipe of each Setting, but for the seed: one look, as tables name thousands of Runs
_BY_SETTING: dict[Setting, str] = {}
for _name, _recipe in RECIPES.items():
    _BY_SETTING.setdefault(_recipe.setting.replace(seed=0), _name)


def recipe_of(setting: Setting) -> str | None:
    """The key of the recipe whose Setting this is, but for the seed."""
    return _BY_SETTING.get(setting.replace(seed=0))


def method_name(setting: Setting) -> str:
    """What shapes the latent space: "Tight", "Sine (the post)", "Plain"."""
    if (recipe := recipe_of(setting)) is not None:
        return RECIPES[recipe].name
    if not setting.regularizer:
        return PLAIN
    if is_tight(setting):
        return RECIPES["tight"].name
    text = str(setting.to_text()["regularizer"])
    return regularizer_names([text])[text]


def images_name(setting: Setting) -> str:
    """Which images: "MNIST, even digits"; "Fashion-MNIST, all ten classes"; "MNIST, digit 7"."""
    info = dataset_info(setting.dataset)
    digits = setting.digits
    if not info.labelled:
        return info.label
    named = [info.class_names[d] for d in digits]
    all_classes = info.default_classes if info.own else info.class_names
    if info.noun == "digit":
        one = "digit" if len(digits) == 1 else "digits"
        classes = _NAMED_DIGITS.get(digits, f"{one} {', '.join(named)}")
    elif len(digits) > 1 and len(digits) == len(all_classes):
        classes = f"all {len(digits)} classes"
    elif len(digits) <= 4:
        classes = ", ".join(named)
    else:
        classes = f"{len(digits)} classes"
    return f"{info.label}, {classes}"


def title(setting: Setting) -> str:
    """A Setting in a line: "Tight · MNIST, even digits · 3-D"."""
    return f"{method_name(setting)} · {images_name(setting)} · {setting.latent_dim}-D"


def regularizer_names(texts: Sequence[str]) -> dict[str, str]:
    """The name of each regularizer's text in a table that has them all, different for each.

    A recipe's is that recipe's name. Others are the labels of their terms, with those parameters that
    are not at their default and not the same in the whole table: of `sine:weight=50` and
    `sine:weight=1` (the default), "Sine (the post), weight 50" and "Sine (the post)".
    """
    values: dict[str, dict[str, set[Any]]] = {}
    for text in texts:
        for term in known_terms(text):
            for name, value in term.full_params().items():
                values.setdefault(term.name, {}).setdefault(name, set()).add(value)
    return {text: _OF_RECIPES.get(text) or _joined(text, values) for text in texts}


def _joined(text: str, values: dict[str, dict[str, set[Any]]]) -> str:
    if text == "none":
        return NONE
    parts = []
    for term in known_terms(text):
        info, different = REGULARIZERS[term.name], term.own_params()
        own = [f"{(info.parameters[n].label if n in info.parameters else '') or n.replace('_', ' ')} "
               + (f"{v:g}" if isinstance(v, float) else str(v))
               for n, v in term.full_params().items()
               if n in different and len(values[term.name][n]) > 1]  # fmt: skip
        parts.append(", ".join([info.short, *(word[0].lower() + word[1:] for word in own)]))
    return " + ".join(parts) or text  # what this version knows no more


@lru_cache(maxsize=4096)
def known_terms(text: str) -> tuple[Term, ...]:
    """The Terms of a regularizer's text; none where this version knows one of them no more."""
    try:
        return () if text == "none" else tuple(Term.parse(part) for part in text.split("+"))
    except SettingError:
        return ()
