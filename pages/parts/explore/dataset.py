"""Which images: a data set of the catalogue or the visitor's own, and which of its classes.

What reads images brings torch, so it is imported where it is needed: most visits need only the names.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.networks import NETWORKS
from core.setting.errors import UserError
from core.setting.setting import DATASETS, FIELDS, Setting, dataset_info
from pages.parts.explore.widgets import field_key


def dataset() -> str:
    """Draw the choice of a data set; its name."""
    current = st.session_state[field_key("dataset")]
    names = list(DATASETS) + ([current] if current not in DATASETS else [])
    name = st.selectbox(
        FIELDS["dataset"].label,
        names,
        format_func=lambda n: dataset_info(n).label,
        key=field_key("dataset"),
        help=FIELDS["dataset"].help,
        on_change=_fit_to_dataset,
        width=130,
    )
    return str(name)


def _fit_to_dataset() -> None:
    """What the newly chosen data set of the catalogue suggests."""
    fresh = Setting(dataset=st.session_state[field_key("dataset")])
    st.session_state[field_key("digits")] = list(fresh.digits)
    st.session_state[field_key("clusters")] = fresh.clusters
    fit_image_size()


def fit_image_size() -> None:
    """The image size that data set and network suggest together; in a callback."""
    state = st.session_state
    size = dataset_info(state[field_key("dataset")]).image_size
    # of a control that was not drawn nothing is known
    network = NETWORKS[state.get(field_key("architecture"), Setting().architecture)]
    step = network.multiple_of
    state[field_key("image_size")] = network.image_size or -(-size // step) * step


def digits(name: str) -> Sequence[int]:
    """Draw the classes of a data set; those that are chosen."""
    key, names = field_key("digits"), dataset_info(name).class_names
    classes = list(range(len(names))) if name in DATASETS else _own_classes(name)
    chosen = [d for d in st.session_state[key] if d in classes]
    if chosen != st.session_state[key]:
        st.session_state[key] = chosen
    if dataset_info(name).noun == "digit":
        return _pills(FIELDS["digits"].label, classes, names, key)
    with st.popover(f"{len(chosen)} of {len(classes)} classes", width="content", key="classes"):
        return _pills("Classes", classes, names, key)


def _pills(label: str, classes: list[int], names: Sequence[str], key: str) -> Sequence[int]:
    """A button for each class."""
    found = st.pills(label, classes, selection_mode="multi", format_func=lambda d: names[d],
                     key=key, help=FIELDS["digits"].help, width="content")  # fmt: skip
    return found or ()


def _own_classes(name: str) -> list[int]:
    from core.data.splits import npz_classes

    try:
        return list(npz_classes(name))
    except UserError:  # they are gone; what was trained on them is there all the same
        return list(st.session_state[field_key("digits")])
