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
    about = image_data.training_images_key(setting)
    with st.expander("How many clusters?", expanded=not dataset_info(setting.dataset).labelled):
        st.caption(
            f"This setting looks for {counted(setting.n_clusters, 'cluster')}. The images can suggest a "
            "number: the one on which random halves of them, clustered each alone, agree most. No label "
            "is read."
        )
        if about not in found:
            place = st.empty()
            if not place.button(
                "Suggest a number", icon=":material/insights:", key="suggest_clusters"
            ):
                return
            try:
                with place, st.spinner("Clustering halves of the images, up to a minute …"):
                    found[about] = image_data.suggested_clusters(setting)
            except UserError as error:
                place.error(plain(str(error)), icon=":material/error:")
                return
            place.empty()
        _answer(setting, found[about])


def _answer(setting: Setting, found: Stability) -> None:
    st.markdown(plain(found.sentence))
    if found.best == setting.n_clusters:
        st.caption("That is how many this setting looks for.")
    else:
        st.button(f"Use k = {found.best}", type="primary", key="use_suggested", on_click=seed_widgets,
                  args=(setting.with_clusters(found.best),))  # fmt: skip
    figure = agreement_by_k(found.scores, found.best)
    chart(figure, "agreement_by_k", f"{setting.dataset}: how many clusters")
    st.caption(
        f"Of {found.points:,} training images. 1: both halves have the same clusters; 0: no more alike "
        "than by chance. The band is the range over random halves."
    )
