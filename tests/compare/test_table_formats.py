"""Tables: what is written can be read back, texts stay texts, digits say what is known."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compare.table_formats import (
    TABLE_FORMATS,
    decimals,
    to_csv,
    to_latex,
    to_markdown,
    to_parquet,
)
from core.metrics.catalogue import METRICS

NASTY = "a_b & 100% \\input{x} $y$ #1 ~^ <b>|</b> [2pt] *\nnext"
FRAME = pd.DataFrame(
    {
        "regularizer": ["none", NASTY, "vae:beta=1.0"],
        "latent_dim": [2, 3, 64],
        "acc": [0.8123, 0.9876543, np.nan],
        "acc_std": [0.0531, 0.0124, np.nan],
        "reconstruction_mse": [0.0305, 0.0289, 0.0311],
        "cited": [False, True, False],
    }
)


def rows_of(markdown: bytes) -> list[list[str]]:
    """Cells of a Markdown table, header first, without the rule."""
    lines = markdown.decode().splitlines()
    lines = [line.replace(r"\|", "\0") for line in lines]
    return [
        [c.strip() for c in line.strip("|").split("|")] for i, line in enumerate(lines) if i != 1
    ]


# ----------------------------------------------------------------------------------- read back
def test_csv_is_read_back_to_the_last_digit() -> None:
    plain = FRAME.assign(acc=FRAME["acc"] / 3, regularizer=["a,b", 'say "c"', "d\ne"])
    back = pd.read_csv(io.BytesIO(to_csv(plain)))
    pd.testing.assert_frame_equal(back, plain, check_dtype=False)


def test_parquet_is_read_back_with_its_types() -> None:
    frame = FRAME.assign(seeds=[[0, 1], [2], []], when=pd.Timestamp("2026-01-02"))
    back = pd.read_parquet(io.BytesIO(to_parquet(frame)))
    assert [list(values) for values in back.pop("seeds")] == [[0, 1], [2], []]
    pd.testing.assert_frame_equal(back, frame.drop(columns="seeds"))


def test_columns_of_anything_can_be_written() -> None:
    frame = pd.DataFrame({"mixed": [1, "two", None], "lists": [[1, 2], None, {"a": 1}]})
    mixed = pd.read_parquet(io.BytesIO(to_parquet(frame)))["mixed"]
    assert mixed.tolist()[:2] == ["1", "two"]
    assert pd.isna(mixed[2])
    lists = pd.read_csv(io.BytesIO(to_csv(frame)))["lists"]
    assert json.loads(lists[0]) == [1, 2]
    assert frame["lists"][0] == [1, 2]  # what was given stays as it was


# --------------------------------------------------------------------------------------- digits
@pytest.mark.parametrize(
    ("values", "spreads", "expected"),
    [
        pytest.param([0.99431], [0.0012], 4, id="two digits of the spread"),
        pytest.param([0.99431], [0.053], 3, id="of a larger one"),
        pytest.param([0.8, 0.9, 0.9], [0.053, 0.05, 0.0004], 4, id="the least spread is not 0"),
        pytest.param([38947.97], [1203.4], 0, id="no digits that nobody knows"),
        pytest.param([0.9, 0.8], [], 3, id="no spread: three digits of the value"),
        pytest.param([0.0237], [np.nan], 4, id="unknown spread"),
        pytest.param([1.0, 1.0], [0.0, 0.0], 2, id="no spread at all"),
        pytest.param([0.5], [1e-16], 3, id="a spread of rounding errors"),
        pytest.param([0.5], [3e-6], 6, id="at most six"),
        pytest.param([np.nan], [], 3, id="nothing known"),
        pytest.param([], [], 3, id="no rows"),
    ],
)
def test_decimals(values: list[float], spreads: list[float], expected: int) -> None:
    assert decimals(values, spreads) == expected


def test_spreads_and_intervals_share_the_cell_of_their_score() -> None:
    frame = pd.DataFrame(
        {
            "n": [5, 1],
            "acc": [0.98765, 0.5],
            "acc_std": [0.0123, np.nan],
            "nmi": [0.5, -0.25],
            "nmi_low": [0.44, -0.35],
            "nmi_high": [0.56, -0.15],
        }
    )
    assert rows_of(to_markdown(frame)) == [
        ["n", "ACC ↑", "NMI ↑"],
        ["5", "0.988 ± 0.012", r"0.500 [0.440, 0.560]"],
        ["1", "0.500", r"-0.250 [-0.350, -0.150]"],
    ]
    latex = to_latex(frame).decode()
    assert r"5 & $0.988 \pm 0.012$ & $0.500\;[0.440, 0.560]$ \\" in latex
    assert r"1 & $0.500$ & $-0.250\;[-0.350, -0.150]$ \\" in latex


def test_the_worst_seed_has_a_column_with_the_digits_of_its_score() -> None:
    frame = pd.DataFrame({"acc": [0.98765], "acc_std": [0.0123], "acc_worst": [0.9712], "n": [7]})
    assert rows_of(to_markdown(frame)) == [
        ["ACC ↑", "worst seed", "n"], ["0.988 ± 0.012", "0.971", "7"]
    ]  # fmt: skip
    assert r"$0.988 \pm 0.012$ & $0.971$ & 7 \\" in to_latex(frame).decode()
    assert to_csv(frame).startswith(b"acc,acc_std,acc_worst,n\n")


def test_people_read_regularizers_in_short_and_programs_in_full() -> None:
    full = [f"l1:weight={w}+sine:weight=250.0,wavelength=300.0" for w in (0.1, 0.2)]
    frame = pd.DataFrame({"regularizer": [*full, "of a later version:a=1", None]})
    assert [cells[0] for cells in rows_of(to_markdown(frame))[1:]] == [
        "L1 sparsity, weight 0.1 + Sine (the post)", "L1 sparsity, weight 0.2 + Sine (the post)",
        "of a later version:a=1", "",
    ]  # fmt: skip
    assert pd.read_csv(io.BytesIO(to_csv(frame)))["regularizer"].tolist()[:2] == full


def test_lower_is_better_points_down() -> None:
    for name, info in METRICS.items():
        arrow = {"higher": "↑", "lower": "↓"}[info.better]
        assert rows_of(to_markdown(pd.DataFrame({name: [0.5]})))[0] == [f"{info.label} {arrow}"]
        assert (r"$\downarrow$" in to_latex(pd.DataFrame({name: [0.5]})).decode()) == (arrow == "↓")


def test_whole_numbers_are_whole_and_cited_rows_are_marked() -> None:
    frame = pd.DataFrame({"seed": [2**31 - 1, 7], "acc": [0.9, 0.8], "cited": [True, False]})
    assert rows_of(to_markdown(frame))[1:] == [["2147483647", "0.900", "cited"], ["7", "0.800", ""]]
    assert r"2147483647 & $0.900$ & cited \\" in to_latex(frame).decode()
    assert b"True" in to_csv(frame)
    assert pd.read_parquet(io.BytesIO(to_parquet(frame)))["cited"].tolist() == [True, False]


def test_cited_rows_stand_among_measured_ones() -> None:
    measured = pd.DataFrame({"latent_dim": [3], "acc": [0.9], "acc_std": [0.01]})
    cited = pd.DataFrame({"acc": [0.5, np.nan], "acc_low": [0.4, 0.3], "acc_high": [0.6, 0.7]})
    cited = cited.assign(latent_dim=pd.array([None, 2], dtype="Int64"), cited=True)
    together = pd.concat([measured, cited], ignore_index=True)
    assert rows_of(to_markdown(together[["latent_dim", "acc", "acc_std", "cited"]])) == [
        ["Latent dimension", "ACC ↑", ""],
        ["3", "0.900 ± 0.010", ""],
        ["", "0.500", "cited"],
        ["2", "", "cited"],
    ]
    assert ["", "0.500 [0.400, 0.600]", "cited"] in rows_of(
        to_markdown(together[["latent_dim", "acc", "acc_std", "acc_low", "acc_high", "cited"]])
    )
    for form in TABLE_FORMATS.values():
        assert form.write(together)


# -------------------------------------------------------------------------------- texts stay texts
def test_columns_are_aligned() -> None:
    lines = to_markdown(FRAME).decode().splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1].replace(" ", "").count("-:|") == 3  # numbers to the right, texts to the left
    latex = to_latex(FRAME).decode()
    assert r"\begin{tabular}{lrrrl}" in latex
    body = latex.split(r"\midrule")[1].split(r"\bottomrule")[0].strip().splitlines()
    assert len(body) == len(FRAME)  # a line break in a text starts no row
    for line in body:
        assert line.endswith(r" \\")
        assert line.replace(r"\&", "").count("&") == 4


def test_latex_of_a_nasty_text() -> None:
    assert (
        r"a\_b \& 100\% \textbackslash{}input\{x\} \$y\$ \#1 \textasciitilde{}\textasciicircum{} "
        r"\textless{}b\textgreater{}\textbar{}\textless{}/b\textgreater{} {[}2pt{]} {*} next"
    ) in to_latex(FRAME).decode()


@given(st.text(max_size=40))
@settings(deadline=None)  # the machine may be busy
def test_no_text_is_a_command(text: str) -> None:
    latex = to_latex(pd.DataFrame({"regularizer": [text], "digits": [text]})).decode()
    row = latex.split("\\midrule\n")[1].split("\n\\bottomrule")[0]
    assert "\n" not in row
    for known in ("backslash", "asciitilde", "asciicircum", "less", "greater", "bar"):
        row = row.replace(f"\\text{known}{{}}", "")
    row = row.removesuffix(r" \\").replace(" & ", "", 1) if " & " in row else row
    for escaped in "&%$#_{}":
        row = row.replace(f"\\{escaped}", "")
    for grouped in "[]*":
        row = row.replace(f"{{{grouped}}}", "")
    assert not set(row) & set("\\&%$#_{}~^[]*")


@given(st.text(max_size=40))
@settings(deadline=None)  # the machine may be busy
def test_no_text_is_markup(text: str) -> None:
    markdown = to_markdown(pd.DataFrame({"regularizer": [text], "acc": [0.5]})).decode()
    assert markdown.count("\n") == 3
    cell = markdown.split("\n")[2]
    bare = cell.replace("\\\\", "").replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "<" not in bare
    assert "&" not in bare
    assert bare.replace("\\|", "").count("|") == 3


def test_a_tabular_is_no_document_and_empty_tables_have_a_header() -> None:
    empty = FRAME.head(0)
    for form in TABLE_FORMATS.values():
        assert isinstance(form.write(empty), bytes)
    assert len(to_markdown(empty).decode().splitlines()) == 2
    assert to_csv(empty).decode().strip() == ",".join(FRAME.columns)
    assert r"\midrule" + "\n" + r"\bottomrule" in to_latex(empty).decode()


def test_every_format_says_what_it_is() -> None:
    assert list(TABLE_FORMATS) == ["csv", "parquet", "latex", "markdown"]
    for form in TABLE_FORMATS.values():
        assert form.binary or form.write(FRAME).decode("utf-8")
        assert "/" in form.mime
        assert not form.extension.startswith(".")
