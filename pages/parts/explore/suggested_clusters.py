"""How many clusters to look for: a number that the images suggest, with the curve that chose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.figures.clusters import agreement_by_k
from core.setting.amounts import counted
from core.setting.errors import UserError
from core.setting.setting import Setting, dataset_info
from pages.parts.explore.widgets import seed_widgets
from pages.parts.shared import image_data
from pages.parts.shared.charts import chart
from pages.parts.shared.wording import plain

if TYPE_CHECKING:
    from core.metrics.stability import Stability

_FOUND = "suggested_clusters"  # of this session: what was found, by images


def suggested_clusters(setting: Setting) -> None:
    """Draw the offer, and once it was taken the curve and a button for its best number."""
    found: dict[object, Stability] = st.session_state.setdefault(_FOUND, {})
    about = (setting.dataset, setting.digits, setting.holdout, setting.image_size)
    with st.expander("How many clusters?", expanded=not dataset_info(setting.dataset).labelled):
        st.caption(
            f"This setting looks for {counted(setting.n_clusters, 'cluster')}. The images suggest a "
            "number: halves of them, drawn by chance and clustered each alone, agree most on the one "
            "that is in the data. No label is read."
        )
        if about not in found:
            if not st.button("Suggest a number", icon=":material/insights:", key="suggest_clusters"):
                return
            try:
                found[about] = image_data.suggested_clusters(setting)
            except UserError as error:
                st.error(plain(str(error)), icon=":material/error:")
                return
        _answer(setting, found[about])


def _answer(setting: Setting, found: Stability) -> None:
    st.markdown(plain(found.sentence))
    if found.best == setting.n_clusters:
        st.caption("That is how many this setting looks for.")
    else:
        st.button(f"Use k = {found.best}", type="primary", key="use_suggested", on_click=_use,
                  args=(setting, found.best))  # fmt: skip
    chart(agreement_by_k(found.scores), "agreement_by_k", f"{setting.dataset}: how many clusters")
    st.caption(
        f"Of {found.points:,} training images. 1: both halves have the same clusters; 0: no more alike "
        "than by chance. The band is the range over random halves."
    )


def _use(setting: Setting, k: int) -> None:
    """Look for so many clusters, in a callback."""
    # as many as classes is 0 in a Setting: the same Setting has one name
    same = dataset_info(setting.dataset).labelled and k == len(setting.digits)
    seed_widgets(setting.replace(clusters=0 if same else k))
