"""The address and the controls say the same: what is read when, what is an echo, what is written."""

from __future__ import annotations

import pytest
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest


def _script() -> None:
    """A page with a control of each kind; the session says which page and what of it is drawn."""
    import streamlit as st

    from pages.parts.shared import address

    state = st.session_state
    address.begin(state.get("page", "A"))

    def set_later() -> None:
        state["later"] = 7

    colours = {"r": "Red", "g": "Green", "b": "Blue"}
    st.button("Set later", on_click=set_later, key="set_later")
    if not state.get("few"):
        key = address.choice("colour", list(colours), "r", colours.__getitem__)
        st.selectbox("Colour", list(colours), key=key)
        st.multiselect("Several", ["x", "y", "z"], key=address.choices("several", ["x", "y", "z"]))
        st.multiselect("Kept", ["p", "q"], key=address.choices("kept", ["p", "q"], ["p"]))
        usual = state.get("usual", 4)
        st.number_input("Count", 1, 50, step=1, key=address.number("count", 1, 50, usual))
        st.number_input("Share", 0.0, 1.0, key=address.number("share", 0.0, 1.0, 0.5))
        st.toggle("On", key=address.flag("on"))
        if state["colour"] == "b":
            st.toggle("Deep", key=address.flag("deep"))
    if state.get("more"):
        st.number_input("Later", 0, 9, step=1, key=address.number("later", 0, 9, 0))
    words = state[address.words("words", str.isalpha, 3)]
    if address.taken("reader", ["dataset"]) == {"dataset": "nowhere"}:
        address.problem("dataset must be somewhere")
    st.text(" ".join(words))
    address.write()
    for sentence in address.problems():
        st.warning(sentence)


def _open(**address: str | list[str]) -> AppTest:
    app = AppTest.from_function(_script, default_timeout=30)
    app.query_params.update(address)
    return _run(app)


def _run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def _go(app: AppTest, page: str, **address: str) -> AppTest:
    """To another page: by a link that says something, or nothing."""
    app.session_state["page"] = page
    app.query_params.clear()
    app.query_params.update(address)
    return _run(app)


def _shown(app: AppTest) -> dict[str, object]:
    """What the controls show."""
    return {
        **{e.key: e.value for kind in ("selectbox", "multiselect", "number_input", "toggle")
           for e in app.get(kind)},
        "words": app.text[0].value,
    }  # fmt: skip


USUAL = {"colour": "r", "several": [], "kept": ["p"], "count": 4, "share": 0.5, "on": False,
         "words": ""}  # fmt: skip


def test_without_an_address_all_is_at_its_default_and_nothing_is_written() -> None:
    app = _open()
    assert _shown(app) == USUAL
    assert app.query_params == {}


def test_the_address_is_read_when_a_session_begins() -> None:
    said = {"colour": "g", "several": ["x", "z"], "count": "9", "share": "0.25", "on": "true",
            "words": "one,two"}  # fmt: skip
    app = _open(**said)
    assert _shown(app) == {"colour": "g", "several": ["x", "z"], "kept": ["p"], "count": 9,
                           "share": 0.25, "on": True, "words": "one two"}  # fmt: skip
    assert app.query_params == said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param({"colour": "Green"}, {"colour": "g"}, id="an option by its label"),
        pytest.param({"colour": "purple"}, {}, id="no option"),
        pytest.param({"colour": "r"}, {}, id="its default"),
        pytest.param({"several": ["y", "purple"]}, {"several": ["y"]}, id="an option and none"),
        pytest.param({"kept": "purple"}, {}, id="none of several: the default, not nothing"),
        pytest.param({"kept": ""}, {"kept": []}, id="nothing, as it is written"),
        pytest.param({"count": "51"}, {}, id="too large"),
        pytest.param({"count": "0"}, {}, id="too small"),
        pytest.param({"count": "9.0"}, {"count": 9}, id="whole, written as a fraction"),
        pytest.param({"count": "2.5"}, {}, id="not whole"),
        pytest.param({"count": "nan", "share": "1e-3"}, {"share": 0.001}, id="no number"),
        pytest.param({"share": "inf"}, {}, id="infinite"),
        pytest.param({"on": "perhaps"}, {}, id="neither on nor off"),
        pytest.param({"words": "a,<b>,a,c,d,e"}, {"words": "a c d"}, id="three words at most"),
        pytest.param({"count": ["2", "3"]}, {"count": 3}, id="the last of two"),
        pytest.param(
            {"stranger": "1", "colour": "b"},
            {"colour": "b", "deep": False},
            id="a name that nobody declares",
        ),
    ],
)
def test_what_cannot_be_followed_costs_that_control_alone(said: dict, shown: dict) -> None:
    app = _open(**said)
    assert _shown(app) == USUAL | shown
    assert set(app.query_params) == set(shown) - {"deep"}


def test_a_control_that_is_changed_is_written_and_left_out_at_its_default() -> None:
    app = _open(count="9")
    app.selectbox(key="colour").select("g")
    _run(app)
    assert app.query_params == {"colour": "g", "count": "9"}
    app.number_input(key="count").set_value(4)
    _run(app)
    assert app.query_params == {"colour": "g"}
    app.selectbox(key="colour").select("r")
    _run(app)
    assert app.query_params == {}


