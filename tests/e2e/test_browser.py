"""A real browser opens the app, sees the plot, trains a tiny Setting, reloads, finds it stored."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from core.runs.store import Store
from core.setting.setting import Setting
from tests.e2e.conftest import small_run

TINY = Setting(dataset="digits", digits=(0, 1, 2), latent_dim=2, epochs=3, seed=7)


def _query(setting: Setting) -> str:
    return urlencode(setting.to_text())


def test_first_view_is_a_shipped_run(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("held-out images; 5 clusters")).to_be_visible(timeout=60_000)
    assert "latent_dim=3" in page.url


def test_train_then_reload_finds_it(page: Page, address: str) -> None:
    page.goto(f"{address}/?{_query(TINY)}")
    page.get_by_role("button", name="Train", exact=False).first.click()
    expect(page.get_by_text("3 clusters found in latent space")).to_be_visible(timeout=90_000)
    page.reload()
    expect(page.get_by_text("3 clusters found in latent space")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("has not been trained yet")).to_have_count(0)


def test_how_clusters_are_found_is_in_the_address_and_stays(
    page: Page, address: str, app_store: Store
) -> None:
    run = small_run(app_store, 2)
    page.goto(f"{address}/?{_query(run.setting)}")

    def shows_four_of_a_mixture() -> None:
        expect(page.get_by_text("4 clusters found in latent space")).to_be_visible()
        for part in ("clustering=Gaussian", "clusters_3=4", "seed=5", "latent_dim=2"):
            expect(page).to_have_url(re.compile(part))

    page.get_by_role("combobox", name="Clusters found by").click()
    page.get_by_role("option", name="Gaussian mixture", exact=True).click()
    page.get_by_label("Clusters", exact=True).fill("4")
    page.get_by_label("Clusters", exact=True).press("Enter")
    shows_four_of_a_mixture()
    page.reload()
    shows_four_of_a_mixture()
    page.get_by_role("link", name="Method").click()
    expect(page.get_by_text("Clustering methods")).to_be_visible()
    page.get_by_role("link", name="Explore").click()
    shows_four_of_a_mixture()
    for seed in ("6", "5"):  # another Setting, not trained, and back
        page.get_by_label("Seed", exact=True).fill(seed)
        page.get_by_label("Seed", exact=True).press("Enter")
        expect(page).to_have_url(re.compile(f"seed={seed}"))
    shows_four_of_a_mixture()


def test_nonsense_in_the_url_is_a_sentence(page: Page, address: str) -> None:
    page.goto(f"{address}/?latent_dim=banana")
    expect(page.get_by_text("latent_dim must be a whole number from 1 to 64")).to_be_visible(
        timeout=60_000
    )
