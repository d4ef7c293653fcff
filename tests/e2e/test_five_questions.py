"""Five questions that people come with, from the first page in a click or two, three at most."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

REST = "[data-testid=stApp][data-test-script-state=notRunning]"


def to_compare(page: Page, address: str) -> None:
    """Open the app at its bare address, and go to Compare: the first click."""
    page.goto(address)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("heading", name="Compare", level=1).wait_for()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        pytest.param("", r"Self-labelling.*highest label silhouette", id="which regularizer"),
        pytest.param("Does the dimension matter?", r"\b(2|10)-D\b|dimension", id="the dimension"),
        pytest.param("Is Tight better, and what does it cost?", r"Tight", id="better, by how much"),
        pytest.param("Is Tight better, and what does it cost?", r"times", id="what it costs"),
    ],
)
def test_a_question_is_answered_in_words(
    page: Page, address: str, question: str, answer: str
) -> None:
    import re

    to_compare(page, address)
    if question:
        page.get_by_role("button", name=question).click()  # the second click
    expect(page.get_by_text(re.compile(answer)).first).to_be_visible()
    page.locator(REST).wait_for()
    assert page.locator(".js-plotly-plot").count() >= 1  # and in a picture


def test_two_spaces_are_side_by_side(page: Page, address: str) -> None:
    to_compare(page, address)
    page.get_by_role("button", name="Two spaces side by side").click()
    views = page.locator(".js-plotly-plot .gl-container")
    expect(views.nth(1)).to_be_visible()
    left, right = views.nth(0).bounding_box(), views.nth(1).bounding_box()
    assert left
    assert right
    assert right["x"] >= left["x"] + left["width"]  # beside, not below
    assert abs(right["y"] - left["y"]) < 40