def test_an_older_address_that_comes_with_a_click_is_an_echo() -> None:
    app = _open()
    app.number_input(key="count").set_value(5)
    _run(app)
    app.number_input(key="count").set_value(6)
    _run(app)
    assert app.query_params == {"count": "6"}
    for old in ({"count": "5"}, {}):  # the browser had not seen the last address, or none
        app.query_params.clear()
        app.query_params.update(old)
        app.selectbox(key="colour").select("g" if old else "b")
        _run(app)
        assert app.number_input(key="count").value == 6
        assert app.query_params == {"colour": "g" if old else "b", "count": "6"}


def test_an_echo_equal_to_what_is_said_is_written_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The browser may get the address of the run before only after this click left it."""
    app = _open()
    app.number_input(key="count").set_value(5)
    _run(app)
    written = []
    monkeypatch.setattr(QueryParamsProxy, "from_dict", lambda _, said: written.append(dict(said)))
    app.query_params.clear()  # of a time before that
    app.number_input(key="count").set_value(4)  # so that the controls say what came
    _run(app)
    assert written == [{}]
    _run(app)  # nothing new, so nothing is written
    assert written == [{}]


def test_a_foreign_link_is_read_whole() -> None:
    app = _open(colour="g", count="9")
    app.toggle(key="on").set_value(True)
    _run(app)
    app.query_params.clear()
    app.query_params.update({"share": "0.75", "words": "new"})
    _run(app)
    # what a link does not say is at its default
    assert _shown(app) == USUAL | {"share": 0.75, "words": "new"}
    assert app.query_params == {"share": "0.75", "words": "new"}


def test_going_back_reads_an_address_that_this_session_wrote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pages.parts.shared import address

    app = _open()
    app.number_input(key="count").set_value(5)
    _run(app)
    app.number_input(key="count").set_value(6)
    _run(app)
    context = address.get_script_run_ctx

    def going_back():
        found = context()
        found.is_history_navigation = True
        return found

    with monkeypatch.context() as patch:
        patch.setattr(address, "get_script_run_ctx", going_back)
        app.query_params.update({"count": "5"})
        _run(app)
    assert app.number_input(key="count").value == 5
    assert app.query_params == {"count": "5"}
    app.number_input(key="count").set_value(7)
    _run(app)
    assert app.query_params == {"count": "7"}


def test_a_page_that_is_come_back_to_by_the_menu_is_as_it_was() -> None:
    app = _open(colour="g")
    app.number_input(key="count").set_value(7)
    _run(app)
    _go(app, "B")
    assert _shown(app) == USUAL  # another page, another address
    app.toggle(key="on").set_value(True)
    _run(app)
    assert app.query_params == {"on": "true"}
    _go(app, "A")
    assert _shown(app) == USUAL | {"colour": "g", "count": 7}
    assert app.query_params == {"colour": "g", "count": "7"}
    _go(app, "B")
    assert app.query_params == {"on": "true"}


def test_a_link_of_another_page_says_all_that_is_to_be() -> None:
    app = _open(colour="g")
    _go(app, "B")
    _go(app, "A", count="8")
    assert _shown(app) == USUAL | {"count": 8}


def test_a_control_at_its_default_follows_when_that_changes() -> None:
    app = _open()
    app.session_state["usual"] = 6
    _run(app)
    assert app.number_input(key="count").value == 6
    assert app.query_params == {}
    app.number_input(key="count").set_value(9)
    _run(app)
    app.session_state["usual"] = 7
    _run(app)
    assert app.number_input(key="count").value == 9
    assert app.query_params == {"count": "9"}


def test_a_control_that_is_not_always_drawn_reads_the_address_when_it_is() -> None:
    app = _open(colour="r", deep="true")
    assert "deep" not in app.query_params
    app.selectbox(key="colour").select("b")
    _run(app)
    assert app.toggle(key="deep").value is True
    assert app.query_params == {"colour": "b", "deep": "true"}


def test_what_a_control_held_outlives_runs_that_do_not_draw_it() -> None:
    app = _open()
    app.number_input(key="count").set_value(9)
    _run(app)
    app.session_state["few"] = True
    _run(app)
    _run(app)
    assert app.query_params == {}
    app.session_state["few"] = False
    _run(app)
    assert app.number_input(key="count").value == 9
    assert app.query_params == {"count": "9"}


@pytest.mark.parametrize("after", [0, 2], ids=["drawn at once", "drawn some runs later"])
def test_what_a_callback_sets_before_a_control_is_drawn_stays(after: int) -> None:
    app = _open()
    app.session_state["more"] = not after
    app.button(key="set_later").click()
    _run(app)
    for _ in range(after):
        _run(app)
    app.session_state["more"] = True
    _run(app)
    assert app.number_input(key="later").value == 7
    assert app.query_params == {"later": "7"}


def test_what_could_not_be_followed_is_said_until_something_changes() -> None:
    app = _open(dataset="nowhere")
    assert [w.value for w in app.warning] == ["dataset must be somewhere"]
    assert app.query_params == {}
    _run(app)
    assert len(app.warning) == 1
    app.toggle(key="on").set_value(True)
    _run(app)
    assert not app.warning


def test_a_long_address_is_cut() -> None:
    app = _open(words="a" * 5000, count="9")
    assert app.text[0].value == "a" * 2000
    assert app.number_input(key="count").value == 9
