"""Tables in ARFF, in JSON and between blanks, and names of classes in Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gatewise.data.readers import read, read_labelled
from gatewise.data.readers.table.frames import load

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

HEAD = (
    "% remark\n@relation 'x y'\n@attribute 'att 1' numeric\n@attribute kind {a,'b c'}\n"
    "@attribute note string\n@data\n"
)


def test_arff(write: Write) -> None:
    table = load(write("a.arff", HEAD + "1.5,'b c','it\\'s, so'\n\n% more\n?,a,?\n"))
    assert table.arrow.to_pydict() == {"att 1": [1.5, None], "kind": ["b c", "a"], "note": ["it's, so", None]}
    assert table.place(1) == "line 10"


def test_arff_of_several_dimensions(write: Write) -> None:
    head = "@relation x\n@attribute bag relational\n@attribute t0 numeric\n@attribute t1 numeric\n@end bag\n"
    rows = '"1,2\\n3,4",up\n"5,6\\n7,8",down\n'
    data = read(write("a.arff", f"{head}@attribute class {{up,down}}\n@data\n{rows}"))
    # Each line of a cell is a dimension.
    assert [one.tolist() for one in data.sequences] == [[[1, 3], [2, 4]], [[5, 7], [6, 8]]]
    assert data.target.tolist() == ["up", "down"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + "1,a\n", "line 7 has 2 values; expected 3, one for each @attribute"),
        (HEAD + "x,a,b\n", "line 7: expected a number for 'att 1', found 'x'"),
        (HEAD + "1,q,b\n", "line 7: expected a class of 'kind' (a, b c), found 'q'"),
        (HEAD + "1,a,'open\n", "line 7 has a quote that is not closed; expected 3, one for each @attribute"),
        (HEAD + "{0 1}\n", "line 7: rows that name their columns ({0 1, …}) are not read; write all values"),
        ("@relation x\n@attribute a\n@data\n1\n",
         "line 2: expected @attribute, a name and numeric, string, date, relational or {classes}, found "
         "'@attribute a'"),
        ("@relation x\n1\n", "line 2: expected a line that begins with @, found '1'"),
        ("@relation x\n", "has no line @data below attributes; expected it above the rows"),
    ],
)  # fmt: skip
def test_bad_arff(content: str, message: str, write: Write, refusal: Refusal) -> None:
    path = write("a.arff", content)
    assert refusal(lambda: load(path)) == f"a.arff: {message}"


ROWS = [{"text": "a b", "label": "u"}, {"text": "c d", "label": "v"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps(ROWS, indent=2)),
        ("a.jsonl", json.dumps(ROWS)),
        ("a.json", json.dumps({"version": 1, "data": ROWS})),
        ("a.json", json.dumps({"text": ["a b", "c d"], "label": ["u", "v"]})),
        ("a.json", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_json(name: str, content: str, write: Write) -> None:
    data = read(write(name, content))
    assert data.sequences == ["a b", "c d"]
    assert data.target.tolist() == ["u", "v"]


def test_objects_within_objects(write: Write) -> None:
    data = read(
        write("a.jsonl", '{"data": {"text": "a b"}, "label": 1}\n{"data": {"text": "c d"}, "label": 0}\n')
    )
    assert data.channels == ("data.text",)
    assert data.sequences == ["a b", "c d"]


def test_bad_json(write: Write, refusal: Refusal) -> None:
    assert refusal(lambda: load(write("a.json", '[{"text": "a"}, 3]'))) == (
        'a.json: item 2: expected an object, such as {"text": …, "label": …}, found \'3\''
    )
    # The reason is in the words of Python's own reader.
    found = refusal(lambda: load(write("b.json", '[{"text": "a",}]')))
    assert found.startswith("b.json: line 1, column ")
    assert found.endswith('expected one object a line, such as {"text": …, "label": …}, or a list of them')


def test_numbers_between_blanks(write: Write, refusal: Refusal) -> None:
    table = load(write("a.txt", "  1.0000000e+00  2.5e-01\n  2.0000000e+00  3.5e-01\n  1.0  NaN\n"))
    assert table.arrow.to_pydict() == {"column1": [1, 2, 1], "column2": [0.25, 0.35, None]}
    assert table.notes == ("read with blanks between columns; these are called column1, column2",)
    many = "1 2 3\n" * 1001
    assert refusal(lambda: load(write("b.dat", many + "1 2\n"))) == (
        "b.dat: line 1002 has 2 columns; expected 3 as in line 1"
    )
    assert refusal(lambda: load(write("c.dat", many + "1 x 3\n"))) == (
        "c.dat: line 1002: expected numbers between blanks, found '1 x 3'"
    )


def test_names_of_classes_in_parquet(write: Write) -> None:
    feature = {"names": ["neg", "pos"], "_type": "ClassLabel"}
    features = {
        "label": feature,
        "tags": {"feature": feature, "_type": "Sequence"},
        "text": {"dtype": "string"},
    }
    saved = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    table = pa.table({"text": ["a b", "c d", "e f"], "label": [1, 0, 1], "tags": [[0], [1, -1], []]})
    write("a.parquet", "")
    pq.write_table(table.replace_schema_metadata(saved), "a.parquet")
    found = load("a.parquet").arrow.to_pydict()
    assert found["label"] == ["pos", "neg", "pos"]
    assert found["tags"] == [["neg"], ["pos", None], []]


def test_a_first_line_of_texts_is_a_row(write: Write) -> None:
    data = read(write("sms.tsv", "ham\tGo until the end\nspam\tWin a prize now\nham\tSee you later then\n"))
    assert data.target.tolist() == ["ham", "spam", "ham"]
    assert data.notes[1] == (
        "line 1 looks like the rows below it and was read as one; the columns are called column1, column2: write their "
        "names above it"
    )
    news = read(
        write(
            "news.csv",
            '"3","Oil is up again","Prices rise on many fears"\n"4","New phones","They are here at last"\n',
        )
    )
    assert news.sequences == [
        "Oil is up again\nPrices rise on many fears",
        "New phones\nThey are here at last",
    ]
    assert np.array_equal(news.target, [3, 4])


def test_columns_without_a_name(write: Write) -> None:
    data = read_labelled(write("a.csv", "v1,v2,,\nham,see you later,,\nspam,win a prize,,x\n"))
    assert data.sequences == ["see you later", "win a prize"]
    assert data.notes[0] == "ignored 2 columns without a name"
