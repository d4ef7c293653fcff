"""Method: what was found, how, and what each word means, with points to move and formulas to open."""

from __future__ import annotations

import streamlit as st

from pages.parts.method import texts
from pages.parts.method.answers import answers
from pages.parts.method.playground import playground
from pages.parts.method.regularizers import regularizers
from pages.parts.shared import frame

with frame.page("Method"):
    st.title("Method", anchor=False)
    texts.question()
    answers()
    texts.steps()
    st.header("Scores", anchor="scores")
    playground()
    texts.definitions()
    st.header("Regularizers", anchor="regularizers")
    regularizers()
    texts.others()
