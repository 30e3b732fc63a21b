"""Folders of recordings: where labels and speakers come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sounds import record, tone

from gatewise.data.readers import read, read_sequences
from gatewise.data.readers.formats.name_pattern import NamePattern, guess_pattern
from gatewise.data.readers.formats.recordings import is_recordings, list_recordings, read_recordings
from gatewise.errors import ConfigurationError, ReadError

FLAT = [f"{word}_{who}_{take}.wav" for word in ("no", "yes") for who in ("anna", "ben") for take in range(2)]


def folder_of(root: Path, names: list[str]) -> Path:
    for name in names:
        record(root / name, tone(440, 0.05))
    return root


def refused(folder: Path, error: type[Exception] = ReadError, **options: str) -> str:
    with pytest.raises(error) as caught:
        read_recordings(folder, **options)
    return str(caught.value)


def test_names_that_leave_no_doubt(tmp_path: Path) -> None:
    found = read_recordings(folder_of(tmp_path, FLAT))
    assert found.sequences == [tmp_path / name for name in FLAT]
    assert found.target.tolist() == ["no"] * 4 + ["yes"] * 4
    assert found.groups is not None
    assert found.groups.tolist() == ["anna", "anna", "ben", "ben"] * 2
    assert found.ids is not None
    assert found.ids.tolist() == FLAT
    assert found.source == str(tmp_path)
    assert found.notes == ("labels from names: {label}_{group}_{take}, {group} is the group",)


def test_sub_folders(tmp_path: Path) -> None:
    names = ["_noise_/hum.wav", "no/a.wav", "no/b.flac", "yes/a.ogg"]
    found = read_recordings(folder_of(tmp_path, names))
    assert found.target.tolist() == ["no", "no", "yes"]
    assert found.groups is None
    assert found.notes == ("labels from sub-folders", "left out, as their names begin with _ or .: _noise_")


def test_speech_commands_says_who_speaks(tmp_path: Path) -> None:
    names = ["no/0a7c2a8d_nohash_0.wav", "yes/0a7c2a8d_nohash_1.wav", "yes/1b_nohash_0.wav"]
    found = read_recordings(folder_of(tmp_path, names))
    assert found.target.tolist() == ["no", "yes", "yes"]
    assert found.groups is not None
    assert found.groups.tolist() == ["0a7c2a8d", "0a7c2a8d", "1b"]


def test_a_pattern_with_folders_and_names_of_its_own(tmp_path: Path) -> None:
    folder_of(tmp_path, ["anna/no/1.wav", "ben/yes/1.wav"])
    found = read_recordings(tmp_path, pattern="{speaker}/{word}/*", target="word")
    assert found.target.tolist() == ["no", "yes"]
    assert found.groups is not None
    assert found.groups.tolist() == ["anna", "ben"]
    assert found.columns is not None
    assert (found.columns.target, found.columns.group) == ("word", "speaker")


def test_metadata_beside_the_recordings(tmp_path: Path) -> None:
    folder_of(tmp_path, ["a.wav", "b.wav", "deep/c.wav", "extra.wav"])
    (tmp_path / "metadata.csv").write_text(
        "file_name,label,speaker_id\nb.wav,yes,007\na.wav,no,007\ndeep/c.wav,yes,8\n"
    )
    found = read_recordings(tmp_path)
    assert found.sequences == [tmp_path / name for name in ("b.wav", "a.wav", "deep/c.wav")]
    assert found.target.tolist() == ["yes", "no", "yes"]
    assert found.groups is not None
    assert found.groups.tolist() == ["007", "007", "8"]
    assert found.notes == (
        "labels from metadata.csv: file_name is the recording, label the label, speaker_id the group",
        "1 recording not named in metadata.csv left out",
    )


def test_metadata_as_of_ljspeech(tmp_path: Path) -> None:
    folder_of(tmp_path, ["wavs/LJ1.wav", "wavs/LJ2.wav"])
    path = tmp_path / "metadata.csv"
    path.write_text("LJ1|3\nLJ2|4\n")
    assert refused(tmp_path) == (
        f"{path}: the first line already names a recording ('LJ1'); add a line of column names before it, such "
        "as file_name and label"
    )
    path.write_text("id|mood\nLJ1|3\nLJ2|4\n")
    found = read_recordings(tmp_path)
    assert found.sequences == [tmp_path / "wavs" / "LJ1.wav", tmp_path / "wavs" / "LJ2.wav"]
    assert found.target.dtype == np.int64
    assert found.target.tolist() == [3, 4]


def test_metadata_that_does_not_fit(tmp_path: Path) -> None:
    folder_of(tmp_path, ["a.wav", "b.wav"])
    path = tmp_path / "metadata.csv"
    for content, options, message in (
        (
            "file_name,label\na.wav,x\nz.wav,y\n",
            {},
            f"{path}: line 3, column 'file_name': there is no recording 'z.wav' in {tmp_path}",
        ),
        (
            "file_name,label\na.wav,x\na.wav,y\n",
            {},
            f"{path}: line 3, column 'file_name': 'a.wav' was named before; expected one row for each",
        ),
        (
            "file_name,label\na.wav,x\nb.wav,\n",
            {},
            f"{path}: line 3, column 'label' is empty; expected a name in every row",
        ),
        (
            "sound,label\na,x\nb,y\n",
            {},
            f"{path}: cannot tell the column of the recordings; call it file_name or filename or file or path; "
            "columns are sound (text), label (text)",
        ),
        (
            "file_name,mood,word\na.wav,x,u\nb.wav,y,v\n",
            {},
            f"{path}: cannot tell the column of the label; name it with target=; columns are file_name (text), "
            "mood (text), word (text)",
        ),
        (
            "file_name,mood\na.wav,x\nb.wav,y\n",
            {"target": "moo"},
            f"{path}: has no column 'moo' for target=; did you mean 'mood'? columns are file_name (text), mood "
            "(text)",
        ),
    ):
        path.write_text(content)
        assert refused(tmp_path, **options) == message


def write(root: Path, name: str, content: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(content)


def test_json_lines_as_of_hugging_face(tmp_path: Path) -> None:
    folder_of(tmp_path, ["train/a.wav", "train/b.wav", "test/c.wav"])
    write(
        tmp_path,
        "train/metadata.jsonl",
        '{"file_name": "a.wav", "label": "x"}\n{"file_name": "b.wav", "label": "y"}\n',
    )
    found = read_recordings(tmp_path)
    assert found.target.tolist() == ["x", "y"]
    assert found.notes == (
        "train of train, test, as each is a part",
        "labels from metadata.jsonl: file_name is the recording, label the label",
    )


def test_labels_in_folders_of_parts(tmp_path: Path) -> None:
    folder_of(tmp_path, ["train/x/a.wav", "train/y/b.wav", "test/x/c.wav"])
    assert read_recordings(tmp_path).target.tolist() == ["x", "y"]
    unlabelled = folder_of(tmp_path / "other", ["train/a.wav", "test/b.wav"])
    assert refused(unlabelled).startswith(f"{unlabelled / 'train'}: cannot tell the labels: ")


def test_a_table_elsewhere_in_the_folder(tmp_path: Path) -> None:
    # ESC-50, UrbanSound8K, Common Voice.
    esc = folder_of(tmp_path / "esc", ["audio/1-1-A-0.wav", "audio/1-2-A-1.wav"])
    write(esc, "meta/esc.csv", "filename,fold,target,category\n1-1-A-0.wav,1,0,dog\n1-2-A-1.wav,1,1,cat\n")
    assert read_recordings(esc).target.tolist() == ["dog", "cat"]
    urban = folder_of(tmp_path / "urban", ["audio/fold1/7.wav", "audio/fold2/8.wav"])
    write(urban, "metadata/u.csv", "slice_file_name,fold,classID,class\n7.wav,1,3,dog\n8.wav,2,4,cat\n")
    assert read_recordings(urban).target.tolist() == ["dog", "cat"]
    voice = folder_of(tmp_path / "voice", ["clips/a.wav", "clips/b.wav"])
    rows = ("client_id path sentence age gender", "u a.wav hi young f", "w b.wav ho old m")
    for part in ("test", "train"):
        write(voice, f"{part}.tsv", "\n".join(rows).replace(" ", "\t"))
    assert refused(voice) == (
        f"{voice / 'train.tsv'}: cannot tell the column of the label; name it with target=; columns are client_id "
        "(text), path (text), sentence (text), age (text), gender (text)"
    )
    found = read_recordings(voice, target="gender")
    assert found.target.tolist() == ["f", "m"]
    assert found.groups is not None
    assert found.groups.tolist() == ["u", "w"]
    assert found.notes[-1] == "other tables name recordings, too: test.tsv"


def test_emotions_in_names(tmp_path: Path) -> None:
    names = [
        f"Actor_0{actor}/03-01-0{emotion}-01-02-01-0{actor}.wav" for actor in (1, 2) for emotion in (1, 3)
    ]
    found = read_recordings(folder_of(tmp_path, names))
    assert found.target.tolist() == ["neutral", "happy"] * 2
    assert found.groups is not None
    assert found.groups.tolist() == ["01", "01", "02", "02"]


def test_a_table_of_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, ["x/a.wav", "x/b.wav"])
    write(tmp_path, "list.csv", "filename,label,speaker\nx/a.wav,dog,ann\nx/b.wav,cat,bob\n")
    found = read(tmp_path / "list.csv")
    assert found.kind == "audio"
    assert found.sequences == [tmp_path / "x/a.wav", tmp_path / "x/b.wav"]
    assert found.target.tolist() == ["dog", "cat"]
    assert found.groups.tolist() == ["ann", "bob"]
    assert read_sequences(tmp_path / "list.csv").kind == "audio"
    monkeypatch.chdir(tmp_path)
    assert read(pd.DataFrame({"file": ["x/a.wav", "x/b.wav"], "label": [0, 1]})).target.tolist() == [0, 1]
    with pytest.raises(ReadError, match="there is no recording"):
        read(pd.DataFrame({"file": ["x/a.wav", "y.wav"], "label": [0, 1]}))


def test_several_rates_and_stereo_are_noted(tmp_path: Path) -> None:
    record(tmp_path / "no" / "a.wav", tone(440, 0.05))
    record(tmp_path / "yes" / "a.wav", np.stack([tone(440, 0.05, 16000)] * 2, axis=1), 16000)
    assert read_recordings(tmp_path).notes == (
        "labels from sub-folders",
        "recordings of 2 rates (1 at 8,000 Hz, 1 at 16,000 Hz); all are brought to one before training",
        "1 recording of several channels, averaged to one",
    )


def test_a_broken_recording_is_named_before_training(tmp_path: Path) -> None:
    folder_of(tmp_path, ["no/a.wav", "yes/a.wav"])
    empty = record(tmp_path / "yes" / "empty.wav", np.zeros(0))
    assert refused(tmp_path) == f"{empty}: the recording is empty (0 samples); record it again or remove it"


def test_labels_that_cannot_be_told(tmp_path: Path) -> None:
    asked = "say what names mean with pattern=, such as"
    one = folder_of(tmp_path / "one", ["a.wav", "b.wav"])
    assert refused(one) == (
        f"{one}: cannot tell the labels: there is neither metadata.csv nor a sub-folder for each label; {asked} "
        "{label}_{group}_{take}.wav (the first is 'a.wav')"
    )
    two = folder_of(tmp_path / "two", ["a/b/c.wav"])
    assert refused(two) == (
        f"{two}: cannot tell the labels: recordings stand two folders deep or more; {asked} {{group}}/{{label}}/* "
        "(the first is 'a/b/c.wav')"
    )
    both = folder_of(tmp_path / "both", ["a.wav", "a/b.wav"])
    assert refused(both) == (
        f"{both}: cannot tell the labels: recordings stand in folders of different depth; {asked} "
        "{group}/{label}/* (the first is 'a/b.wav')"
    )
    assert refused(one, target="word") == (
        f"{one}: target= names a column of metadata.csv, which is not there, or a field of pattern="
    )


def test_folders_that_hold_none(tmp_path: Path) -> None:
    endings = ".wav, .flac, .ogg, .opus, .mp3, .aif, .aiff, .au"
    assert refused(tmp_path) == f"{tmp_path}: holds no recordings; expected files that end in {endings}"
    assert refused(tmp_path / "none") == f"{tmp_path / 'none'}: no such folder; check the path"
    file = record(tmp_path / "a.wav", tone(440, 0.05))
    assert refused(file) == f"{file}: is a file; expected a folder of recordings"


def test_patterns_that_do_not_fit(tmp_path: Path) -> None:
    folder_of(tmp_path, [*FLAT, "odd.wav", "other.wav"])
    pattern = "{label}_{group}_{take}.wav"
    assert refused(tmp_path, pattern=pattern) == (
        f"{tmp_path}: 'odd.wav' does not fit the pattern {pattern!r}, nor do 1 more; change pattern= or move it"
    )
    assert refused(tmp_path, ConfigurationError, pattern="*.wav") == (
        "pattern '*.wav': expected fields in braces, such as {label}_{group}_{take}.wav"
    )
    assert refused(tmp_path, ConfigurationError, pattern="{a}_{a}") == (
        "pattern '{a}_{a}': the field {a} stands there twice"
    )
    assert refused(tmp_path, ConfigurationError, pattern="{digit}_{who}_*") == (
        "pattern '{digit}_{who}_*': cannot tell which field is the label; call it {label} or name it with "
        "target=; its fields are digit, who"
    )
    assert refused(tmp_path, ConfigurationError, pattern="{digit}_{who}_*", target="digits") == (
        "target=\"digits\": pattern '{digit}_{who}_*' has no such field; did you mean 'digit'?"
    )


@pytest.mark.parametrize(
    ("stems", "expected"),
    [
        (["no_1", "no_2", "yes_1", "yes_2"], "{label}_{take}"),
        (["no-a-1", "no-b-1", "yes-a-1", "yes-b-1"], "{label}-{group}-{take}"),
        (["no_a", "no_b", "yes_a", "yes_b"], None),  # two names: which is the label?
        (["a_1", "b_2", "c_3"], None),  # as many labels as recordings
        (["no_1", "no_2", "yes_x_1", "yes_2"], None),
        (["no_1", "no_2"], None),
    ],
)
def test_what_names_share(stems: list[str], expected: str | None) -> None:
    guessed = guess_pattern(stems)
    assert (guessed and guessed.text) == expected


def test_a_pattern_takes_signs_as_they_are() -> None:
    from pathlib import PurePosixPath

    pattern = NamePattern("{label}+(1).{take}.wav")
    assert pattern.match(PurePosixPath("deep/yes+(1).3.wav")) == {"label": "yes", "take": "3"}
    assert pattern.match(PurePosixPath("yesss(1)x3.wav")) is None


def test_recordings_without_labels(tmp_path: Path) -> None:
    folder_of(tmp_path, ["b.wav", "a/c.wav"])
    (tmp_path / "notes.txt").write_text("none")
    listed = list_recordings(tmp_path)
    assert listed.sequences == [tmp_path / "a" / "c.wav", tmp_path / "b.wav"]
    assert listed.ids is not None
    assert listed.ids.tolist() == ["a/c.wav", "b.wav"]
    assert list_recordings(tmp_path / "b.wav").sequences == [tmp_path / "b.wav"]
    assert is_recordings(tmp_path)
    assert is_recordings(str(tmp_path / "b.wav"))
    assert not is_recordings(tmp_path / "notes.txt")
    assert not is_recordings([1])


def test_spoken_digits(data_folder: Path) -> None:
    found = read_recordings(data_folder / "fsdd" / "recordings")
    assert len(found) == 2000
    assert sorted(set(found.target.tolist())) == list("0123456789")
    assert found.groups is not None
    assert set(found.groups.tolist()) == {"george", "jackson", "nicolas", "theo"}
