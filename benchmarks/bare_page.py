"""What pages are held against: a Streamlit app with one chart, run by `streamlit run`.

/           one plotly 3-D scatter of the points that the first page draws in two
/?table     one plotly chart of 1,000 points, and a table of as many rows as Compare's
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import safetensors.numpy
import streamlit as st

from core.setting.paths import CHECKPOINTS
from core.setting.recipes import RECIPES

st.set_page_config(layout="wide")
st.title("Latent space")
if "table" in st.query_params:
    rng = np.random.default_rng(0)
    st.plotly_chart(go.Figure(go.Scatter(x=rng.normal(size=1_000), y=np.arange(1_000) % 20,
                                         mode="markers")))  # fmt: skip
    st.dataframe(pd.DataFrame(rng.normal(size=(200, 12))))
else:
    arrays = [
        safetensors.numpy.load_file(
            CHECKPOINTS / RECIPES[name].setting.name / "latents.safetensors"
        )
        for name in ("plain", "tight")
    ]
    points = np.concatenate([found["latents"] for found in arrays])
    digits = np.concatenate([found["labels"] for found in arrays])
    x, y, z = points.T
    st.plotly_chart(go.Figure(go.Scatter3d(x=x, y=y, z=z, mode="markers",
                                           marker={"size": 2, "color": digits})))  # fmt: skip
