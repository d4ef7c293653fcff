"""The Compare page in a real browser: a click in a chart picks results; the address holds it all."""

from __future__ import annotations

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
    assert "picked=" in page.url
    page.reload()
    expect(page.get_by_text("Selected: 1 result")).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Selected: 1 result")).to_have_count(0)
    assert "picked=" not in page.url


def test_filters_and_pictures_are_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/Compare")
    expect(page.locator(DOTS).first).to_be_visible()
    page.get_by_text("Weights are here").click()
    page.get_by_role("radio", name="Heat map").click()
    expect(page.get_by_text("Click a cell to see its results")).to_be_visible()
    assert "with_run=true" in page.url
    assert "view=Heat" in page.url
    page.locator(COMPLETE).wait_for()  # a page being put together has parts of the last one, too
    page.get_by_text("Link to this comparison").click()
    link = page.locator("code", has_text="/Compare?").first
    expect(link).to_contain_text("with_run=true")
    expect(link).to_contain_text("view=Heat")
    page.goto(link.inner_text())
    expect(page.get_by_text("Click a cell to see its results")).to_be_visible()
    assert page.get_by_role("switch", name="Weights are here").is_checked()


def test_latent_spaces_side_by_side_are_drawn(page: Page, address: str) -> None:
    page.goto(f"{address}/Compare?view=Side+by+side&with_run=true&where_architecture=mlp")
    expect(page.locator(".js-plotly-plot .gl-container canvas").nth(1)).to_be_visible()
    expect(page.get_by_text("the same images")).to_be_visible()
