"""The controls of a Setting. They, the URL and the Setting always say the same.

A widget per field, made from the field's `FieldInfo`. The URL is read when it differs from what was
last written there (a shared link, the browser's back button), and written when the widgets change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.data.own_images import add_npz
from core.data.sources import DataError
from core.data.splits import npz_classes, own_fields
from core.setting.recipes import RECIPES
from core.setting.setting import (
    DATASETS,
    FIELDS,
    MAX_TERMS,
    REGULARIZERS,
    FieldInfo,
    Parameter,
    Setting,
    SettingError,
    Term,
    dataset_info,
    schedule_of,
)
from pages.parts.shared import loaders
from pages.parts.shared.frame import remembered
from pages.parts.shared.wording import plain

WRITTEN = "url_written"  # the Setting's part of the URL as this page left it
NOTICE = "url_notice"
SHORT_FORMULA = 80  # characters of LaTeX that fit the sidebar
IN_SIGHT = 4  # parameters of a term


def _key(name: str) -> str:
    return f"field_{name}"


def _parameter_key(term: str, name: str) -> str:
    return f"parameter_{term}_{name}"


def seed_widgets(setting: Setting) -> None:
    """Make the widgets show this Setting; call before they are drawn, or in a callback."""
    state = st.session_state
    for field in dataclasses.fields(Setting):
        state[_key(field.name)] = getattr(setting, field.name)
    state[_key("digits")] = list(setting.digits)
    state[_key("regularizer")] = [term.name for term in setting.regularizer]
    for term in setting.regularizer:
        for name, value in term.full_params().items():
            state[_parameter_key(term.name, name)] = value


def _read_url() -> None:
    """Seed the widgets from the URL if it is new, else from what this visitor saw last."""
    url = {k: v for k, v in st.query_params.to_dict().items() if k in FIELDS}
    if url and url != st.session_state.get(WRITTEN):
        st.session_state[WRITTEN] = url
        st.session_state[NOTICE] = ""
        try:
            seed_widgets(Setting.from_text(url))
        except SettingError as error:
            st.session_state[NOTICE] = (
                f"The link can't be followed: {error}. The default setting is shown instead."
            )
            seed_widgets(Setting())
    elif any(_key(name) not in st.session_state for name in FIELDS):
        seed_widgets(remembered() or Setting())


def setting_controls() -> Setting | None:
    """Draw the controls in the sidebar; the Setting, or None (and a sentence) when it can't be."""
    _read_url()
    with st.sidebar:
        if notice := st.session_state.get(NOTICE):
            st.warning(plain(notice))
        st.selectbox(
            "Start from",
            list(RECIPES),
            index=None,
            format_func=lambda name: RECIPES[name].label,
            placeholder="a recipe …",
            key="recipe",
            on_change=_take_recipe,
            help="Sets every control below to a named setting, and how its clusters are found.",
        )
        values = _fields()
        try:
            setting = Setting(**values)
        except SettingError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return None
    text = setting.to_text()
    if any(st.query_params.get(name) != value for name, value in text.items()):
        st.session_state[WRITTEN] = text
        st.query_params.update(text)  # all fields of a Setting; other parameters stay
        st.session_state[NOTICE] = ""
    st.session_state["setting"] = setting
    return setting


def take_recipe(name: str) -> None:
    """Set every control to a recipe; before any of them is drawn, so in a callback."""
    seed_widgets(RECIPES[name].setting)
    st.session_state["clustering"] = RECIPES[name].clustering


def _take_recipe() -> None:
    if name := st.session_state.recipe:
        take_recipe(name)
        st.session_state.recipe = None


def _fields() -> dict[str, Any]:
    """A widget per field, the main ones first; their values by field name."""
    values: dict[str, Any] = {"dataset": _dataset()}
    data = dataset_info(values["dataset"])
    values["latent_dim"] = _number("latent_dim", slider=True)
    values["digits"] = tuple(_digits(values["dataset"], data.class_names))
    values["regularizer"] = _regularizer()
    left, right = st.columns(2)
    with left:
        values["epochs"] = _number("epochs")
    with right:
        values["seed"] = _number("seed")
    with st.expander("Network and optimizer"):
        for name, info in FIELDS.items():
            if info.advanced:
                values[name] = _choice(name, info) if info.choices else _number(name)
    return values


def _dataset() -> str:
    current = st.session_state[_key("dataset")]
    names = list(DATASETS) + ([current] if current not in DATASETS else [])
    name = st.selectbox(
        FIELDS["dataset"].label,
        names,
        format_func=lambda n: dataset_info(n).label,
        key=_key("dataset"),
        help=FIELDS["dataset"].help,
        on_change=_fit_to_dataset,
    )
    with st.expander("Your own images"):
        st.caption(
            "An .npz file with `images` (n, h, w) and, if you have them, `labels` (n,). "
            "At most 50 MB. It is kept on this server, and whoever opens a run that was trained on it "
            "sees its images: the Runs page lists these runs for every visitor."
        )
        upload = st.file_uploader("Images as .npz", type="npz", label_visibility="collapsed")
        if upload is not None:
            st.button("Use these images", on_click=_take_upload, args=(upload.getvalue(),))
        if problem := st.session_state.pop("upload_problem", ""):
            st.error(plain(problem))
    return str(name)


