"""The Runs page in its states, through Streamlit's AppTest."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.notes import Note
from core.runs.pipeline import train
from core.runs.run import Run
from core.runs.store import Store
from core.setting.recipes import RECIPES
from core.setting.setting import Setting, Term
from pages.parts.shared import own_runs, services
from tests.pages.opened import open_page, seen, texts

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def own_store(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    from streamlit import cache_resource

    cache_resource.clear()
    services.forget()
    monkeypatch.setattr("pages.parts.shared.services.Store", lambda: store)
    monkeypatch.setattr("core.compare.index.RESULTS", tmp_path / "results")
    return store


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_runs, "is_local", lambda: True)


def _open(**url: str) -> AppTest:
    app = open_page("pages/Runs.py", **url)
    assert not app.exception
    return app


def _links(app: AppTest) -> dict[str, str]:
    return {e.proto.label: e.proto.query_string for e in app.get("page_link")}


def test_with_nothing_stored_it_says_where_to_go() -> None:
    app = _open()
    assert "Nothing has been trained yet" in app.info[0].value
    assert {"Explore", "Sweep"} <= set(_links(app))


def test_a_card_has_name_scores_age_size_and_ways_on(run: Run) -> None:
    app = _open()
    assert [h.value.replace("\\", "") for h in app.header] == [
        "Plain · 8x8 digits (scikit-learn), digits 0, 1, 2, 3 · 3-D"
    ]
    said = seen(texts(app))
    for part in ("Label silhouette **", "Cluster silhouette **", "ACC **", "seed 0 · 2 epochs",
                 "just now", " kB"):  # fmt: skip
        assert part in said
    assert "dataset=digits" in _links(app)["Open"]
    assert f"picked={run.setting.hash}" in _links(app)["Compare"]
    assert app.get("image")
    assert f"delete_{run.name}" not in [b.key for b in app.button]  # it is not this session's


def test_export_offers_what_explore_does(run: Run) -> None:
    app = _open()
    app.button(key=f"export_{run.name}").click().run()
    assert not app.exception
    assert len(app.get("download_button")) == 8  # seven files, and the table of all


def test_a_name_and_a_note_are_shown_as_they_are(run: Run, store: Store) -> None:
    store.write_note(run.name, Note("[best](https://evil.example)", "**look**"))
    app = _open()
    assert "](" not in app.header[0].value
    assert "\\*\\*look\\*\\*" in [m.value for m in app.markdown]
    assert "Plain · 8x8 digits" in seen(texts(app))  # what it is stays in sight


def test_a_name_and_a_note_are_asked_for(run: Run, store: Store, local: None) -> None:
    def dialog(name: str) -> None:  # AppTest runs no fragments, as an open dialog is one
        from core.runs.notes import Note
        from pages.parts.runs import changes

        changes.write_note(name, Note("old"))

    app = AppTest.from_function(dialog, args=(run.name,), default_timeout=60).run()
    assert app.text_input[0].value == "old"
    app.text_input[0].set_value("new")
    app.text_area[0].set_value("a note")
    app.button[0].click().run()
    assert not app.exception
    assert store.notes()[run.name] == Note("new", "a note")


def test_deleting_can_be_undone(run: Run, store: Store, local: None) -> None:
    app = _open()
    app.button(key=f"delete_{run.name}").click().run()
    assert not app.exception
    assert not store.names()
    assert "Deleted: Plain · 8x8 digits" in seen(texts(app))
    next(b for b in app.button if b.label == "Undo").click().run()
    assert not app.exception
    assert list(store.names()) == [run.name]
    assert "Deleted" not in seen(texts(app))


def test_who_has_no_right_any_more_deletes_nothing(run: Run, store: Store, monkeypatch) -> None:
    monkeypatch.setattr(own_runs, "is_local", lambda: True)
    app = _open()
    monkeypatch.setattr(own_runs, "is_local", lambda: False)
    app.button(key=f"delete_{run.name}").click().run()
    assert "Only who trained a run may change it." in app.error[0].value
    assert list(store.names()) == [run.name]


def test_what_this_session_trains_is_its_own(tiny: Setting, store: Store) -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in tiny.to_text().items():
        app.query_params[name] = value
    app.run().button(key="train").click().run()
    assert services.queue().join(60)
    app.switch_page("pages/Runs.py").run()
    assert f"delete_{tiny.name}" in [b.key for b in app.button]
    assert f"delete_{tiny.name}" not in [b.key for b in _open().button]  # a stranger's session


def test_what_is_shipped_can_not_be_changed(local: None) -> None:
    assert not own_runs.may_change(RECIPES["plain"].setting.name)


@pytest.mark.parametrize(
    ("address", "headers", "alone"),
    [
        ("localhost", {"Host": "localhost:8501"}, True),
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        (None, {"Host": "localhost:8501"}, False),
        ("0.0.0.0", {"Host": "localhost:8501"}, False),
        ("localhost", {"Host": "clusters.example"}, False),
        ("localhost", {"Host": "localhost:8501", "X-Forwarded-For": "1.2.3.4"}, False),
        ("localhost", {}, False),
    ],
)
def test_alone_is_who_listens_to_its_own_machine(
    address: str | None, headers: dict[str, str], alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Context:
        pass

    Context.headers = headers  # type: ignore[attr-defined]
    monkeypatch.setattr(own_runs.st, "context", Context)
    monkeypatch.setattr(own_runs.st, "get_option", lambda _: address)
    assert own_runs.is_local() is alone


def test_search_sort_and_view_are_in_the_address(tiny: Setting, store: Store) -> None:
    train(tiny, store)
    other = train(tiny.replace(regularizer=(Term("l1"),)), store)
    store.write_note(other.name, Note("", "Tuesday's"))
    assert len(_open().header) == 2
    assert len(_open(runs_find="tuesday L1").header) == 1
    app = _open(runs_find="nowhere")
    assert "No run has all of these words" in app.info[0].value
    next(b for b in app.button if b.label == "Show all runs").click().run()
    assert len(app.header) == 2
    app.text_input(key="runs_find").set_value("l1").run()
    app.selectbox(key="runs_sort").select("acc").run()
    assert dict(app.query_params) == {"runs_find": "l1", "runs_sort": "acc"}
    app = _open(runs_view="table", runs_sort="name")
    assert not app.header
    shown = app.dataframe[0].value
    assert shown["dataset"].tolist() == ["8x8 digits (scikit-learn)"] * 2
    assert shown["called"].str[:2].tolist() == ["L1", "Pl"]


def test_a_damaged_run_is_a_sentence(run: Run) -> None:
    (run.folder / "run.json").write_text("{")
    assert "can't be used" in texts(_open())
