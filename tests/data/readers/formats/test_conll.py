"""CoNLL, BIO and CoNLL-U files, and the layout of SNIPS."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from gatewise.data.readers import infer_task, read_labelled, read_sequences, read_tagged
from gatewise.data.sequences import SequenceColumns
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

NER = "-DOCSTART- -X- O\n\nEU NNP B-ORG\nrejects VBZ O\n\n\n-DOCSTART- -X- O\n\n# NN O\nPeter NNP B-PER\n"
WORDS = [["EU", "rejects"], ["#", "Peter"]]
ATIS = (
    "# sent_id = 1\n# text = vámonos al mar\n"
    "1-2\tvámonos\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "1\tvamos\tir\tVERB\tV\t_\t0\troot\t_\t_\n"
    "2\tnos\tnosotros\tPRON\tP\t_\t1\tobj\t_\t_\n"
    "2.1\tya\tya\tADV\tA\t_\t_\t_\t_\t_\n"
    "3\tmar\tmar\tNOUN\tN\t_\t1\tobl\t_\t_\n\n"
    "1\tNew York\tNew York\tPROPN\tN\t_\t0\troot\t_\t_\n\n"
)


@pytest.mark.parametrize("name", ["a.conll", "a.bio", "a.iob", "a.iob2", "a.txt", "a.conll.gz"])
def test_columns_between_blanks(name: str, write: Write) -> None:
    path = write(name, gzip.compress(NER.encode()) if name.endswith("gz") else NER)
    data = read_tagged(path)
    assert data.sequences == WORDS
    assert data.target == [["B-ORG", "O"], ["O", "B-PER"]]
    assert data.kind == "tokens"
    assert data.lengths.tolist() == [2, 2]
    assert data.columns is None
    assert (data.source, data.notes) == (name, ("columns: token=1, tag=3",))


def test_other_columns(write: Write) -> None:
    path = write("a.conll", NER)
    assert read_tagged(path, target="2").target == [["NNP", "VBZ"], ["NN", "NNP"]]
    assert read_tagged(path, channels="2", target="3").sequences == [["NNP", "VBZ"], ["NN", "NNP"]]
    named = write("b.conll", "token pos tag\n\n" + NER)
    data = read_tagged(named, target="pos")
    assert data.sequences == WORDS
    assert data.target == [["NNP", "VBZ"], ["NN", "NNP"]]
    assert data.notes == ("columns: token=token, tag=pos",)
    assert data.columns == SequenceColumns(target="pos")


def test_a_tsv_with_blank_lines_is_no_table(write: Write) -> None:
    path = write("a.tsv", "IL-2\tB-DNA\ngene\tI-DNA\n\nof\tO\n\nmice\tO\n")
    assert read_tagged(path).sequences == [["IL-2", "gene"], ["of"], ["mice"]]
    assert infer_task(path).task == "tagging"
    assert infer_task(write("b.tsv", "ds\ty\n\n1\t2\n\n2\t3\n")).task == "forecast"


def test_tabs_and_remarks(write: Write) -> None:
    """Between tabs a token may hold blanks; a no-break space is part of a token in any case."""
    path = write("a.conll", "# id 7f domain=en\n# key = value\n# one\nNew York\tB-LOC\r\nx\u00a0y\tO\r\n")
    assert read_tagged(path).sequences == [["New York", "x\u00a0y"]]
    assert read_tagged(write("b.conll", "x\u00a0y O\n")).sequences == [["x\u00a0y"]]


def test_one_column_is_enough_for_prediction(write: Write, refusal: Refusal) -> None:
    path = write("a.conll", "EU\nrejects\n\nPeter\n")
    found = read_sequences(path)
    assert found.sequences == [["EU", "rejects"], ["Peter"]]
    assert found.kind == "tokens"
    assert read_sequences(write("b.bio", NER), tokens=True).sequences == WORDS
    assert refusal(lambda: read_tagged(path)) == "a.conll: line 1 has 1 column; expected a token and its tag"
    labelled = write("c.bio", NER)
    assert refusal(lambda: read_labelled(labelled)) == (
        'c.bio: holds a label for each token; use it with task="tagging" or SequenceTagger'
    )


NONE = "holds no sentence; expected one token on each line and a blank line between sentences"


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        ("a b O\nc O\n", {}, "line 2 has 2 columns; expected 3 as in line 1"),
        ("a O\n\nb\n", {}, "line 3 has 1 column; expected 2 as in line 1"),
        ("a\tO\nb\t\n", {}, "line 2: the tag in column 2 is empty"),
        ("a\tO\n\tO\n", {}, "line 2: the token in column 1 is empty"),
        ("", {}, "is empty; expected one token on each line and a blank line between sentences"),
        ("\n \n", {}, NONE),
        ("-DOCSTART- O\n", {}, NONE),
        ("a O\n", {"target": "4"},
         "has no column '4' for target=; expected a number from 1 to 2, or a name in the first line"),
        ("a O\n", {"channels": "word"},
         "has no column 'word' for channels=; expected a number from 1 to 2, or a name in the first line"),
        ("token tag\n", {"target": "tag"}, NONE),
        ("Köln O\n".encode("latin-1"), {}, "line 1 holds the byte 0xF6; expected UTF-8; save the file as "
         'UTF-8, or name its encoding, such as encoding="cp1252"'),
    ],
)  # fmt: skip
def test_bad_conll(
    content: str | bytes, options: dict[str, str], reason: str, write: Write, refusal: Refusal
) -> None:
    path = write("a.conll", content)
    assert refusal(lambda: read_tagged(path, **options)) == f"a.conll: {reason}"  # type: ignore[arg-type]


def test_conllu(write: Write) -> None:
    path = write("a.conllu", ATIS)
    data = read_tagged(path)
    assert data.sequences == [["vamos", "nos", "mar"], ["New York"]]
    assert data.target == [["VERB", "PRON", "NOUN"], ["PROPN"]]
    assert data.notes == ("columns: token=form, tag=upos",)
    for target, first in (("xpos", "V"), ("lemma", "ir"), ("deprel", "root"), ("UPOS", "VERB")):
        assert read_tagged(path, target=target).target[0][0] == first
    assert read_sequences(path).sequences == data.sequences


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        ("1\ta\ta\tX\n", {}, "line 1 has 4 columns; expected 10, separated by tabs"),
        (ATIS + "x" + "\t_" * 9, {}, "line 11: expected the number of a word, found 'x'"),
        (ATIS.replace("\tVERB\t", "\t\t"), {}, "line 4: the tag in column 4 is empty"),
        (ATIS, {"target": "feats"},
         "column feats is not annotated (_ everywhere); name another one with target="),
        ("# nothing\n", {}, "holds no sentence; expected lines of 10 columns, separated by tabs"),
        ("", {}, "is empty; expected sentences in CoNLL-U"),
    ],
)  # fmt: skip
def test_bad_conllu(
    content: str, options: dict[str, str], reason: str, write: Write, refusal: Refusal
) -> None:
    path = write("a.conllu", content)
    assert refusal(lambda: read_tagged(path, **options)) == f"a.conllu: {reason}"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.conllu", {"target": "pos"},
         "target=\"pos\": CoNLL-U has no such column of tags; expected one of lemma, upos, xpos, feats, head, deprel, "
         "deps, misc"),
        ("a.conllu", {"channels": "form"}, "channels: has no meaning for a CoNLL-U file; leave it out"),
        ("a.conll", {"group": "who"}, "group: has no meaning for a CoNLL-U file; leave it out"),
        ("slots", {"target": "label"},
         "target: has no meaning for a folder of seq.in and seq.out; leave it out"),
        ("a.conll", {"impute": "mean"}, "impute: expected previous, or nothing, got 'mean'"),
    ],
)  # fmt: skip
def test_options_without_meaning(name: str, options: dict[str, str], message: str, write: Write) -> None:
    if name == "slots":
        slots(write)
    else:
        write(name, ATIS)
    with pytest.raises(ConfigurationError) as error:
        read_tagged(name, **options)  # type: ignore[arg-type]
    assert str(error.value) == message


def slots(write: Write, **files: str) -> str:
    Path("slots").mkdir()
    content = {
        "in": "play  clásicos \nstop\n\n", "out": "O B-playlist \nO\n", "label": "Play\nStop it\n"
    }  # fmt: skip
    for name, text in (content | files).items():
        write(f"slots/{'label' if name == 'label' else f'seq.{name}'}", text)
    return "slots"


def test_snips(write: Write, refusal: Refusal) -> None:
    folder = slots(write)
    data = read_tagged(folder)
    assert data.sequences == [["play", "clásicos"], ["stop"]]
    assert data.target == [["O", "B-playlist"], ["O"]]
    assert data.sentence_labels is not None
    assert data.sentence_labels.tolist() == ["Play", "Stop it"]
    intents = read_labelled(folder)
    assert intents.sequences == ["play clásicos", "stop"]
    assert intents.target.tolist() == ["Play", "Stop it"]
    assert read_sequences(folder).sequences == ["play clásicos", "stop"]
    assert read_sequences(folder, tokens=True).sequences == data.sequences
    Path("slots/label").unlink()
    assert read_tagged(folder).sentence_labels is None
    assert refusal(lambda: read_labelled(folder)) == (
        'slots: has no file label with a line for each of seq.in; use it with task="tagging" or SequenceTagger'
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"out": "O\nO\n"}, "seq.out: line 1 has 1 tag; expected 2, one for each token of seq.in"),
        ({"out": "O O\n"}, "seq.out: has 1 line; expected 2, as many as seq.in"),
        ({"label": "Play\n"}, "label: has 1 line; expected 2, as many as seq.in"),
        ({"label": "\nPlay\n"}, "label: line 1 is empty; expected a label"),
        ({"in": "\nstop\n"}, "seq.in: line 1 is empty; expected a sentence"),
        ({"in": ""}, "seq.in: is empty; expected one sentence on each line"),
    ],
)
def test_bad_snips(files: dict[str, str], reason: str, write: Write, refusal: Refusal) -> None:
    folder = slots(write, **files)
    assert refusal(lambda: read_tagged(folder)) == f"slots/{reason}"


def test_a_folder_of_parts(write: Write, refusal: Refusal) -> None:
    write("x", "")
    for part in ("test", "train"):
        Path("all", part).mkdir(parents=True)
        write(f"all/{part}/seq.in", "a\n")
    assert refusal(lambda: read_tagged("all")) == (
        "all: holds 2 data sets (test, train); name one of them, such as all/train"
    )


def test_real_data(data_folder: Path) -> None:
    train = read_tagged(data_folder / "snips" / "train")
    assert len(train) == 13_084
    assert train.sentence_labels is not None
    assert len({*train.sentence_labels}) == 7
    assert len({tag for tags in train.target for tag in tags}) == 72
    parts = {
        part: data_folder / "ud_english_atis" / f"en_atis-ud-{part}.conllu"
        for part in ("train", "dev", "test")
    }
    assert [len(read_tagged(path)) for path in parts.values()] == [4274, 572, 586]
