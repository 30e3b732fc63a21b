"""Whatever is in a file gives a result, or one line that names the file."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gatewise.data.readers import read, read_sequences
from gatewise.data.tasks import Task
from gatewise.errors import GatewiseError

Write = Callable[[str, str | bytes], str]

MUTATIONS = 5
TASKS: tuple[Task | None, ...] = (None, "classification", "regression", "tagging", "forecast", "language")
WORDS = ["the", "quick", "café", "brown", "“fox”", "jumps", "over", "我", "dog", "😀", "number", "7"]


def _wide() -> str:
    rows = [",".join(f"{row + step * 0.5}" for step in range(14)) + f",{'ab'[row % 2]}\n" for row in range(8)]
    return ",".join(f"t{step}" for step in range(14)) + ",label\n" + "".join(rows)


def _spaced() -> str:
    return "".join(
        f"{1 + row % 2}.0e+00  " + "  ".join(f"{row + step * 0.5:.3e}" for step in range(14)) + "\n"
        for row in range(8)
    )


def _arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, X=np.arange(48.0).reshape(4, 6, 2), y=np.array([0, 1, 0, 1]))
    return file.getvalue()


def _array() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(24.0).reshape(4, 6))
    return file.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    feature = {"label": {"names": ["u", "v"], "_type": "ClassLabel"}}
    saved = {b"huggingface": json.dumps({"info": {"features": feature}}).encode()}
    table = pa.table({"values": [[1.0, 2], [3]], "label": [0, 1]}).replace_schema_metadata(saved)
    pq.write_table(table, file)
    return file.getvalue()


ARFF = "@relation 'x'\n@attribute t0 numeric\n@attribute 't 1' real\n@attribute class {a,'b c'}\n@data\n"
BAGS = (
    "@relation x\n@attribute bag relational\n@attribute t0 numeric\n@end bag\n@attribute class {a,b}\n@data\n"
)
FILES: dict[str, str | bytes] = {
    "wide.csv": _wide(),
    "spaced.txt": _spaced(),
    "a.arff": ARFF + "1,2,a\n3,?,'b c'\n5,6,a\n",
    "bags.arff": BAGS + '"1,2\\n3,4",a\n"5,6\\n7,8",b\n',
    "a.npz": _arrays(),
    "a.npy": _array(),
    "lists.jsonl": '{"values": [[1, 2], [3, 4]], "label": "u"}\n{"values": [[5, 6]], "label": "v"}\n',
    "list.json": json.dumps(
        [{"text": " ".join(WORDS[:4]), "label": "u"}, {"text": "so", "label": "v"}], indent=1
    ),
    "columns.json": json.dumps({"text": ["a b", "c d"], "label": [0, 1]}),
    "spans.jsonl": '{"text": "EU rejects it", "label": [[0, 2, "ORG"]]}\n'
    '{"text": "我在北京", "label": [[2, 4, "LOC"]]}\n',
    "pairs.json": json.dumps([["EU rejects", {"entities": [[0, 2, "ORG"]]}]]),
    "written.csv": "tokens,ner_tags\n\"['a', 'b']\",\"['O', 'B-X']\"\n\"['c' 'd']\",\"['O' 'O']\"\n",
    "blanks.csv": "tokens,tags\na b,O B-X\nc,O\n",
    "ner.csv": "Sentence #,Word,Tag\nSentence: 1,London,B-geo\n,calls,O\nSentence: 2,Iraq,B-geo\n,says,O\n",
    "fast.txt": "__label__u a fine film\n__label__v not at all\n",
    "sms.tsv": "ham\tGo until the end\nspam\tWin a prize now\nham\tSee you\n",
    "nameless.csv": "v1,v2,,\nham,see you later,,\nspam,win,,x\n",
    "pair.csv": "premise,hypothesis,label\na man,he is,0\nb c,d,1\n",
    "paths.csv": "filename,label\na.wav,u\nb.wav,v\n",
    "reviews.csv": "product_id,review,sentiment\n"
    + "".join(f"p{n % 6},a film of number {n} was it,{n % 2}\n" for n in range(12)),
    "eng.train": "-DOCSTART- O\n\nEU B-ORG\nrejects O\n\nPeter B-PER\n",
    "char.bmes": "北 B-LOC\n京 E-LOC\n在 O\n",
    "a.conllx": "1\ta\ta\tN\tN\t_\t0\troot\t_\t_\n2\tb\tb\tV\tV\t_\t1\tx\t_\t_\n",
    "a.ts": "\ufeff% remark\n@timeStamps false\n@univariate true\n@classLabel true a b\n@data\n1,2,3:a\n4,5,?:b\n",
    "numbers.parquet": _parquet(),
}


def mutated(content: bytes, seed: int) -> bytes:
    """Change bytes, lines or columns of a file."""
    choose = random.Random(seed)
    kind = choose.randrange(5)
    if kind == 0:
        changed = bytearray(content)
        for _ in range(choose.randint(1, 6)):
            changed[choose.randrange(len(changed))] = choose.choice(
                [0, 10, 34, 44, 0x5B, 0xE9, 0xFF, choose.randrange(256)]
            )
        return bytes(changed)
    if kind == 1:
        cut = sorted(choose.randrange(len(content) + 1) for _ in range(2))
        return content[: cut[0]] + content[cut[1] :]
    lines = content.split(b"\n")
    place = choose.randrange(len(lines))
    if kind == 2:
        lines[place : place + 1] = choose.choice(
            [[], [lines[place]] * 3, [b""], [b"\t,;|"], [lines[place] * 2]]
        )
    elif kind == 3:
        parts = lines[place].split(choose.choice([b",", b" ", b"\t", b":", b'"']))
        choose.shuffle(parts)
        lines[place] = b",".join(parts[choose.randrange(2) :])
    else:
        words = (
            b"nan",
            b"",
            b"[",
            b"{}",
            b"null",
            b"1e999",
            b"-1",
            b"'",
            b'"',
            "ß".encode(),
            b"inf",
            b"[[]]",
        )
        lines[place] = lines[place].replace(
            choose.choice([b"1", b"a", b",", b"2", b"label"]), choose.choice(words)
        )
    return b"\n".join(lines)


def message_of(path: str, task: Task | None) -> str:
    """Read a file with and without labels; the messages of what is refused."""
    messages = []
    for reader in (partial(read, path, task), partial(read_sequences, path, tokens=task == "tagging")):
        try:
            reader()
        except GatewiseError as error:
            messages.append(str(error))
    return "".join(messages)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FILES)
def test_mutated_files(name: str, write: Write) -> None:
    content = FILES[name]
    plain = content.encode() if isinstance(content, str) else content
    for seed in range(MUTATIONS):
        path = write(name, mutated(plain, seed) or b" ")
        for task in TASKS:
            assert message_of(path, task).isprintable(), seed
