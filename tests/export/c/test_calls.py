"""What a program that calls a step may rely on: sizes, codes, states that stay as they were, streams side by side."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from compiled import TOOLCHAINS
from streaming import fitted

from gatewise.export.c.files import Files, written

GCC = TOOLCHAINS["gcc"]
ROW_MODEL = """
#include "model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static model_state one, other, before;

int main(void)
{
    float row[2] = { 0.5f, -1.0f }, answer[2], again[2], untouched[2] = { 7.0f, 7.0f };
    printf("%d %d\\n", (int)sizeof one.carried, (int)sizeof one);
    model_reset(&one);
    model_reset(&other);
    /* Streams do not know of each other; only what is carried goes on. */
    for (int step = 0; step < 7; step++) {
        if (model_step(&one, row, answer) != MODEL_OK || model_step(&other, row, again) != MODEL_OK)
            return 1;
        if (memcmp(answer, again, sizeof answer) != 0)
            return 2;
        memset(&one.scratch, 0xFF, sizeof one.scratch);
    }
    before = one;
    row[1] = NAN;
    if (model_step(&one, row, untouched) != MODEL_NOT_FINITE)
        return 3;
    row[1] = -INFINITY;
    if (model_step(&one, row, untouched) != MODEL_NOT_FINITE)
        return 4;
    if (memcmp(&before.carried, &one.carried, sizeof before.carried) != 0 || untouched[0] != 7.0f)
        return 5;
    /* A state that was copied goes on as the other one does. */
    row[1] = 1.0f;
    memset(&other, 0, sizeof other);
    other.carried = before.carried;
    model_step(&one, row, answer);
    model_step(&other, row, again);
    if (memcmp(answer, again, sizeof answer) != 0)
        return 6;
    model_reset(&one);
    return one.carried.rows == 0 ? 0 : 7;
}
"""
SYMBOL_MODEL = """
#include "model.h"
#include <string.h>

static model_state state, before;

int main(void)
{
    static float answer[MODEL_PROBABILITIES];
    model_reset(&state);
    before = state;
    if (model_step(&state, MODEL_PROBABILITIES, answer) != MODEL_OUT_OF_RANGE)
        return 1;
    if (model_step(&state, -1, answer) != MODEL_OUT_OF_RANGE)
        return 2;
    if (memcmp(&before.carried, &state.carried, sizeof state.carried) != 0)
        return 3;
    if (model_symbol('t') < 1 || model_symbol(0xE4) < 1 || model_symbol('Q') != 0 || model_symbol(0x1F600) != 0)
        return 4;
    if (strcmp(model_probabilities_names[model_symbol('"')], "\\"") != 0)
        return 5;
    return model_step(&state, model_symbol('t'), answer) == MODEL_OK ? 0 : 6;
}
"""


def with_main(files: Files, text: str) -> dict[str, str]:
    return files.texts | {"main.c": text}


def test_rows(tmp_path: Path) -> None:
    files = written(fitted("cell LSTM").step_graph(), "model")
    ran = GCC.run(GCC.compiled(tmp_path, with_main(files, ROW_MODEL)))
    assert (ran.returncode, ran.stderr) == (0, b"")
    sizes = [int(number) for number in ran.stdout.split()]
    assert sizes == [files.layout.carried_bytes, files.layout.total_bytes]


def test_symbols(tmp_path: Path) -> None:
    files = written(fitted("characters").step_graph(), "model")
    ran = GCC.run(GCC.compiled(tmp_path, with_main(files, SYMBOL_MODEL)))
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_sizes_are_those_of_other_processors(tmp_path: Path) -> None:
    TOOLCHAINS["arm"].need()
    files = written(fitted("patches").step_graph(), "model")
    body = 'int main(void) { return printf("%d", (int)sizeof(model_state)) < 0; }'
    text = f'#include "model.h"\n#include <stdio.h>\n{body}'
    program = TOOLCHAINS["arm"].compiled(tmp_path, with_main(files, text))
    assert int(TOOLCHAINS["arm"].answers(program, b"")) == files.layout.total_bytes


def test_a_gap_is_given_as_nan_where_training_had_gaps(tmp_path: Path) -> None:
    files = written(fitted("forecasts with gaps").step_graph(), "model")
    program = GCC.compiled(tmp_path, files.texts)
    printed = GCC.answers(program, b"1\n2\nnan\n3\n").decode().splitlines()
    assert printed[0].startswith('"1 y_hat","1 lo-95","1 hi-95","1 lo-80","1 hi-80","2 y_hat"')
    numbers = np.array([[float(one) for one in line.split(",")] for line in printed[1:]])
    assert numbers.shape == (4, 20)
    assert np.isfinite(numbers).all()
    assert GCC.run(program, b"1\ninf\n").stderr == b"2: a number is NaN or infinite\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"1,2\n1\n", b"2: expected 2 numbers\n"),
        (b"1,2,3\n", b"1: expected 2 numbers\n"),
        (b"1,2\n1,x\n", b"2: expected 2 numbers\n"),
        (b"1,2\n1,nan\n", b"2: a number is NaN or infinite\n"),
    ],
)
def test_rows_that_are_none(given: bytes, said: bytes, row_program: Path) -> None:
    ran = GCC.run(row_program, given)
    assert (ran.returncode, ran.stderr) == (1, said)


def test_rows_as_people_write_them(row_program: Path) -> None:
    plain = GCC.answers(row_program, b"1,2\n3,4\n")
    assert GCC.answers(row_program, b"a,b\r\n1; 2\r\n 3\t4") == plain
    assert plain.splitlines()[0] == b'"even","odd, or not"'


@pytest.fixture(scope="module")
def row_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return GCC.compiled(tmp_path_factory.mktemp("rows"), written(fitted("last").step_graph(), "model").texts)


def test_the_header_is_read_by_cpp(tmp_path: Path) -> None:
    if shutil.which("g++") is None:
        pytest.skip("no g++")
    texts = written(fitted("patches").step_graph(), "model").texts
    (tmp_path / "model.h").write_text(texts["model.h"])
    (tmp_path / "use.cpp").write_text(
        '#include "model.h"\nint main() { model_state s; model_reset(&s); return 0; }'
    )
    command = ["g++", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "use.cpp"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
