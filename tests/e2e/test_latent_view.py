"""The latent view in a real browser: the right image, a camera that stays, exact selections, replay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from core.data.splits import load
from core.figures import style
from core.figures.html import file_name
from core.runs.run import Run
from core.runs.store import Store
from tests.e2e.conftest import ROOT, small_run

VIEW = "[...latentViews.views.values()][0]"
STATE = f"{VIEW}.state"
NUMBERS = count()


def _open(page: Page, address: str, run: Run) -> None:
    page.goto(f"{address}/?{urlencode(run.setting.to_text())}")
    _settle(page)


Opened = Callable[[int], Page]


@pytest.fixture(scope="module")
def opened(context: BrowserContext, address: str, app_store: Store) -> Iterator[Opened]:
    """The page of the small Run of so many dimensions, read once for tests that leave it as it was."""
    pages: dict[int, Page] = {}

    def page_of(dims: int) -> Page:
        if dims not in pages:
            pages[dims] = context.new_page()
            _open(pages[dims], address, small_run(app_store, dims))
        pages[dims].bring_to_front()  # others draw once a second
        pages[dims].mouse.move(0, 0)
        return pages[dims]

    yield page_of
    for page in pages.values():
        page.close()


def _soon(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something is so; a busy machine takes its time."""
    for _ in range(300):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("not within half a minute")


def _settle(page: Page) -> None:
    """Wait for the plot, the end of the page's script, and what follows the view."""
    expect(page.locator(".lv .js-plotly-plot").first).to_be_visible()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_function(
        f"() => {{ const v = {VIEW};"
        " return v.plot.isDrawn && v.state?.pieces && !v.isPending && v.state.loaded.size >= 4 }"
    )
    page.evaluate(f"{VIEW}.waiting")


def _screen(page: Page) -> np.ndarray:
    """Positions (n, 2) of the points on the page, in pixels."""
    page.locator(".lv-plot").first.scroll_into_view_if_needed()
    box = page.locator(".lv-plot").first.bounding_box()
    assert box is not None
    flat = page.evaluate(
        f"(() => {{ const v = {VIEW}; v.plot.moved(); return Array.from(v.plot.where(v.state)) }})()"
    )
    return np.array(flat).reshape(-1, 3)[:, :2] + [box["x"], box["y"]]


def _hover(page: Page, row: int) -> int:
    """Point at a row; the row that answers, which may be one in front of it."""
    x, y = _screen(page)[row]
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    expect(page.locator(".lv-card").first).to_have_attribute("data-row", re.compile(r"\d"))
    page.wait_for_timeout(150)  # its images are drawn after its words
    return int(page.locator(".lv-card").first.get_attribute("data-row") or -1)


def _pixels(page: Page, which: int, side: int) -> np.ndarray:
    """The image (side, side) on the card, 0 to 255, from the middle of each of its pixels."""
    return np.array(
        page.evaluate(
            """([which, side]) => {
              const canvas = document.querySelectorAll(".lv-card canvas")[which];
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              const at = (i) => Math.floor(((i + 0.5) * canvas.width) / side);
              return [...Array(side * side).keys()].map(
                (k) => data[4 * (at(Math.floor(k / side)) * canvas.width + at(k % side))]);
            }""",
            [which, side],
        )
    ).reshape(side, side)


