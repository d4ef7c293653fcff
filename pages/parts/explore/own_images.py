"""The visitor's own images: read, shown as they were understood, and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.figures.images import montage
from core.jobs import tasks
from core.jobs.limits import limit
from core.setting.errors import UserError
from core.setting.setting import Setting, dataset_info
from pages.parts.explore.widgets import seed_widgets
from pages.parts.shared import services
from pages.parts.shared.wording import plain

if TYPE_CHECKING:
    from core.data.own.preview import Preview
    from core.data.own.understand import Options

MOST_BYTES = 100_000_000  # unpacked, of what a visitor uploads
_RECENT_SECONDS = 3600.0  # for which what a visitor has added is not dropped for another's
_ROUND = "own_round"  # of this session: how often images were taken, which empties the place
_SEEN = "own_preview"  # of this session: what the last preview was made of, and the preview
_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 16.0), (0.0, 255.0), (0.0, 65535.0))


def own_images() -> None:
    """A place for files, and what they hold."""
    st.caption(
        "A zip of PNG or JPEG pictures (a folder for each class), `.npz` or `.npy` of numpy, IDX files "
        "as MNIST has them, a CSV table, `.mat` or `.safetensors`. Labels are optional. At most "
        f"{st.get_option('server.maxUploadSize')} MB a file."
    )
    uploads = st.file_uploader(
        "Your images",
        accept_multiple_files=True,
        label_visibility="collapsed",
        key=f"own_files_{st.session_state.get(_ROUND, 0)}",
    )
    if uploads:
        files = {upload.name: upload.getvalue() for upload in uploads}
        _look(files, tuple(upload.file_id for upload in uploads))
    if problem := st.session_state.pop("upload_problem", ""):
        st.error(plain(problem))
    if taken := st.session_state.pop("own_taken", ""):
        st.success(f"{plain(taken)} is chosen as the data set.", icon=":material/check:")
    st.caption(
        "What you use is kept on this server, and whoever opens a run that was trained on it sees its "
        "images: the Runs page lists these runs for every visitor."
    )


def _look(files: Mapping[str, bytes], ids: tuple[str, ...]) -> None:
    """What was understood, with what can be said about it, and the button that keeps it."""
    from core.data.own.understand import Options

    state = st.session_state
    if state.get("own_ids") != ids:  # other files: nothing is said about them yet
        state.own_ids, state.own_ground, state.own_values = ids, None, None
    how = Options(ground=state.own_ground or "auto", values=state.own_values)
    preview = _preview(files, ids, how)
    if isinstance(preview, UserError):
        st.error(plain(str(preview)), icon=":material/error:")
        if (low := getattr(preview, "low", None)) is not None:
            _ask_values([(low, preview.high), *_RANGES])  # type: ignore[attr-defined]
        return
    pictures = preview.pictures / 255.0
    says = f"{len(pictures)} of the {preview.count:,} images, as they would be kept"
    st.image(montage(pictures, columns=8), width="stretch", caption=says, alt=says)
    for doubt in preview.doubts:
        st.warning(plain(doubt), icon=":material/help:")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in preview.sentences()))
    state.own_light = preview.turned
    st.toggle("Light ground", key="own_light", on_change=_say_ground,
              help="The files have dark ink on light ground: light and dark are exchanged.")  # fmt: skip
    if preview.values_doubted or state.own_values:
        _ask_values(list(_RANGES))
    name = st.text_input("Name", placeholder="as the file", max_chars=60, key="own_name")
    st.button("Use these images", type="primary", on_click=_take, args=(files, how, name),
              key="use_images")  # fmt: skip


def _say_ground() -> None:
    st.session_state.own_ground = "light" if st.session_state.own_light else "dark"


def _ask_values(ranges: list[tuple[float, float]]) -> None:
    """Which values are black and white."""
    chosen = st.session_state.own_values
    if chosen and chosen not in ranges:
        ranges.insert(0, chosen)
    st.selectbox(
        "Black and white are",
        ranges,
        index=ranges.index(chosen) if chosen else None,
        format_func=lambda pair: f"{pair[0]:g} and {pair[1]:g}",
        placeholder="choose …",
        key="own_range",
        on_change=_say_values,
    )


def _say_values() -> None:
    st.session_state.own_values = st.session_state.own_range


def _preview(files: Mapping[str, bytes], ids: tuple[str, ...], how: Options) -> Preview | UserError:
    """The preview of these files, remembered until others come; or why there is none."""
    seen: tuple[Any, Preview | UserError] | None = st.session_state.get(_SEEN)
    if seen is not None and seen[0] == (ids, how):
        return seen[1]
    found: Preview | UserError
    try:
        with st.spinner("Reading …"):
            found = services.workers().call(tasks.preview, files, how, MOST_BYTES)
    except UserError as error:
        found = error
    st.session_state[_SEEN] = (ids, how), found
    return found


def _take(files: Mapping[str, bytes], how: Options, name: str) -> None:
    """Keep the images and go to them, in a callback."""
    from core.data.own.store import recent

    try:
        training = {job.setting.dataset for job in services.queue().active()}
        in_use = services.store().own_images() | training | recent(_RECENT_SECONDS)
        room = limit("OWN_IMAGES_MB") * 1e6
        text = services.workers().call(
            tasks.keep_images, files, how, MOST_BYTES, in_use, name, room
        )
        setting = Setting.from_text(text)
        seed_widgets(setting)
        st.session_state["own_taken"] = dataset_info(setting.dataset).label
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    except UserError as error:
        st.session_state["upload_problem"] = str(error)
