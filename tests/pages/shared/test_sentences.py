"""An error for people becomes a sentence, on a page and in a part that runs alone."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from core.setting.errors import UserError
    from pages.parts.shared.sentences import fragment, sentences

    @fragment()
    def part(ends: str) -> None:
        if st.button("Again"):
            raise UserError(f"The part *{ends}*.")
        st.caption("a part")

    with sentences():
        part("ended")
        raise UserError("The page ended.")


def test_errors_are_sentences_in_pages_and_in_parts_of_them() -> None:
    app = AppTest.from_function(_page).run()
    assert not app.exception
    assert [e.value for e in app.error] == ["The page ended."]
    app.button[0].click().run()
    assert not app.exception
    assert "The part" in app.error[0].value
    assert "*ended*" not in app.error[0].value.replace("\\*", "")
