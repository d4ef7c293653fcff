"""A real browser opens the app, sees the plot, trains a tiny Setting, reloads, finds it stored."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from core.config import Setting

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


def test_nonsense_in_the_url_is_a_sentence(page: Page, address: str) -> None:
    page.goto(f"{address}/?latent_dim=banana")
    expect(page.get_by_text("latent_dim must be a whole number from 1 to 64")).to_be_visible(
        timeout=60_000
    )
