"""What was found, from the results that come with the repository: sentences, a table, charts, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.compare.words import with_minus
from core.setting.amounts import percent
from core.setting.links import short_text
from core.setting.menu import REGULARIZERS
from core.setting.names import NONE, images_name, regularizer_names
from core.setting.recipes import RECIPES
from core.setting.term import Term
from pages.parts.shared import results_data
from pages.parts.shared.charts import chart, on_this_page

if TYPE_CHECKING:
    import pandas as pd

    from core.compare.verdict import Verdict

MISSING = "The results of this study are not here, or can't be read."
_OPEN = "pages/parts/method"  # keys of charts
_PANEL = 340  # pixels of a small chart, at least: three beside each other, as there are offsets


def answers() -> None:
    """Draw the three questions and what the studies say."""
    st.header("Answers", anchor="answers")
    _can_it()
    _which()
    _sine()


# ------------------------------------------------------------------------------- can it cluster?
def _can_it() -> None:
    from core.compare.table_formats import to_markdown

    st.subheader("Do the digits cluster by themselves?", anchor="by-itself")
    table = results_data.headline()
    if table is None:
        st.info(MISSING)
        return
    st.markdown(" ".join(_said(images, part) for images, part in table.groupby("images")))
    names = regularizer_names(table["regularizer"].tolist())
    shown = table.rename(columns={"images": "digits", "n": "seeds"}).assign(
        regularizer=table["regularizer"].map(names)
    )
    with st.container(key="headline"):
        st.markdown(to_markdown(shown).decode())
    st.caption(
        f"Mean ± standard deviation over the {int(table['n'].min())} seeds of `studies/headline.toml`, "
        "no seed left out; held-out images, k-means in three latent dimensions. Labels serve the scores "
        "alone. The recipes' constants were chosen while looking at labels of training images, and in "
        "part of test images."
    )
    with st.container(horizontal=True):
        for name in ("plain", "tight", "tight-ten"):
            st.page_link("streamlit_app.py", label=f"See {RECIPES[name].name}",
                         icon=":material/scatter_plot:",
                         query_params=short_text(RECIPES[name].setting))  # fmt: skip


def _said(images: str, part: pd.DataFrame) -> str:
    """One sentence on a set of images."""
    rows: dict[str, Any] = {str(row["regularizer"]): row for row in part.to_dict("records")}
    plain = rows.get("none")
    best = max(rows.values(), key=lambda row: float(row["acc"]))
    name = regularizer_names([best["regularizer"]])[best["regularizer"]]
    if plain is None or name == NONE:
        return ""
    return (
        f"**{images}**: k-means finds the digit of {percent(plain['acc'])} of the images without a "
        f"regularizer (label silhouette {plain['silhouette_labels']:.2f}), and of "
        f"{percent(best['acc'])} with {name} ({best['silhouette_labels']:.2f})."
    )


# ----------------------------------------------------------------------------- which regularizers?
def _which() -> None:
    from core.compare import menu_study
    from core.compare.verdict import NO_EVIDENCE, STRONGER, WEAKER
    from core.figures.forest import forest

    st.subheader("Which regularizers make the clusters stronger?", anchor="which")
    found = {name: v for name, v in results_data.menu_study().items() if name in REGULARIZERS}
    if not found:
        st.info(MISSING)
        return
    count = {word: sum(v.word == word for v in found.values()) for word in menu_study.GROUPS}
    st.markdown(
        f"Of {len(found)} at their defaults, {count[STRONGER]} make them stronger, "
        f"{count[WEAKER]} weaker; for {count[NO_EVIDENCE]} there is no evidence. The strongest: "
        f"{_strongest(found)}."
    )
    figure = forest(list(found.values()), [REGULARIZERS[name].short for name in found])
    chart(
        figure, f"{_OPEN}/menu", "Label silhouette: difference from no regularizer",
        alt="Forest plot: each regularizer's mean difference in label silhouette from no regularizer "
        "with its 95 % interval, the strongest on top",
    )  # fmt: skip
    st.caption(
        f"{menu_study.SETTING}, all judged together (paired tests, 95 % intervals). Other digits and "
        "dimensions may differ. [Each regularizer](#regularizers) is below."
    )


def _strongest(found: dict[str, Verdict]) -> str:
    """The first three: they come in that order."""
    first = list(found.items())[:3]
    texts = [f"{REGULARIZERS[name].short} ({v.difference or 0:+.2f})" for name, v in first]
    return ", ".join(texts)


# -------------------------------------------------------------------------------- the post's sine
def _sine() -> None:
    from core.figures.gain_grid import gain_grid

    st.subheader("Does the post's sine help?", anchor="sine")
    story = results_data.sine_story()
    if story is None:
        st.info(MISSING)
        return
    gains = story.gains
    above, words = int((gains["gain"] > 0).sum()), {v.word for v in story.confirmed}
    st.markdown(
        f"Of {len(gains)} choices of weight, wavelength and offset, for the post's network and digits "
        f"({images_name(RECIPES['post'].setting)}), {above} had a higher label silhouette than no "
        f"regularizer ({story.none:.2f}). Trained again with ten other seeds, these {above} say: "
        f"{' and '.join(sorted(words))}."
    )
    most = float(gains["gain"].abs().max())
    with st.grid(min_column_width=_PANEL):
        for (scale, offset), part in gains.groupby(["scale", "offset"], sort=False):
            with st.container(gap="xxsmall"):
                st.markdown(f"Wavelength **{scale}**, offset **{offset:g}**")
                figure = gain_grid(part, "wavelength", "weight", most)
                st.plotly_chart(
                    on_this_page(figure), key=f"{_OPEN}/sine_{scale}_{offset}",
                    config={"displayModeBar": False},
                    alt=f"Label silhouette gained over none by weight and wavelength, {scale}, offset "
                    f"{offset:g}: from {part['gain'].min():+.2f} to {part['gain'].max():+.2f}",
                )  # fmt: skip
    st.caption(
        "Label silhouette minus that of no regularizer, mean of two seeds. Relative: wavelengths in "
        "units of each batch's spread; absolute: as in the post."
    )
    st.markdown("\n".join(f"- {_parameters(v.value)}: {with_minus(v.sentence)}."
                          for v in story.confirmed))  # fmt: skip
    setting = RECIPES["sine"].setting
    st.page_link("streamlit_app.py", label="See the sine's latent space",
                 icon=":material/scatter_plot:", query_params=short_text(setting))  # fmt: skip


def _parameters(text: str) -> str:
    """Of `sine:weight=50,wavelength=3` "weight 50, wavelength 3"."""
    params = Term.parse(text).params
    return ", ".join(f"{n} {v:g}" if isinstance(v, float) else f"{n} {v}" for n, v in params)
