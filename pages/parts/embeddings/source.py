"""Which embedding is looked at: an example, or one that this visitor brought.

What is brought stays in the visitor's session and ends with it: nothing of it is written to the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import streamlit as st

from core.data.own.embeddings import FORMS
from core.jobs import tasks
from core.runs.embedding import MOST_DIMENSIONS, MOST_POINTS, Embedding
from core.runs.examples import EXAMPLES, example
from core.setting.errors import UserError
from pages.parts.shared import address, services
from pages.parts.shared.wording import plain

MOST_BYTES = 100_000_000  # unpacked, of what a visitor uploads
MOST_KEPT = 3  # brought in one session; the oldest goes
KEY = "embedding"
_BROUGHT, _SEEN = "embeddings_brought", "embedding_files"


def chosen() -> Embedding:
    """Draw the choice and the place for files; the embedding that is looked at."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    choice = row.container(width=320)
    with row.popover("Bring your own", icon=":material/upload_file:", width="content"):
        _bring()
    own = brought()
    options = [*EXAMPLES, *own]
    said = address.taken("embedding_of_link", [KEY])
    if said and said.get(KEY) not in (None, *options):
        address.problem(
            f"the embedding {said[KEY]!r} is not here: what somebody brings ends with their visit"
        )
    with choice:
        key = st.selectbox(
            "Embedding", options, format_func=_label,
            key=address.choice(KEY, options, options[0], _label), label_visibility="collapsed",
        )  # fmt: skip
    if key in own:
        return own[key]
    st.caption(EXAMPLES[key].about)
    return _example(key)


def brought() -> dict[str, Embedding]:
    """What this visitor brought, by title."""
    found: dict[str, Embedding] = st.session_state.setdefault(_BROUGHT, {})
    return found


@st.cache_resource(max_entries=len(EXAMPLES), show_spinner="Making the example …")
def _example(key: str) -> Embedding:
    return example(key)


def _label(key: str) -> str:
    return EXAMPLES[key].label if key in EXAMPLES else key


def _bring() -> None:
    """A place for files, and what was understood of them."""
    st.caption(
        f"Points (n, d) as {FORMS}. At most {st.get_option('server.maxUploadSize')} MB, "
        f"{MOST_POINTS:,} points, {MOST_DIMENSIONS:,} dimensions. Labels, names and images are optional."
    )
    uploads = st.file_uploader("Files of one embedding", accept_multiple_files=True,
                               label_visibility="collapsed", key="embedding_uploads")  # fmt: skip
    ids = tuple(upload.file_id for upload in uploads)
    if uploads and st.session_state.get(_SEEN, ((), ""))[0] != ids:
        problem = _read({upload.name: upload.getvalue() for upload in uploads})
        st.session_state[_SEEN] = ids, problem
    if uploads and (problem := st.session_state[_SEEN][1]):
        st.error(plain(problem), icon=":material/error:")
    st.caption(
        "What you bring stays in this visit: it is not stored, and no other visitor sees it. A link to "
        "this page does not carry it."
    )


def _read(files: Mapping[str, bytes]) -> str:
    """Keep the embedding of some files and choose it; what is wrong with them, or nothing."""
    try:
        with st.spinner("Reading …"):
            stem = PurePath(min(files, key=_about)).stem
            new = services.workers().call(tasks.read_embedding, files, MOST_BYTES, stem)
    except UserError as error:
        return str(error)
    own = brought()
    title = new.title
    if title in EXAMPLES:
        title = f"{title} (brought)"
    own.pop(title, None)
    own[title] = new.called(title)
    for old in list(own)[:-MOST_KEPT]:
        del own[old]
    st.session_state[KEY] = title
    return ""


def _about(name: str) -> bool:
    """Whether a file of this name says what the points are: it comes after that of the points."""
    return "meta" in name.lower() or "label" in name.lower()
