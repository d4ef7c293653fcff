"""A real browser opens the app, sees the plot, trains a tiny Setting, reloads, finds it stored."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, expect

from core.runs.store import Store
from core.setting.setting import Setting
from tests.e2e.conftest import small_run

TINY = Setting(dataset="digits", digits=(0, 1, 2), latent_dim=2, epochs=3, seed=7)


def _query(setting: Setting) -> str:
    return urlencode(setting.to_text())


def _show(page: Page) -> None:
    expect(page.get_by_text("3 clusters found in latent space")).to_be_visible(timeout=90_000)


def test_first_view_is_the_question_and_leads_to_a_shipped_run(page: Page, address: str) -> None:
    page.goto(address)
    question = page.get_by_role("heading", level=1, name="Do equal digits gather by themselves")
    expect(question).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    assert not urlsplit(page.url).query
    assert page.locator(".stMain").evaluate("main => main.scrollTop") == 0
    page.get_by_role("button", name="Explore this one").first.click()
    expect(page.get_by_text("held-out images; 5 clusters")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Plain · MNIST, even digits · 3-D")
    expect(page).to_have_url(re.compile(r"\?digits=0%2C2%2C4%2C6%2C8$"))
    page.go_back()
    expect(question).to_be_visible()


def test_train_then_reload_finds_it(page: Page, address: str) -> None:
    page.goto(f"{address}/?{_query(TINY)}")
    page.get_by_role("button", name="Train 3 epochs").click()
    _show(page)
    page.reload()
    _show(page)
    expect(page.get_by_text("has not been trained here yet")).to_have_count(0)


def test_how_clusters_are_found_is_in_the_address_and_stays(
    page: Page, address: str, app_store: Store
) -> None:
    run = small_run(app_store, 2)
    page.goto(f"{address}/?{_query(run.setting)}")

    def shows_four_of_a_mixture() -> None:
        expect(page.get_by_text("4 clusters found in latent space")).to_be_visible()
        button = page.get_by_role("button", name="Clusters: Gaussian mixture, 4")
        expect(button).to_be_visible()
        for part in ("clustering=gmm", "clusters_3=4", "seed=5", "latent_dim=2"):
            expect(page).to_have_url(re.compile(part))

    page.get_by_role("button", name="Clusters: k-means, 3").click()
    page.get_by_role("combobox", name="Clusters found by").click()
    page.get_by_role("option", name="Gaussian mixture", exact=True).click()
    expect(page).to_have_url(re.compile("clustering=gmm"))
    page.get_by_label("Clusters", exact=True).fill("4")
    page.get_by_label("Clusters", exact=True).press("Enter")
    shows_four_of_a_mixture()
    page.reload()
    shows_four_of_a_mixture()
    page.get_by_role("link", name="Method", exact=True).click()
    expect(page.get_by_role("heading", name="Clustering methods")).to_be_visible()
    page.get_by_role("link", name="Explore", exact=True).click()
    shows_four_of_a_mixture()
    page.get_by_role("button", name="More", exact=True).click()
    for seed in ("6", "5"):  # another Setting, not trained, and back
        page.get_by_label("Seed", exact=True).fill(seed)
        page.get_by_label("Seed", exact=True).press("Enter")
        expect(page).to_have_url(re.compile(f"seed={seed}"))
    shows_four_of_a_mixture()


def test_nonsense_in_the_url_is_a_sentence(page: Page, address: str) -> None:
    page.goto(f"{address}/?latent_dim=banana&seed=3")
    expect(page.get_by_text("latent_dim must be a whole number from 1 to 64")).to_be_visible()
    expect(page).to_have_url(re.compile("seed=3"))
    assert "banana" not in page.url
