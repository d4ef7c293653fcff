"""Questions that people come with, answered from the first page in two clicks.

The fifth, two spaces side by side, is in `test_compare_browser.py`.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect


def to_compare(page: Page, address: str) -> None:
    """Open the app at its bare address, and go to Compare: the first click."""
    page.goto(address)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("heading", name="Compare", level=1).wait_for()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        pytest.param(
            "", r"Self-labelling has the highest label silhouette", id="which regularizer"
        ),
        pytest.param("Does the dimension matter?", r"(2|10)-D against 3-D", id="the dimension"),
        pytest.param(
            "Is Tight better, and what does it cost?", r"Tight.*against", id="how much better"
        ),
        pytest.param(
            "Is Tight better, and what does it cost?", r"It costs.*times", id="what it costs"
        ),
    ],
)
def test_a_question_is_answered_in_words(
    tab: Page, address: str, question: str, answer: str
) -> None:
    to_compare(tab, address)
    if question:
        tab.get_by_role("button", name=question).click()  # the second click
    expect(tab.locator(".st-key-finding")).to_contain_text(re.compile(answer))
    expect(tab.locator(".js-plotly-plot").first).to_be_visible()  # and in a picture