def _take_upload(content: bytes) -> None:
    try:
        training = {job.setting.dataset for job in loaders.queue().active()}
        name = add_npz(content, keep=loaders.store().own_images() | training)
        seed_widgets(Setting.from_text(own_fields(name)))
    except (DataError, SettingError) as error:
        st.session_state["upload_problem"] = str(error)


def _fit_to_dataset() -> None:
    """Classes and image size that the newly chosen data set suggests."""
    fresh = Setting(dataset=st.session_state[_key("dataset")])
    st.session_state[_key("digits")] = list(fresh.digits)
    _fit_image_size()


def _fit_image_size() -> None:
    """The image size that data set and network suggest together."""
    state = st.session_state
    size = dataset_info(state[_key("dataset")]).image_size
    # of a control that was not drawn nothing is known
    post = state.get(_key("architecture")) == "post"
    state[_key("image_size")] = 14 if post else size


def _digits(dataset: str, names: Sequence[str]) -> Sequence[int]:
    classes = list(range(len(names)))
    if dataset not in DATASETS:
        try:
            classes = list(npz_classes(dataset))
        except DataError:  # they are gone; what was trained on them is there all the same
            classes = list(st.session_state[_key("digits")])
    chosen = [d for d in st.session_state[_key("digits")] if d in classes]
    if chosen != st.session_state[_key("digits")]:
        st.session_state[_key("digits")] = chosen
    return (
        st.pills(
            FIELDS["digits"].label,
            classes,
            selection_mode="multi",
            format_func=lambda d: names[d],
            key=_key("digits"),
            help=FIELDS["digits"].help,
        )
        or ()
    )


def _regularizer() -> tuple[Term, ...]:
    """Which terms, and exactly their parameters."""
    chosen = st.multiselect(
        FIELDS["regularizer"].label,
        [name for name in REGULARIZERS if name != "none"],
        format_func=lambda name: REGULARIZERS[name].label,
        max_selections=MAX_TERMS,
        placeholder="none",
        key=_key("regularizer"),
        help=FIELDS["regularizer"].help,
    )
    terms = []
    for name in chosen:
        info = REGULARIZERS[name]
        with st.container(border=True):
            st.caption(f"**{info.label}**: {info.meaning}")
            if len(info.formula) <= SHORT_FORMULA:
                st.latex(info.formula)
            else:
                st.caption("Its formula, too long for here, is on the Method page.")
            own = list(info.parameters.items())
            params = tuple((p, _parameter(name, p, spec)) for p, spec in own[:IN_SIGHT])
            if len(own) > IN_SIGHT:
                with st.expander("More parameters"):
                    params += tuple((p, _parameter(name, p, spec)) for p, spec in own[IN_SIGHT:])
            with st.expander("When it acts"):
                params += tuple(
                    (p, _parameter(name, p, spec)) for p, spec in schedule_of(name).items()
                )
        terms.append(Term(name, params))
    return tuple(terms)


def _parameter(term: str, name: str, spec: Parameter) -> Any:
    key = _parameter_key(term, name)
    st.session_state.setdefault(key, spec.default)
    label = spec.label or name.replace("_", " ").capitalize()
    if spec.choices:
        return st.selectbox(label, spec.choices, key=key, help=spec.help)
    default = spec.default
    if isinstance(default, int):
        return st.number_input(label, int(spec.minimum), int(spec.maximum), key=key, help=spec.help)
    default = float(default)
    return st.number_input(
        label,
        min_value=float(spec.minimum),
        max_value=float(spec.maximum),
        step=abs(default) / 2 or 0.1,
        format="%.4g",
        key=key,
        help=spec.help,
    )


def _number(name: str, *, slider: bool = False) -> Any:
    info = FIELDS[name]
    if slider:
        return st.slider(
            info.label, int(info.minimum), int(info.maximum), key=_key(name), help=info.help
        )
    whole = isinstance(st.session_state[_key(name)], int)
    kind = int if whole else float
    return st.number_input(
        info.label,
        min_value=kind(info.minimum),
        max_value=kind(info.maximum),
        step=1 if whole else 1e-3,
        format=None if whole else "%.6g",
        key=_key(name),
        help=info.help,
    )


def _choice(name: str, info: FieldInfo) -> Any:
    return st.selectbox(
        info.label,
        info.choices,
        key=_key(name),
        help=info.help,
        on_change=_fit_image_size if name == "architecture" else None,
    )
