"""What of a Run is looked at: the address holds it, other pages leave it, nonsense costs nothing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.store import Store
from core.setting.setting import Setting
from pages.parts.explore.side_by_side import _short
from tests.pages.opened import follow, open_explore, popovers, texts, view
from tests.trained import train

SAID = {"clustering": "gmm", "clusters_4": "3", "images": "both", "colour": "cluster",
        "projection": "pca", "projection_dims": "2"}  # fmt: skip
BY_LABEL = {"clustering": "Gaussian mixture", "clusters_4": "3.0", "images": "Both",
            "colour": "Cluster", "projection": "PCA", "projection_dims": "2"}  # fmt: skip
BOXES = ("clustering", "projection", "projection_dims", "beside", "colour")


def _asked(app: AppTest) -> dict[str, object]:
    """What Explore is asked to look for and to draw."""
    assert not app.exception
    boxes = {key: app.selectbox(key=key).value for key in BOXES}
    images = next(g for g in app.get("button_group") if g.key == "images").value
    return {**boxes, "images": images, "clusters_4": app.number_input(key="clusters_4").value}


@pytest.mark.parametrize(
    "said", [pytest.param(SAID, id="by key"), pytest.param(BY_LABEL, id="by label, as once")]
)
def test_the_address_holds_what_is_looked_for_and_drawn(
    tiny: Setting, own_store: Store, said: dict[str, str]
) -> None:
    setting, other = tiny.replace(latent_dim=5), tiny.replace(seed=3)
    run = train(setting, own_store)
    train(other, own_store)
    beside = other.name if said is SAID else _short(other)
    app = open_explore(setting, **said, beside=beside)
    asked = {"clustering": "gmm", "clusters_4": 3, "images": "both", "colour": "cluster",
             "projection": "pca", "projection_dims": 2, "beside": other.name}  # fmt: skip
    assert _asked(app) == asked
    assert "Clusters: Gaussian mixture, 3" in popovers(app)
    table = app.dataframe[0].value.set_index("score")  # with another view there: of both
    assert table.loc["ACC"].iloc[0] != f"{run.evaluation.values['acc']:.3f}"
    whole = {**SAID, "beside": other.name, "dataset": "digits", "digits": "0,1,2,3",
             "latent_dim": "5", "epochs": "2", "batch_size": "64"}  # fmt: skip
    assert app.query_params == whole
    # Method and back: a link to a page has nothing of the address of the last one
    follow(app, "pages/Method.py")
    assert not app.exception
    assert not app.query_params
    app = follow(app, "streamlit_app.py")
    assert _asked(app) == asked
    assert app.query_params == whole
    # another Setting keeps what is asked
    app.number_input(key="field_epochs").set_value(1).run()
    assert "This setting has not been trained here yet." in texts(app)
    app.number_input(key="field_epochs").set_value(2).run()
    assert _asked(app) == asked
    assert app.query_params == whole
    app.selectbox(key="beside").select(None).run()
    assert "3 clusters found" in texts(app)
    assert f"{run.evaluation.values['acc']:.3f}" not in [m.value for m in app.metric]


@pytest.mark.parametrize("value", ["<script>", "", "inf", "nan", "-1e999", "99999", "2.5"])
def test_nonsense_about_the_view_is_left_out(tiny: Setting, own_store: Store, value: str) -> None:
    setting = tiny.replace(latent_dim=5)
    train(setting, own_store)
    names = [*SAID, "umap_neighbours", "umap_min_dist", "umap_unseeded", "umap_seed", "beside"]
    app = open_explore(setting, **dict.fromkeys(names, value))
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="clustering").value == "kmeans"
    assert app.number_input(key="clusters_4").value == 4
    assert app.number_input(key="umap_seed").value == 0 if value != "99999" else True
    assert view(app)["n"]
    assert not set(names) & set(app.query_params)


def test_nonsense_about_one_control_leaves_the_others(tiny: Setting, own_store: Store) -> None:
    train(tiny, own_store)
    app = open_explore(tiny, colour="banana", clusters_4="3", clustering="gmm", images="both")
    assert not app.exception
    assert app.selectbox(key="colour").value == "digit"
    assert app.number_input(key="clusters_4").value == 3
    assert app.selectbox(key="clustering").value == "gmm"
    assert view(app)["n"] > len(own_store.find(tiny).arrays["latents"])


def test_a_link_of_compare_opens_its_run_as_the_link_says(tiny: Setting, own_store: Store) -> None:
    other = tiny.replace(seed=3)
    for setting in (tiny, other):
        train(setting, own_store)
    app = open_explore(tiny, clustering="gmm")
    follow(app, "pages/Compare.py")
    app.query_params["picked"] = other.hash
    app.run()
    app.button(key="open_picked").click().run()
    assert not app.exception
    assert app.number_input(key="field_seed").value == 3
    assert app.selectbox(key="clustering").value == "kmeans"  # what Compare's scores are of
    assert "clustering" not in app.query_params
