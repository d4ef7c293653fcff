"""The Compare page in a real browser: a click in a chart picks results; the address holds it all."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

COMPLETE = "[data-testid=stApp][data-test-script-state=notRunning]"
DOTS = ".js-plotly-plot .scatterlayer .trace >> nth=0 >> .point"


def test_a_click_in_a_chart_picks_a_result_and_the_address_keeps_it(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/Compare")
    expect(page.locator(DOTS).first).to_be_visible()
    expect(page.locator("[data-testid=stDataFrame] canvas").last).to_be_visible()
    page.locator(DOTS).last.click(force=True)
    expect(page.get_by_text("Selected: 1 result")).to_be_visible()
    expect(page).to_have_url(re.compile("picked="))
    page.reload()
    expect(page.get_by_text("Selected: 1 result")).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Nothing is selected")).to_be_visible()
    expect(page).not_to_have_url(re.compile("picked="))


def test_filters_and_pictures_are_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/Compare")
    expect(page.locator(DOTS).first).to_be_visible()
    page.get_by_text("Weights are here").click()
    page.get_by_role("radio", name="Heat map").click()
    expect(page.get_by_text("Click a cell to see its results")).to_be_visible()
    expect(page).to_have_url(re.compile("view=heat"))
    assert "with_run=true" in page.url
    page.locator(COMPLETE).wait_for()  # a page being put together has parts of the last one, too
    page.get_by_text("Link to this comparison").click()
    link = page.locator("code", has_text=re.compile(r"/Compare/?\?")).first
    expect(link).to_contain_text("with_run=true")
    expect(link).to_contain_text("view=heat")
    page.goto(link.inner_text())
    expect(page.get_by_text("Click a cell to see its results")).to_be_visible()
    assert page.get_by_role("switch", name="Weights are here").is_checked()


def test_five_questions_are_answered_two_clicks_from_the_first_page(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.get_by_role("link", name="Compare", exact=True).first.click()
    finding, chart = page.locator(".st-key-finding"), page.locator(".js-plotly-plot").first
    expect(finding).to_contain_text(
        "MNIST, even digits, 3-D, 10 seeds: Self-labelling has the highest"
    )
    expect(chart).to_be_visible()
    page.get_by_role("button", name="Does the dimension matter?").click()
    expect(finding).to_contain_text("10-D against 3-D")
    expect(chart).to_be_visible()
    page.get_by_role("button", name="Is Tight better, and what does it cost?").click()
    expect(finding).to_contain_text("ACC +0.310")
    expect(finding).to_contain_text("1.46 times (+46 %)")
    expect(chart).to_be_visible()
    page.get_by_role("button", name="Two spaces side by side").click()
    expect(finding).to_contain_text("Tight 0.813")
    views = page.locator(".js-plotly-plot .gl-container canvas")
    expect(views.nth(1)).to_be_visible()
    expect(page.get_by_text("the same images")).to_be_visible()
    expect(page).to_have_url(re.compile("view=beside"))


def test_ticking_a_row_does_not_move_the_table(page: Page, address: str) -> None:
    page.goto(f"{address}/Compare?where_study=headline")
    table = page.locator("[data-testid=stDataFrame]", has=page.locator("canvas")).last
    table.scroll_into_view_if_needed()
    expect(page.get_by_text("Nothing is selected")).to_be_visible()
    page.locator(COMPLETE).wait_for()
    page.wait_for_timeout(1000)
    before = table.bounding_box()
    assert before is not None
    page.mouse.click(before["x"] + 18, before["y"] + 52)  # the box of the first row
    expect(page.get_by_text("Selected: 1 result")).to_be_visible()
    page.locator(COMPLETE).wait_for()
    tables = page.locator("[data-testid=stDataFrame]", has=page.locator("canvas"))
    after = tables.nth(tables.count() - 2).bounding_box()  # below it are the selected results now
    assert after is not None
    assert abs(after["y"] - before["y"]) < 30
