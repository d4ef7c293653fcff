"""The Compare page in its states: nothing, one Run, studies, filters, pictures, what was picked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.compare import index
from core.metrics.evaluation import Scoring
from core.runs.store import Store
from core.setting.links import command
from core.setting.setting import Setting
from core.studies import results
from pages.parts.compare import export, selection
from pages.parts.compare.controls import VIEWS
from pages.parts.shared import result_columns, services
from tests.pages.opened import components, open_page, texts, unfold
from tests.trained import train

ROOT = Path(__file__).resolve().parents[3]
SINE = "Sine (the post)"
SCORES = {
    "acc": 0.5, "nmi": 0.4, "ari": 0.3, "silhouette_labels": 0.2, "silhouette_clusters": 0.3,
    "knn_accuracy": 0.9, "trustworthiness": 0.8, "reconstruction_mse": 0.05, "n": 100,
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_store(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    from streamlit import cache_resource

    cache_resource.clear()
    services.forget()
    monkeypatch.setattr("pages.parts.shared.services.Store", lambda: store)
    folder = tmp_path / "studies" / "results"
    monkeypatch.setattr(index, "RESULTS", folder)
    monkeypatch.setattr(export, "RESULTS", folder)
    return store


def study(tmp_path: Path, seeds: int = 7) -> list[Setting]:
    """Results of a study: two regularizers of several weights, beside none, in two dimensions."""
    found = []
    file = tmp_path / "studies" / "results" / "terms.csv"
    with results.ResultsFile(file) as out:
        for number, text in enumerate(("none", "sine:weight=1", "sine:weight=2", "vae")):
            for dims in (2, 3):
                for seed in range(seeds):
                    setting = Setting.from_text(
                        {"regularizer": text, "latent_dim": str(dims), "seed": str(seed)}
                    )
                    found.append(setting)
                    row = results.row(setting, "g", "heldout", Scoring(), {"versions": {}})
                    better = 0.1 * number + 0.001 * seed * (number + 1)
                    scores = {n: v + better for n, v in SCORES.items()}
                    out.add([row | scores | {"n": 100, "status": results.DONE, "warnings": ""}])
    (tmp_path / "studies" / "terms.toml").write_text("")
    return found


def _open(**url: str | list[str]) -> AppTest:
    return open_page("pages/Compare.py", **url)


def _charts(app: AppTest) -> list[dict]:
    return [json.loads(e.proto.spec) for e in app.get("plotly_chart")]


def _names(figure: dict) -> list[str]:
    return list(figure["layout"]["yaxis"]["ticktext"])


def _well(app: AppTest) -> None:
    assert not app.exception
    assert not app.error


# ---------------------------------------------------------------------------------------- states
def test_with_nothing_measured_it_says_what_to_do() -> None:
    app = _open()
    _well(app)
    assert "Nothing has been measured yet" in app.info[0].value
    assert not _charts(app)


def test_one_run_alone_is_shown(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    app = _open()
    _well(app)
    assert "1 of 1 results" in texts(app)
    assert "weights of 1 are here" in texts(app)
    assert _names(_charts(app)[0]) == ["None"]
    assert command(run.setting) not in texts(app)
    assert command(run.setting) in texts(unfold(app, "reproduce"))


def test_a_fresh_clone_shows_the_committed_studies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RESULTS", ROOT / "studies" / "results")
    app = _open()
    _well(app)
    assert "weights of 0 are here" in texts(app)
    assert len(_names(_charts(app)[0])) >= 2


def test_nothing_that_passes_the_filters_is_a_sentence(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open(with_run="true")
    _well(app)
    assert "No result passes these filters" in app.info[0].value
    button = next(b for b in app.button if b.label == "Show everything")
    button.click().run()
    _well(app)
    assert "56 of 56 results" in texts(app)


def test_damaged_sources_are_sentences(tiny: Setting, own_store: Store, tmp_path: Path) -> None:
    study(tmp_path)
    (train(tiny, own_store).folder / "run.json").write_text("{")
    (tmp_path / "studies" / "results" / "other.csv").write_text("a,b\n1,2\n")
    app = _open()
    _well(app)
    assert "1 stored run can't be read" in texts(app)
    assert "other.csv in results is not a file of results" in texts(app)


@pytest.mark.parametrize("view", list(VIEWS.values()))
@pytest.mark.parametrize("cited", ["false", "true"])
def test_every_picture_of_a_study_is_drawn(tmp_path: Path, view: str, cited: str) -> None:
    study(tmp_path)
    app = _open(view=view, cited=cited)
    _well(app)
    if view in ("Latent spaces", "Side by side"):
        assert "no weights" in app.info[0].value
        assert any(b.label == "Show all runs whose weights are here" for b in app.button)
        assert len(_charts(app)) == (view == "Latent spaces")  # the verdicts'
    else:
        figure, verdicts = _charts(app)
        assert verdicts["layout"]["xaxis"]["title"]["text"] == "worse ← difference → better"
        drawn = json.dumps(figure)
        assert ("(cited)" in drawn or "cited, not measured" in drawn) == (cited == "true")


def test_latent_spaces_of_stored_runs(tiny: Setting, own_store: Store) -> None:
    other = Setting.from_text({**tiny.to_text(), "regularizer": "vae"})
    for setting in (tiny, other, tiny.replace(latent_dim=5), tiny.replace(latent_dim=1)):
        train(setting, own_store)
    app = _open(view="Latent spaces")
    _well(app)
    assert len(app.get("image")) == 4
    app = _open(view="Side by side")
    _well(app)
    views = [v for v in components(app) if v["kind"] == "view"]
    assert len(views) == 2
    assert len({v["key"] for v in views}) == 2
    assert {v["link"] for v in views} == {"compare"}
    # the same images: what one shows, the other does
    assert len({v["images"] for v in views}) == 1
    assert "the same images" in texts(app)


def test_an_empty_colour_in_the_address_is_the_default(tiny: Setting, own_store: Store) -> None:
    for setting in (tiny, Setting.from_text({**tiny.to_text(), "regularizer": "vae"})):
        train(setting, own_store)
    app = _open(view="Side by side", side_colour="")
    _well(app)
    assert {v["colour"] for v in components(app) if v["kind"] == "view"} == {"digit"}


# ----------------------------------------------------------------------------- what is compared
def test_the_default_is_regularizers_where_all_else_is_equal(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open()
    figure = _charts(app)[0]
    assert _names(figure) == ["VAE", f"{SINE}, weight 2", f"{SINE}, weight 1", "None"]  # best first
    assert app.multiselect(key="by").value == ["regularizer"]
    assert not [w for w in app.warning if "mix settings" in w.value]
    app.selectbox(key="within").select("any").run()
    _well(app)
    assert any("differ in latent dimension" in w.value for w in app.warning)
    assert app.query_params["within"] in ("any", ["any"])


def test_a_filter_and_a_grouping_change_what_is_drawn(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open()
    app.multiselect(key="where_terms").select("sine").run()
    _well(app)
    assert "28 of 56 results" in texts(app)
    assert _names(_charts(app)[0]) == [f"{SINE}, weight 2", f"{SINE}, weight 1"]
    app.multiselect(key="by").set_value(["latent_dim"]).run()
    _well(app)
    assert set(_names(_charts(app)[0])) == {"2-D", "3-D"}


def test_a_filter_whose_box_is_closed_works_and_is_said(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open(where_seed=["0"])
    filtered = texts(app)
    assert "8 of 56 results" in filtered
    assert [e.label for e in app.expander if e.label.startswith("More")] == [
        "More filters: 1 in use"
    ]
    assert not [box for box in app.multiselect if box.key == "where_seed"]
    unfold(app, "more_filters")
    assert app.multiselect(key="where_seed").value == ["0"]
    app.session_state["more_filters"] = False
    app.run()
    assert texts(app) == filtered
    assert "0" in app.query_params["where_seed"]
    next(b for b in app.button if b.label == "Show everything").click().run()
    assert "56 of 56 results" in texts(app)


def test_the_address_holds_filter_grouping_score_and_selection(tmp_path: Path) -> None:
    chosen = study(tmp_path)[3]
    app = _open(
        where_latent_dim=["2"],
        by=["Latent dimension", "Regularizer"],
        metric="ARI",
        view="Groups",
        picked=chosen.hash,
    )
    _well(app)
    assert app.selectbox(key="metric").value == "ari"
    assert app.multiselect(key="by").value == ["regularizer", "latent_dim"]
    assert app.multiselect(key="where_latent_dim").value == ["2"]
    assert "28 of 56 results" in texts(app)
    assert "Selected: 1 result" in texts(app)
    link = unfold(app, "reproduce").code[0].value
    for part in ("where_latent_dim=2", "metric=ari", f"picked={chosen.hash}", "within="):
        assert part in link


@pytest.mark.parametrize(
    "url",
    [
        {"view": "<script>", "metric": "../etc", "by": "password", "within": "x" * 5000},
        {"where_latent_dim": ["99", "'; drop table"], "sort": "1", "page": "-3", "x": "no.such"},
        {"view": "", "metric": "", "by": "", "within": ""},
        {"picked": "<b>,0123456789,../../x," + "a" * 20000, "side": "nobody", "axes": "seedy"},
    ],
)
@pytest.mark.parametrize("view", ["Groups", "Trend", "Parallel axes"])
def test_nonsense_in_the_address_is_left_out(tmp_path: Path, url: dict, view: str) -> None:
    study(tmp_path)
    app = _open(**{"view": view, **url})
    _well(app)
    assert _charts(app)
    assert "of 56 results" in texts(app)


# -------------------------------------------------------------------------------------- picking
def test_what_a_chart_says_is_picked_is_checked_and_kept(tmp_path: Path) -> None:
    ids = [s.hash for s in study(tmp_path)[:3]]
    nothing = [None, 3, [], [7], ["<b>"], {"a": 1}, [[]]]
    found = [i for custom in ([*ids[:1]], [" ".join(ids[1:]), 2], *nothing)
             for i in selection._ids(custom)]  # fmt: skip
    assert found == [*ids, "<b>"]


def test_a_picked_run_is_shown_with_its_command_and_can_be_let_go(tmp_path: Path) -> None:
    setting = study(tmp_path)[5]
    app = _open(picked=setting.hash)
    _well(app)
    button = app.button(key="open_picked")
    assert button.label.startswith("Explore and train")
    next(b for b in app.button if b.label == "Clear").click().run()
    _well(app)
    assert "Selected" not in texts(app)
    assert "Nothing is selected" in texts(app)
    assert "picked" not in app.query_params


def test_the_selection_holds_fifty_at_most(tmp_path: Path) -> None:
    ids = [setting.hash for setting in study(tmp_path)]
    app = _open(picked=",".join(ids))
    _well(app)
    assert f"at most {selection.MAX_SELECTED}" in texts(app)
    assert "Selected: 50 results" in texts(app)


def _ticked(app: AppTest) -> list[float]:
    """ACC of the rows that the table shows as ticked."""
    table = next(d for d in app.dataframe if "open" in d.value and d.key != "picked_table")
    places = json.loads(table.proto.selection_state or "{}").get("selection", {}).get("rows", [])
    return sorted(round(float(table.value["acc"].iloc[i]), 3) for i in places)


def test_ticks_stay_with_their_rows(tmp_path: Path) -> None:
    settings = study(tmp_path)
    app = _open(picked=f"{settings[0].hash},{settings[-1].hash}")
    _well(app)
    assert _ticked(app) == [0.5, 0.824]
    app.selectbox(key="sort").select("acc").run()
    assert _ticked(app) == [0.5, 0.824]
    app.toggle(key="reversed").set_value(True).run()
    assert _ticked(app) == [0.5, 0.824]
    app.multiselect(key="where_terms").select("vae").run()  # one of them is filtered away, and back
    assert _ticked(app) == [0.824]
    next(b for b in app.button if b.label == "Show everything").click().run()
    assert _ticked(app) == [0.5, 0.824]
    app.button(key="clear_picked").click().run()
    _well(app)
    assert "Nothing is selected" in texts(app)
    assert _ticked(app) == []


# ------------------------------------------------------------------------------------ questions
def test_it_opens_on_the_answer_to_which_regularizer(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open()
    _well(app)
    # by hand: vae is 0.3 above none, and 0.001 a seed more for each of four
    said = "MNIST, even digits, 3-D, 7 seeds: VAE has the highest label silhouette, 0.512 ± 0.008; none"
    assert said in texts(app)
    assert "No verdict yet: 7 seeds of each; 3 comparisons together" in texts(app)
    assert app.button(key="ask_which").proto.type == "primary"


def test_whether_the_dimension_matters_is_a_click(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open()
    app.button(key="ask_dimension").click().run()
    _well(app)
    assert "2-D against 3-D: label silhouette +0.000 on average over 4 comparisons" in texts(app)
    assert "VAE: label silhouette 0.512 in 2-D and 0.512 in 3-D." in texts(app)
    assert app.query_params["view"] in ("trend", ["trend"])
    assert app.button(key="ask_dimension").proto.type == "primary"
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert len(table) == 4  # each regularizer in 2-D against itself in 3-D


def test_a_question_sets_all_controls_that_say_what_is_compared(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open(metric="ARI", where_terms=["vae"], within="any", by=["latent_dim"])
    app.button(key="ask_which").click().run()
    _well(app)
    assert app.selectbox(key="metric").value == "silhouette_labels"
    assert app.multiselect(key="where_terms").value == []
    assert app.multiselect(key="by").value == ["regularizer"]
    assert not set(app.query_params) & {"metric", "where_terms", "by"}


def test_tight_and_its_cost_are_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RESULTS", ROOT / "studies" / "results")
    app = _open()
    app.button(key="ask_tight").click().run()
    _well(app)
    said = texts(app)
    assert "ACC +0.310 (0.988 against 0.677" in said  # all ten digits
    assert "MSE per pixel +0.0157 (0.0496 against 0.0339" in said  # even digits
    assert "1.46 times (+46 %)" in said
    table = next(d.value for d in app.dataframe if "times" in d.value)
    assert len(table) == 6  # two sets of digits, three scores


def test_side_by_side_opens_on_none_and_the_best(tiny: Setting, own_store: Store) -> None:
    regularizers = ("none", "vae", "l1")
    runs = [
        train(Setting.from_text({**tiny.to_text(), "regularizer": r}), own_store)
        for r in regularizers
    ]
    app = _open()
    app.button(key="ask_beside").click().run()
    _well(app)
    shown = app.multiselect(key="side").value
    assert shown[0] == runs[0].setting.hash
    assert shown[1] in [run.setting.hash for run in runs[1:]]
    assert any("2 minus 1" in d.value for d in app.dataframe)
    ticked = [run.setting.hash for run in runs[1:]]
    app = _open(picked=",".join(ticked))
    app.button(key="set_beside").click().run()
    _well(app)
    assert app.multiselect(key="side").value == ticked


def test_studies_are_described_where_they_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RESULTS", ROOT / "studies" / "results")
    app = _open(where_study=["headline"])
    _well(app)
    assert any(c.value.startswith("headline: Do the recipes") for c in app.caption)


# ------------------------------------------------------------------------- verdicts, table, files
def test_verdicts_are_said_in_words(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open(metric="ACC", judged=["ACC"], within="any")
    _well(app)
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert len(table) == 6  # three regularizers in two dimensions
    assert set(table["score"]) == {"ACC"}
    assert all("7 seeds" in text for text in table["in words"])
    assert "6 comparisons" in texts(app)
    app = _open(metric="ACC", judged=["ACC"], where_terms=["none", "vae"], where_latent_dim=["2"])
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert table["verdict"].tolist() == ["▲ stronger"]  # seven seeds of seven
    assert table["in words"].iloc[0].startswith("stronger: +0.3")


def test_too_few_seeds_are_no_verdict(tmp_path: Path) -> None:
    study(tmp_path)  # seven seeds: enough for two comparisons, not for three
    app = _open(judged=["ACC", "NMI", "ARI"], where_terms=["none", "vae"], where_latent_dim=["2"])
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert set(table["verdict"]) == {"… too few seeds"}
    assert "4 comparisons: 4 too few seeds." in texts(app)


def test_as_many_scores_are_judged_as_the_seeds_can_decide_on(tmp_path: Path) -> None:
    study(tmp_path)  # seven seeds, see above
    app = _open(where_terms=["none", "vae"], where_latent_dim=["2"])
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert set(table["score"]) == {"ACC", "Label silhouette"}  # and no MSE
    assert set(table["verdict"]) == {"▲ stronger"}
    # where not even one can be decided on, the score that is shown is judged all the same
    app = _open(within="any")
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert set(table["score"]) == {"Label silhouette"}


def test_verdicts_follow_the_score(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open()
    app.selectbox(key="metric").select("nmi").run()
    table = next(d.value for d in app.dataframe if "verdict" in d.value)
    assert table["score"].iloc[0] == "NMI"
    assert "highest NMI" in texts(app)


def test_one_regularizer_has_no_verdict(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open(where_terms=["vae"])
    _well(app)
    assert any("nothing to compare it with" in i.value for i in app.info)


def test_the_table_is_sorted_as_a_whole_and_sent_in_parts(tmp_path: Path, monkeypatch) -> None:
    study(tmp_path)
    monkeypatch.setattr(result_columns, "PER_PAGE", 10)
    app = _open(sort="ACC, best first")
    _well(app)
    table = next(d.value for d in app.dataframe if "open" in d.value)
    assert len(table) == 10
    assert table["acc"].tolist() == sorted(table["acc"], reverse=True)
    assert table["regularizer"].str.startswith("VAE").all()
    assert "10 of 56 results" in texts(app)


def test_cited_rows_are_marked_in_the_table(tmp_path: Path) -> None:
    study(tmp_path)
    app = _open(cited="true")
    table = next(d.value for d in app.dataframe if "open" in d.value)
    marked = table[table["study"].str.startswith("cited: ")]
    assert len(marked) == 5  # the post's: of even digits
    assert marked["run"].isna().all()
    assert len(table) == 56 + 5


def test_commands_reproduce_what_is_shown(tmp_path: Path, tiny: Setting, own_store: Store) -> None:
    study(tmp_path)
    train(tiny, own_store)
    assert "python -m core sweep studies/terms.toml" in texts(unfold(_open(), "reproduce"))
    app = unfold(_open(where_dataset=["digits"]), "reproduce")
    assert command(tiny) in texts(app)
    assert "sweep" not in app.code[1].value