def _check_card(page: Page, run: Run, row: int, first_training: int | None = None) -> int:
    """The card of a point shows its own image, reconstruction and class.

    Rows from `first_training` on are training images.
    """
    shown = answered = _hover(page, row)
    split, kind = load(run.setting).test, "held-out"
    if first_training is not None:
        training = shown >= first_training
        split = load(run.setting).train if training else split
        shown -= first_training if training else 0
        kind = "training" if training else "held-out"
    image = split.images(run.setting)[shown, 0]
    decoded = run.model()
    own = decoded.decode(decoded.encode(image[None, None]))[0, 0].detach().clamp(0, 1)
    side = run.setting.image_size
    np.testing.assert_allclose(_pixels(page, 0, side), image * 255, atol=1)
    np.testing.assert_allclose(_pixels(page, 1, side), own * 255, atol=1)
    text = page.locator(".lv-card dl").inner_text()
    assert re.search(rf"digit\s+{int(split.labels[shown])}\b", text)
    assert page.locator(".lv-card header b").first.inner_text() == f"{kind} image {shown}"
    name = f"{kind} image {shown}, {'an' if int(split.labels[shown]) == 8 else 'a'}"
    assert (page.locator(".lv-card canvas").first.get_attribute("aria-label") or "").startswith(
        name
    )
    return answered


def _choose_images(page: Page, choice: str) -> None:
    """Choose which images are drawn; the choice floats over the page until it is left."""
    page.get_by_role("button", name="Images", exact=True).click()
    page.get_by_test_id("stPopoverBody").get_by_text(choice, exact=True).click()
    page.keyboard.press("Escape")


