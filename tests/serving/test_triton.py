"""A client that nobody here wrote drives the server: Triton's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from served import Server
from serving_models import SEQUENCES

pytestmark = pytest.mark.slow
http = pytest.importorskip("tritonclient.http")
X = np.stack([one[:9] for one in SEQUENCES[:3]])


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Any]:
    found = http.InferenceServerClient(server.address)
    yield found
    found.close()


def given(name: str, array: np.ndarray[Any, Any], kind: str, *, binary: bool = True) -> Any:
    found = http.InferInput(name, array.shape, kind)
    found.set_data_from_numpy(array, binary_data=binary)
    return found


def test_it_is_there(client: Any, fitted: dict[str, Any]) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert all(client.is_model_ready(name) for name in fitted)
    assert client.is_model_ready("waves", "1")
    assert client.get_server_metadata()["extensions"] == [
        "sequence",
        "binary_tensor_data",
        "model_repository",
    ]
    assert [one["name"] for one in client.get_model_repository_index()] == list(fitted)


def test_what_is_said_of_a_model(client: Any) -> None:
    said = client.get_model_metadata("waves")
    assert said["inputs"] == [
        {"name": "sequence", "datatype": "FP32", "shape": [-1, -1, 2]},
        {"name": "lengths", "datatype": "INT64", "shape": [-1], "optional": True},
    ]
    assert said["outputs"][0] == {
        "name": "probabilities", "datatype": "FP64", "shape": [-1, 2], "names": ["a", "b"],
    }  # fmt: skip
    assert said["step"]["inputs"] == [{"name": "row", "datatype": "FP32", "shape": [-1, 2]}]
    said = client.get_model_metadata("value")
    assert said["step"] is None
    assert said["no_step"].startswith("the network reads each sequence from both ends")


@pytest.mark.parametrize("binary", [True, False])
def test_whole_sequences(client: Any, fitted: dict[str, Any], binary: bool) -> None:
    wanted = [http.InferRequestedOutput(name, binary_data=binary) for name in ("label", "probabilities")]
    found = client.infer(
        "waves", [given("sequence", X, "FP32", binary=binary)], outputs=wanted, request_id="7"
    )
    np.testing.assert_array_equal(found.as_numpy("probabilities"), fitted["waves"].predict_proba(X))
    labels = [one.decode() if isinstance(one, bytes) else one for one in found.as_numpy("label")]
    assert labels == fitted["waves"].predict(X).tolist()
    assert found.get_response()["id"] == "7"


def test_sequences_of_several_lengths(client: Any, fitted: dict[str, Any]) -> None:
    lengths = np.array([9, 4, 6])
    found = client.infer("waves", [given("sequence", X, "FP32"), given("lengths", lengths, "INT64")])
    alone = fitted["waves"].predict_proba([one[:n] for one, n in zip(X, lengths, strict=True)])
    np.testing.assert_array_equal(found.as_numpy("probabilities"), alone)


def test_a_sequence_step_by_step(client: Any, fitted: dict[str, Any]) -> None:
    whole = fitted["waves"].predict_proba(X)
    for step in range(9):
        for number in range(3):
            found = client.infer(
                "waves", [given("row", X[number : number + 1, step], "FP32")], sequence_id=number + 1,
                sequence_start=step == 0, sequence_end=step == 8,
            )  # fmt: skip
            if step == 8:
                np.testing.assert_allclose(found.as_numpy("probabilities")[0], whole[number], atol=1e-6)
    with pytest.raises(http.InferenceServerException, match="sequence 1: no such session"):
        client.infer("waves", [given("row", X[:1, 0], "FP32")], sequence_id=1)


def test_several_steps_at_once_and_a_name(client: Any, fitted: dict[str, Any]) -> None:
    options = {"sequence_id": "a sensor", "sequence_start": True}
    found = client.infer("waves", [given("row", X[:1], "FP32")], **options)
    stream = fitted["waves"].open_stream()
    expected = [stream.step(row) for row in X[0]]
    np.testing.assert_allclose(found.as_numpy("probabilities")[0], expected, atol=1e-6)


def test_states_that_the_client_keeps(client: Any, fitted: dict[str, Any]) -> None:
    names = [one["name"] for one in client.get_model_metadata("waves")["step"]["states"]]
    kinds = {one["name"]: one["datatype"] for one in client.get_model_metadata("waves")["step"]["states"]}
    states: list[Any] = []
    for step in range(9):
        found = client.infer("waves", [given("row", X[:, step], "FP32"), *states], parameters={"step": True})
        states = [given(name, found.as_numpy(name), kinds[name]) for name in names]
    np.testing.assert_allclose(found.as_numpy("probabilities"), fitted["waves"].predict_proba(X), atol=1e-6)


def test_values_texts_tags_and_forecasts(client: Any, fitted: dict[str, Any]) -> None:
    found = client.infer("value", [given("sequence", X, "FP32")])
    np.testing.assert_array_equal(found.as_numpy("value"), fitted["value"].predict(X))
    texts = np.array(["good thing", "/etc/passwd.txt"], object)
    found = client.infer("texts", [given("text", texts, "BYTES")])
    np.testing.assert_array_equal(
        found.as_numpy("probabilities"), fitted["texts"].predict_proba(texts.tolist())
    )
    words = np.array([["fly", "to", "Rome"], ["a", "train", ""]], object)
    found = client.infer(
        "tags", [given("words", words, "BYTES"), given("lengths", np.array([3, 2]), "INT64")]
    )
    expected = fitted["tags"].predict([["fly", "to", "Rome"], ["a", "train"]])
    labels = [[one.decode() for one in row] for row in found.as_numpy("label")]
    assert labels == [expected[0], [*expected[1], ""]]
    found = client.infer("shops", [])
    table = fitted["shops"].predict()
    np.testing.assert_allclose(found.as_numpy("y_hat"), table["y_hat"], rtol=1e-6)
    assert [one.decode() for one in found.as_numpy("shop")] == table["shop"].tolist()


def test_words_and_symbols_step_by_step(client: Any, fitted: dict[str, Any]) -> None:
    stream = fitted["tags"].open_stream()
    for place, word in enumerate(("fly", "to", "Rome")):
        found = client.infer(
            "tags",
            [given("text", np.array([word], object), "BYTES")],
            sequence_id=1,
            sequence_start=place == 0,
        )
        np.testing.assert_allclose(found.as_numpy("probabilities")[0], stream.step(word), atol=1e-6)
    prompt = np.array([list("the ca")], object)
    found = client.infer("story", [given("text", prompt, "BYTES")], sequence_id=1, sequence_start=True)
    letters = fitted["story"].open_stream()
    expected = [letters.step(one) for one in "the ca"]
    np.testing.assert_allclose(found.as_numpy("probabilities")[0], expected, atol=1e-6)


def test_a_prompt_is_never_the_name_of_a_file(client: Any, fitted: dict[str, Any], tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the the the")
    for prompt in ("the cat", str(secret)):
        found = client.infer(
            "story",
            [given("prompt", np.array([prompt], object), "BYTES")],
            parameters={"length": 9, "random_state": 1},
        )
        written = fitted["story"].generate(prompt, 9, random_state=1)
        assert found.as_numpy("text")[0].decode() == written


def test_what_it_is_refused(client: Any) -> None:
    with pytest.raises(http.InferenceServerException) as caught:
        client.infer("waves", [given("sequence", X[:, :, :1].copy(), "FP32")])
    assert caught.value.message() == "inputs: sequence: shape: expected [-1, -1, 2], got [3, 9, 1]"
    with pytest.raises(http.InferenceServerException) as caught:
        client.get_model_metadata("wave")
    assert caught.value.message() == "model: 'wave' is not served; did you mean waves?"


def test_a_forecast_at_every_new_row(client: Any, fitted: dict[str, Any]) -> None:
    stream = fitted["shops"].open_stream()
    (y,) = client.get_model_metadata("shops")["step"]["inputs"]
    for row, value in enumerate((1.0, 1.5, 2.0)):
        one = np.full([1, *y["shape"][1:]], value, np.float32 if y["datatype"] == "FP32" else np.float64)
        found = client.infer(
            "shops", [given(y["name"], one, y["datatype"])], sequence_id=1, sequence_start=row == 0
        )
        name = found.get_response()["outputs"][0]["name"]
        np.testing.assert_allclose(found.as_numpy(name)[0], stream.step(value), rtol=1e-5, equal_nan=True)
