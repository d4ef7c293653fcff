"""The Sweep page in its states, through Streamlit's AppTest."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.store import Store
from core.setting.setting import Setting
from core.studies import trial
from core.studies.results import read
from core.studies.watch import SweepState
from pages.parts.shared import services
from pages.parts.sweep import plan, study
from tests.pages.opened import follow, open_explore, open_page, unfold

ROOT = Path(__file__).resolve().parents[3]
STUDY = """
[defaults]
dataset = "digits"
digits = "0,1"
epochs = 1
[[grid]]
name = "two"
seeds = 2
"""
FAILS = '[[grid]]\ndataset = "digits"\nholdout = "first3000"\nepochs = 1\n'


@pytest.fixture(autouse=True)
def studies(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from streamlit import cache_data, cache_resource

    cache_resource.clear()
    services.forget()
    cache_data.clear()
    folder = tmp_path / "studies"
    folder.mkdir()
    (folder / "tiny.toml").write_text(STUDY)
    (folder / "fails.toml").write_text(FAILS)
    monkeypatch.setattr("pages.parts.shared.services.Store", lambda: store)
    monkeypatch.setattr(study, "STUDIES", folder)
    monkeypatch.setattr("core.training.estimate._ENOUGH", 0.0)  # no test asks how exact a time is
    return folder


def _open(study: str = "tiny", **url: str) -> AppTest:
    return open_page("pages/Sweep.py", study=study, **url)


def _texts(app: AppTest) -> str:
    kinds = ("subheader", "markdown", "caption", "info", "success", "warning", "error")
    return "\n".join(e.value for kind in kinds for e in app.get(kind))


def _write(app: AppTest, text: str) -> AppTest:
    return app.text_area[0].set_value(text).run()


def test_a_study_is_planned_done_and_shown(studies: Path) -> None:
    app = _open()
    assert not app.exception
    assert {m.label: m.value for m in app.metric} == {
        "Settings": "2", "To do": "2", "Time": app.metric[2].value, "Disk": "2 kB",
    }  # fmt: skip
    assert "2 settings (2 seeds)" in _texts(app)
    assert "No results yet." in _texts(app)
    app.button(key="sweep_start").click().run()
    assert not app.exception
    assert services.sweeps().join(120)
    app.run()
    assert not app.exception
    assert "All 2 settings are done." in _texts(app)
    shown = app.dataframe[0].value
    assert shown["seed"].tolist() == ["1", "0"]
    assert shown["acc"].between(0, 1).all()
    assert len(read(studies / "results" / "tiny.csv")) == 2
    assert app.get("download_button")
    assert not [b for b in app.button if b.label == "Start"]


def test_while_it_runs_one_sees_how_far_it_is_and_can_cancel(studies: Path, monkeypatch) -> None:
    go = threading.Event()

    def run(study, out, store, engine, options, watch):
        while not go.wait(0.01):
            watch.say("[1/2] seed 0: done")
            watch.show(SweepState(2, 1, 0, (("seed 1", 0.25),), 1, 90.0))
        return {"trained": 2}

    monkeypatch.setattr("core.studies.sweep.run", run)
    app = _open()
    app.button(key="sweep_start").click().run()
    job = services.sweeps().find(studies / "results" / "tiny.csv")
    until = time.monotonic() + 20
    while job.progress is None and time.monotonic() < until:
        time.sleep(0.01)
    app.run()
    assert not app.exception
    assert app.get("progress")[0].proto.text == "1 of 2 settings · about 2 min left"
    assert "- 25\u00a0% seed 1" in _texts(app)
    assert not [b for b in app.button if b.label == "Start"]

    other = _open()  # a second visitor, who looks at another study
    other.selectbox(key="study").select("fails").run()
    assert "Another sweep is under way (tiny.toml): 50\u00a0%" in _texts(other)

    app.button(key="sweep_cancel").click().run()
    assert services.sweeps().join(20)
    app.run()
    assert "The sweep was cancelled; what is done is kept" in _texts(app)
    assert [b for b in app.button if b.label == "Start"]
    go.set()


def test_a_changed_text_is_a_study_of_its_own(studies: Path) -> None:
    app = _write(_open(), STUDY.replace("seeds = 2", "seeds = 1"))
    assert not app.exception
    assert app.metric[0].value == "1"
    assert "my-study.toml" in _texts(unfold(app, "sweep_commands"))
    app.button(key="sweep_start").click().run()
    assert services.sweeps().join(120)
    app.run()
    assert "The setting is done." in _texts(app)
    assert "The last sweep trained 1 setting." in _texts(app)
    assert [f.name[:4] for f in (studies / "results").glob("*.csv")] == ["own-"]
    assert (studies / "tiny.toml").read_text() == STUDY


def test_a_changed_text_is_kept_on_other_pages_and_beside_other_studies() -> None:
    changed = STUDY.replace("seeds = 2", "seeds = 1")
    app = _write(_open(), changed)
    app.selectbox(key="study").select("fails").run()
    assert app.text_area[0].value == FAILS
    app.selectbox(key="study").select("tiny").run()
    assert app.text_area[0].value == changed
    app.switch_page("pages/Method.py").run().switch_page("pages/Sweep.py").run()
    assert not app.exception
    assert app.text_area[0].value == changed
    app.button(key="study_undo").click().run()
    assert app.text_area[0].value == STUDY
    assert "study_undo" not in [b.key for b in app.button]
    assert not app.exception
    assert not app.warning


def test_the_way_back_to_ones_own_sweep(monkeypatch) -> None:
    go = threading.Event()
    monkeypatch.setattr("core.studies.sweep.run", lambda *_: go.wait(30) and {"trained": 0})
    changed = STUDY.replace("seeds = 2", "seeds = 1")
    app = _write(_open(), changed)
    app.button(key="sweep_start").click().run()
    assert "sweep_cancel" in [b.key for b in app.button]
    stranger = _open()
    assert "Another sweep is under way (a visitor's study): 0\u00a0%" in _texts(stranger)
    assert "Show it" not in [b.label for b in stranger.button]

    app.switch_page("pages/Method.py").run().switch_page("pages/Sweep.py").run()
    assert "sweep_cancel" in [b.key for b in app.button]
    _write(app, changed.replace("epochs = 1", "epochs = 2"))
    app.selectbox(key="study").select("fails").run()
    assert "Another sweep is under way (your study): 0\u00a0%" in _texts(app)
    next(b for b in app.button if b.label == "Show it").click().run()
    assert not app.exception
    assert not app.warning
    assert app.text_area[0].value == changed
    assert "sweep_cancel" in [b.key for b in app.button]
    go.set()
    assert services.sweeps().join(20)


def test_what_fails_is_listed_with_its_reason(studies: Path) -> None:
    app = _open()
    app.selectbox(key="study").select("fails").run()
    assert not app.exception
    app.button(key="sweep_start").click().run()
    assert services.sweeps().join(120)
    app.run()
    assert not app.exception
    assert "**1 failed**" in _texts(app)
    assert "holdout must be 'test'" in app.dataframe[0].value["reason"][0]
    assert "1 of 1 setting failed before" in _texts(app)
    app.toggle(key="sweep_retry").set_value(True).run()
    assert app.button(key="sweep_start")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("nonsense", "your study is not a TOML file", id="no TOML"),
        pytest.param("[[grid]]\nlatent_dim = 99", "from 1 to 64; got '99'", id="out of range"),
        pytest.param("[[grid]]\nseeds = 5000", "at most 1,000 settings; got 5,000", id="many"),
        pytest.param("[[grid]]\ndataset = '../etc'", "dataset must be", id="a path"),
        pytest.param("", "at least one [[grid]]", id="nothing"),
        pytest.param("[[grid]]\nname = '=1+1'", "begin with a letter or a digit", id="a formula"),
    ],
)
def test_a_wrong_study_is_a_sentence(text: str, said: str) -> None:
    app = _write(_open(), text)
    assert not app.exception
    assert said in app.error[0].value.replace("\\", "")
    assert not app.metric


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ("0.0001", "From the app a sweep may take 1 s by estimate"),
        ("0", "Sweeps can't be started from this app"),
    ],
)
def test_a_shared_app_limits_what_is_started(minutes: str, said: str, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_SWEEP_MINUTES", minutes)
    app = _open()
    assert not app.exception
    assert said in _texts(app)
    assert app.button(key="sweep_start").disabled


def test_images_that_are_not_here_are_not_downloaded(monkeypatch) -> None:
    monkeypatch.setattr(plan, "is_local", lambda name: False)
    app = _open()
    assert not app.exception
    assert "are not here. Train one of the settings on the Explore page first" in _texts(app)
    assert app.button(key="sweep_start").disabled


def test_images_that_have_come_meanwhile_are_timed(monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_SWEEP_MINUTES", "0.0001")
    for here, said in ((False, "are not here"), (True, "a sweep may take 1 s by estimate")):
        for module in ("pages.parts.sweep.plan", "core.training.estimate"):
            monkeypatch.setattr(f"{module}.is_local", lambda _, here=here: here)
        app = _open()
        assert not app.exception
        assert said in _texts(app)
        assert app.button(key="sweep_start").disabled


def test_what_can_not_be_timed_is_not_started(monkeypatch) -> None:
    monkeypatch.setattr(trial, "study_costs", lambda *_: {})
    app = _open()
    assert not app.exception
    assert "2 settings can't be timed: a step of training needs more memory" in _texts(app)
    assert app.button(key="sweep_start").disabled


def test_a_study_that_the_memory_is_too_small_for_is_not_started(monkeypatch) -> None:
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: 10_000_000)
    app = _open()
    assert not app.exception
    assert "too large for this machine now. It needs about 6" in _texts(app)
    assert app.button(key="sweep_start").disabled


def test_without_studies_there_is_the_form(studies: Path) -> None:
    for file in studies.glob("*.toml"):
        file.unlink()
    app = _open()
    assert not app.exception
    assert app.selectbox(key="study").options == ["A study of your own"]
    assert app.multiselect(key="vary")


def test_results_that_are_something_else_are_a_sentence(studies: Path) -> None:
    (studies / "results").mkdir()
    (studies / "results" / "tiny.csv").write_text("a,b\n1,2\n")
    app = _open()
    assert not app.exception
    assert app.error[0].value.startswith("tiny.csv must be a file of results")


# --------------------------------------------------------------------------------------- the form
def _form(**url: str) -> AppTest:
    """The form, after a visit of Explore: it begins with the setting that was shown there."""
    explore = open_explore(Setting(dataset="digits", digits=(0, 1), epochs=1))
    app = follow(explore, "pages/Sweep.py", study="form", **url)
    assert not app.exception
    return app


def test_the_form_makes_a_study_of_what_explore_showed(studies: Path) -> None:
    app = _form(of_latent_dim="2-3", sweep_seeds="1")
    assert "digits 0, 1 · 3-D**, 1 epoch." in _texts(app)
    assert app.metric[0].value == "2"
    assert "2 latent dimensions" in _texts(app)
    text = app.text_area[0].value
    assert "latent_dim = [2, 3]" in text
    assert 'dataset = "digits"' in text
    app.button(key="sweep_start").click().run()
    assert services.sweeps().join(120)
    app.run()
    assert not app.exception
    assert "All 2 settings are done." in _texts(app)
    assert app.get("plotly_chart")
    link = next(e.proto for e in app.get("page_link") if e.proto.label == "See in Compare")
    assert "where_study=own-" in link.query_string
    assert "x=latent_dim" in link.query_string


def test_a_bad_value_is_a_sentence_beside_its_field() -> None:
    app = _form(of_latent_dim="1-3", sweep_seeds="3")
    app.text_input(key="of_latent_dim").set_value("3, 99").run()
    assert not app.exception
    said = _texts(app).replace("\\", "")
    assert "Latent dimension must be a whole number from 1 to 64; got '99'" in said
    assert not app.metric
    app.text_input(key="of_latent_dim").set_value("3").run()
    assert app.metric[0].value == "3"  # three seeds


def test_regularizers_and_their_parameters_can_vary() -> None:
    app = _form(vary="regularizer", of_regularizer="none", sweep_seeds="1")
    app.multiselect(key="of_regularizer").set_value(["none", "sine"]).run()
    assert app.metric[0].value == "2"
    app.multiselect(key="vary").set_value(["regularizer", "sine.weight"]).run()
    app.text_input(key="of_sine.weight").set_value("0.1, 1").run()
    assert not app.exception
    assert '["none", "sine:weight=0.1|1.0"]' in app.text_area[0].value
    assert app.metric[0].value == "3"
    assert "sine.weight" in str(app.query_params)


def test_a_text_changed_by_hand_turns_the_form_off_and_back() -> None:
    app = _form(of_latent_dim="1-2", sweep_seeds="1")
    made = app.text_area[0].value
    app.text_area[0].set_value(STUDY).run()
    assert not app.exception
    assert "The form is off" in _texts(app)
    assert app.multiselect(key="vary").disabled
    assert app.metric[0].value == "2"
    app.switch_page("pages/Method.py").run().switch_page("pages/Sweep.py").run()
    assert app.text_area[0].value == STUDY
    app.button(key="study_form").click().run()
    assert not app.exception
    assert app.text_area[0].value == made
    assert not app.multiselect(key="vary").disabled


def test_too_many_settings_are_a_sentence() -> None:
    app = _form(of_latent_dim="1-64", sweep_seeds="20")
    assert not app.exception
    assert "at most 1,000 settings; got 1,280" in app.error[0].value
