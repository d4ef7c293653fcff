"""Images that are not here yet: what they weigh, a button that downloads them, and how that goes."""

from __future__ import annotations

import streamlit as st

from core.setting.datasets import DATASETS
from pages.parts.shared import services
from pages.parts.shared.sentences import fragment
from pages.parts.shared.wording import plain


def is_missing(dataset: str) -> bool:
    """Whether a data set of the catalogue must be downloaded first."""
    from core.data.present import is_local

    return dataset in DATASETS and not is_local(dataset)


def offer(dataset: str) -> None:
    """Draw the button, or the progress of a download that goes on. Nothing is downloaded unasked."""
    info, job = DATASETS[dataset], services.downloads().find(dataset)
    if job is not None and job.active:
        _progress(dataset)
        return
    st.markdown(
        f"The images of {info.label} are not here yet: {info.megabytes} MB to download, once."
    )
    if job is not None and job.state == "failed":
        st.error(plain(job.error), icon=":material/error:")
    elif job is not None and job.state == "cancelled":
        st.info("The download was cancelled.", icon=":material/cancel:")
    st.button(f"Download {info.label}, {info.megabytes} MB", icon=":material/download:", key="download",
              on_click=_start, args=(dataset,))  # fmt: skip


def _start(dataset: str) -> None:
    services.downloads().start(dataset)


@fragment(run_every=0.5)
def _progress(dataset: str) -> None:
    """Redrawn twice a second; the download goes on when nobody looks."""
    job = services.downloads().find(dataset)
    if job is None or not job.active:
        st.rerun()
    came = f"{job.bytes / 1e6:.1f} of about {job.megabytes} MB"
    st.progress(job.fraction, text=f"Downloading {DATASETS[dataset].label}: {came}")
    st.button("Cancel", icon=":material/stop:", on_click=job.cancel, key="cancel_download")