def _colour_by(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option", name=f"Colour: {name.lower()}", exact=True).click()


def _box(page: Page, selector: str) -> dict[str, float]:
    """Where an element is: x, y, width, height."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return dict(box)


def _camera(page: Page) -> Any:
    return page.evaluate(f"{VIEW}.plot.div._fullLayout.scene._scene.getCamera()")


FRAMES = """() => new Promise((done) => {
  let left = 8;
  const next = () => (left-- ? requestAnimationFrame(next) : setTimeout(done, 200));
  next();
})"""


def _camera_at_rest(page: Page) -> dict[str, Any]:
    """The camera once it has stopped: drawn in software, it comes after the pointer by a second."""
    seen: list[dict[str, Any]] = []
    while len(seen) < 60:
        page.evaluate(FRAMES)
        seen.append(_camera(page))
        if len(seen) > 3 and seen[-1] == seen[-2] == seen[-3]:
            return seen[-1]
    raise TimeoutError("the camera goes on turning")


def _place(camera: dict[str, Any]) -> list[float]:
    """Numbers of a camera; plotly computes them anew from angles: the sixteenth digit may differ."""
    return [camera[part][axis] for part in ("eye", "center", "up") for axis in "xyz"]


def test_the_camera_stays(opened: Opened) -> None:
    page = opened(3)
    first = _camera(page)
    x, y = _screen(page).mean(axis=0)
    page.mouse.move(x, y + 150)
    page.mouse.down()
    page.mouse.move(x + 90, y + 110, steps=6)
    page.mouse.up()
    turned = _camera_at_rest(page)
    assert turned["eye"] != first["eye"]
    for text, colour in (("Cluster", "cluster"), ("Silhouette", "silhouette"), ("Digit", "digit")):
        _colour_by(page, text)
        page.wait_for_function(f"() => {STATE}.data.colour === '{colour}'")
        _settle(page)
        assert _place(_camera(page)) == pytest.approx(_place(turned), abs=1e-12)
    page.get_by_role("button", name="Clusters: k-means").click()
    clusters = page.get_by_test_id("stPopoverBody").get_by_label("Clusters", exact=True)
    clusters.fill("4")  # other data
    clusters.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_text("4 clusters found")).to_be_visible()
    _settle(page)
    assert _place(_camera(page)) == pytest.approx(_place(turned), abs=1e-12)
    page.get_by_title("Reset the view").click()
    _soon(page, lambda: _camera(page)["eye"] == pytest.approx(first["eye"]))


@pytest.mark.parametrize("dims", [2, 3])
def test_a_lasso_selects_exactly_what_is_inside(opened: Opened, dims: int) -> None:
    page = opened(dims)
    at = _screen(page)
    (x0, y0), (x1, y1) = np.quantile(at, 0.3, axis=0), np.quantile(at, 0.8, axis=0)
    corners = [(x0, y0), (x1, y0), (x0, y1)]  # a triangle
    page.get_by_title("Select by drawing around points").click()
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner)
    page.mouse.up()
    inside = (at[:, 0] > x0) & (at[:, 1] > y0)
    inside &= (at[:, 0] - x0) / (x1 - x0) + (at[:, 1] - y0) / (y1 - y0) < 1
    expected = np.flatnonzero(inside)
    assert len(expected) > 3
    expect(page.get_by_text(f"{len(expected)} selected images")).to_be_visible()
    assert page.evaluate(f"{STATE}.selection") == expected.tolist()
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.get_by_text("selected images")).to_have_count(0)


def test_a_pinned_point_opens_its_neighbours(opened: Opened, app_store: Store) -> None:
    run, page = small_run(app_store, 3), opened(3)
    row = _hover(page, 10)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text(f"Image {row}", exact=True)).to_be_visible()
    expect(page.get_by_text("10 nearest held-out images in latent space")).to_be_visible()
    latents = run.arrays["latents"].astype(np.float64)
    order = np.argsort(np.linalg.norm(latents - latents[row], axis=1), kind="stable")
    nearest = int(next(i for i in order if i != row))
    page.mouse.move(0, 0)
    page.locator(".lv-stage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lv-card")).to_have_attribute("data-row", str(nearest))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".lv-card")).to_have_attribute("data-row", str(row))
    page.keyboard.press("Escape")
    expect(page.get_by_text(f"Image {row}", exact=True)).to_have_count(0)


def test_a_kept_card_stands_beside_the_plot_and_can_be_closed(
    page: Page, address: str, app_store: Store
) -> None:
    page.set_viewport_size({"width": 1700, "height": 720})
    _open(page, address, small_run(app_store, 2))
    empty = _box(page, ".lv")
    for close in ("button", "Escape"):
        row = _hover(page, 10)
        page.mouse.down()
        page.mouse.up()
        expect(page.get_by_text(f"Image {row}", exact=True)).to_be_visible()
        plot = _box(page, ".lv-stage")
        assert _box(page, ".lv-card")["x"] >= plot["x"] + plot["width"]
        assert _box(page, ".lv")["height"] == empty["height"] <= 720 - 250
        if close == "button":
            page.get_by_role("button", name="Let go of this point").click()
        else:
            page.keyboard.press("Escape")
        expect(page.get_by_text(f"Image {row}", exact=True)).to_have_count(0)
        page.mouse.move(0, 0)
        expect(page.locator(".lv-hint").first).to_be_visible()


def test_keys_turn_zoom_and_reset(opened: Opened) -> None:
    page = opened(3)
    first = page.evaluate(f"{VIEW}.plot.camera.eye")
    page.locator(".lv-stage").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("+")

    def eye() -> dict[str, float]:
        found: dict[str, float] = page.evaluate(f"{VIEW}.plot.camera.eye")
        return found

    def turned_and_nearer() -> bool:
        now = eye()
        turned = np.arctan2(now["y"], now["x"]) - np.arctan2(first["y"], first["x"])
        nearer = np.hypot(first["x"], first["y"]) / np.hypot(now["x"], now["y"])
        return bool((turned, nearer) == pytest.approx((0.12, 1.2)))

    _soon(page, turned_and_nearer)
    page.keyboard.press("0")
    _soon(page, lambda: eye() == pytest.approx(first))


def test_another_theme_recolours_the_points(opened: Opened) -> None:
    page = opened(2)
    colours = f"{VIEW}.plot.div.data[1].marker.colorscale.map((step) => step[1])"
    assert set(page.evaluate(colours)) == set(style.CLASS_COLOURS[:3])
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {colours}.includes('{style.DARK_CLASS_COLOURS[0]}')")
    assert set(page.evaluate(colours)) == set(style.DARK_CLASS_COLOURS[:3])
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"() => {colours}.includes('{style.CLASS_COLOURS[0]}')")


def test_a_far_point_is_left_outside_until_all_are_asked_for(opened: Opened) -> None:
    page = opened(3)
    points = np.random.default_rng(0).uniform(size=(1000, 3))
    points[0] = 1000
    high = f"{VIEW}.plot.div._fullLayout.scene.xaxis.range[1]"
    with _with_points(page, points):
        expect(page.get_by_text("1 point lies outside.")).to_be_visible()
        assert page.evaluate(high) < 10
        page.get_by_role("button", name="Show all").click()
        page.wait_for_function(f"() => {high} > 1000")


def test_a_plane_is_not_to_be_turned(opened: Opened) -> None:
    page = opened(2)
    expect(page.get_by_role("button", name="Reset the view")).to_be_visible()
    expect(page.get_by_role("button", name="Turn slowly")).to_be_hidden()
    expect(page.get_by_text("Drag to move, scroll to zoom")).to_be_visible()


def test_a_saved_picture_is_named_after_its_run(opened: Opened, app_store: Store) -> None:
    run, page = small_run(app_store, 2), opened(2)
    with page.expect_download() as download:
        page.get_by_title("Save as PNG").click()
    assert download.value.suggested_filename == f"{file_name(run.name)}-digit.png"


@contextmanager
def _with_points(page: Page, points: np.ndarray) -> Iterator[None]:
    """The view has other points, as a Run that went wrong would."""

    def answer(route: Route) -> None:
        route.fulfill(body=points.astype(np.float32).tobytes())

    # what was fetched once is kept under its address
    url = f"media/made-for-a-test-{next(NUMBERS)}"
    page.route(f"**/{url}", answer)
    n, m = points.shape
    change = {
        "n": n,
        "axes": ["z1", "z2", "z3"][:m],
        "images": "test",
        "latents": "test",
        "replay": None,
        "points": {"url": url, "dtype": "float32"},
    }
    page.evaluate(
        f"""(change) => {{ const v = {VIEW}; window.before = v.state.data;
          return v.update({{...v.state.data, ...change}}).then(() => v.waiting) }}""",
        change,
    )
    yield
    page.evaluate(f"{VIEW}.update(window.before).then(() => {VIEW}.waiting)")
    page.unroute(f"**/{url}")


def test_what_can_go_wrong_is_a_sentence(page: Page, address: str, app_store: Store) -> None:
    run = small_run(app_store, 3)
    page.route("**/media/*.png", lambda route: route.abort())
    _open(page, address, run)
    _hover(page, 5)
    expect(page.get_by_text("The images of these points can't be loaded.")).to_be_visible()
    latents = run.arrays["latents"].copy()
    latents[:7, 1] = np.nan
    with _with_points(page, latents):
        expect(page.get_by_text(f"7 of {len(latents)} points are not drawn")).to_be_visible()
    page.evaluate(
        f"{VIEW}.update({{...{STATE}.data, points: null, message: 'There are no points to draw.'}})"
    )
    expect(page.get_by_text("There are no points to draw.")).to_be_visible()


def test_one_point_is_drawn(opened: Opened) -> None:
    page = opened(3)
    with _with_points(page, np.zeros((1, 3))):
        assert page.evaluate(f"{STATE}.drawn") == 1
        assert page.evaluate(f"{VIEW}.plot.div.data[1].x.length") == 1


@pytest.mark.parametrize("dims", [2, 3])
def test_collapsed_latents_are_drawn_in_shells_too(opened: Opened, dims: int) -> None:
    page = opened(dims)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    n, shells = page.evaluate(f"{STATE}.n"), page.get_by_title("Shells around")
    with _with_points(page, np.full((n, dims), 3.0)):
        shells.click()
        page.evaluate(f"{VIEW}.waiting")
        page.wait_for_timeout(300)
        axis = "scene.xaxis" if dims == 3 else "xaxis"
        low, high = page.evaluate(f"{VIEW}.plot.div._fullLayout.{axis}.range")
        assert low < 3 < high
        assert page.evaluate(f"{STATE}.drawn") == n
        assert page.evaluate(f"{VIEW}.plot.div.data.length") > 4  # more than points and rings
    shells.click()
    assert wrong == []


def test_a_plotly_without_its_internals_is_seen_and_walked_through(
    page: Page, address: str, app_store: Store
) -> None:
    own = (ROOT / "static" / "latent_view" / "plotly_internals.js").read_text(encoding="utf-8")
    other = own.replace("._fullLayout", "._namedOtherwise")
    page.route(
        "**/plotly_internals.js*",
        lambda route: route.fulfill(body=other, content_type="text/javascript"),
    )
    _open(page, address, small_run(app_store, 3))
    expect(page.get_by_text("Points can't be pointed at with this version")).to_be_visible()
    page.locator(".lv-stage").hover()
    expect(page.locator(".lv-hint").first).to_be_visible()
    page.locator(".lv-stage").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lv-card").first).to_have_attribute("data-row", re.compile(r"\d"))


def test_without_plotly_the_view_says_so(page: Page, address: str, app_store: Store) -> None:
    page.route("**/plotly-*.js*", lambda route: route.abort())
    page.goto(f"{address}/?{urlencode(small_run(app_store, 3).setting.to_text())}")
    expect(page.get_by_text("plotly.js can't be loaded from this server")).to_be_visible()


def test_a_phone_gets_the_card_below(page: Page, address: str, app_store: Store) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, address, small_run(app_store, 2))
    page.locator(".lv-plot").scroll_into_view_if_needed()
    _hover(page, 4)
    plot, card = _box(page, ".lv-plot"), _box(page, ".lv-card")
    assert card["y"] >= plot["y"] + plot["height"] - 1
    assert card["width"] <= 390


# ---------------------------------------- what leaves the page of all otherwise than it was, so last
def test_replay_ends_at_the_latents(opened: Opened, app_store: Store) -> None:
    run, page = small_run(app_store, 2), opened(2)
    replay = run.replay()
    assert replay is not None
    slider = page.get_by_label("Time in the training")

    def positions() -> np.ndarray:
        page.evaluate(f"{VIEW}.waiting")
        return np.array(page.evaluate(f"Array.from({STATE}.positions)")).reshape(-1, 2)

    def go(time: float) -> np.ndarray:
        page.evaluate(f"() => {{ window.before = {STATE}.positions.slice() }}")
        slider.evaluate("(e, v) => { e.value = v; e.dispatchEvent(new Event('input')) }", time)
        page.wait_for_function(f"() => {STATE}.positions.some((x, i) => x !== window.before[i])")
        return positions()

    np.testing.assert_allclose(go(0)[replay.rows], replay.positions[0], rtol=1e-4, atol=1e-5)
    expect(page.get_by_text("step 0 ·")).to_be_visible()
    half = (replay.positions[3] + replay.positions[4]) / 2
    np.testing.assert_allclose(go(3.5)[replay.rows], half, rtol=1e-4, atol=1e-4)
    _colour_by(page, "Cluster")  # it stays at that time
    page.wait_for_function(f"() => {STATE}.data.colour === 'cluster'")
    _settle(page)
    expect(slider).to_have_value("3.5")
    np.testing.assert_allclose(positions()[replay.rows], half, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(
        go(len(replay.steps) - 1).astype(np.float32), run.arrays["latents"]
    )
    _colour_by(page, "Digit")
    _settle(page)


@pytest.mark.parametrize("choice", ["Training", "Both"])
def test_training_images_on_request(opened: Opened, app_store: Store, choice: str) -> None:
    run, page = small_run(app_store, 2), opened(2)
    data = load(run.setting)
    first = 0 if choice == "Training" else len(data.test)
    _hover(page, 3)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text("nearest held-out images in latent space")).to_be_visible()
    _choose_images(page, choice)
    n = first + len(data.train)
    page.wait_for_function(f"() => {STATE}?.n === {n} && {STATE}.neighbours && !{VIEW}.isPending")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.get_by_text(f"{len(data.train)} training images, latent space")).to_be_visible()
    # what was pinned among other images is no longer
    expect(page.get_by_text("nearest held-out images in latent space")).to_have_count(0)
    shown = {_check_card(page, run, row, first) for row in (first, first + 100, n - 1)}
    shown |= {_check_card(page, run, row, first) for row in (5, 50)}
    assert max(shown) >= first
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    _colour_by(page, "Cluster")
    page.wait_for_function(f"() => {STATE}.data.colour === 'cluster' && !{VIEW}.isPending")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    icon = page.locator("link[rel~=icon]").first.get_attribute(
        "href"
    )  # asked for with each address
    assert icon
    again = [url for url in fetched if "/media/" in url and not url.endswith(icon.split("/")[-1])]
    assert not again  # no coordinates, no images
    row = _check_card(page, run, n - 1, first)
    page.mouse.down()
    page.mouse.up()
    kind = "Training" if row >= first else "Held-out"
    number = row - first if row >= first else row
    expect(page.get_by_text(f"{kind} image {number}", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    _colour_by(page, "Digit")
    _choose_images(page, "Held-out")
    page.wait_for_function(f"() => {STATE}.n === {len(data.test)} && !{VIEW}.isPending")
    _settle(page)


@pytest.mark.parametrize("dims", [2, 3])
def test_hover_shows_the_right_image(opened: Opened, app_store: Store, dims: int) -> None:
    run, page = small_run(app_store, dims), opened(dims)
    labels = run.arrays["labels"]
    rows = [int(np.flatnonzero(labels == c)[3]) for c in (0, 1, 2)]
    for row in rows:
        _check_card(page, run, row)
    page.locator(".lv-legend button", has_text="1").first.click()  # isolate a class
    page.wait_for_function(f"() => {STATE}.shown.rest.length > 0 && !{VIEW}.isPending")
    shown = _check_card(page, run, rows[1])
    assert labels[shown] == 1
    _colour_by(page, "Error")  # recolour
    page.wait_for_function(
        f"() => {STATE}.data.colour === 'reconstruction' && !{STATE}.shown.rest.length"
    )
    _settle(page)
    _check_card(page, run, rows[2])
    slider = page.get_by_label("show error from")  # filter
    slider.evaluate("e => { e.value = Number(e.max) / 2; e.dispatchEvent(new Event('input')) }")
    page.wait_for_function(f"() => {STATE}.shown.rest.length > 0 && !{VIEW}.isPending")
    at, errors = _screen(page), run.arrays["errors"]
    high = np.flatnonzero(errors > np.quantile(errors, 0.8))
    middle = high[np.argmin(np.linalg.norm(at[high] - np.median(at, axis=0), axis=1))]
    assert errors[_check_card(page, run, int(middle))] >= np.quantile(errors, 0.99) / 2


def test_linked_views_light_each_other(opened: Opened) -> None:
    page = opened(3)
    page.get_by_role("combobox", name="Set beside it").click()
    page.get_by_text("this run, by PCA in 2-D").click()
    expect(page.locator(".lv .js-plotly-plot")).to_have_count(2)
    page.wait_for_function(
        "() => [...latentViews.views.values()].every((v) => v.plot.isDrawn && v.state?.pieces)"
    )
    _settle(page)
    at = _screen(page)
    row = _hover(page, int(np.argmin(np.linalg.norm(at - np.median(at, axis=0), axis=1))))
    second = "[...latentViews.views.values()][1]"
    page.wait_for_function(f"() => {second}.state.marked === {row}")
    expect(page.locator(".lv-card").nth(1)).to_have_attribute("data-row", str(row))
