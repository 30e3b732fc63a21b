"""What every language model does, networks and counts alike: check, score, evaluate, generate, save."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from gatewise.data.corpus import Corpus
from gatewise.data.hashes import STRETCH, Hashes, hashes_of_sequences, hashes_of_texts
from gatewise.data.keys import Keys
from gatewise.data.readers.text import text_or_file
from gatewise.data.subwords import Subwords
from gatewise.data.vocabulary import Alphabet, Vocabulary
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.config import LanguageModelConfig
from gatewise.estimators.language.generation import NextItemPredictor, check_sampling, draw
from gatewise.estimators.saving.estimator import SavedEstimator
from gatewise.estimators.saving.fingerprint import Fingerprint, not_asked_for_seen_data
from gatewise.estimators.saving.parts import Attribute, saves

__all__ = ["LanguageEstimator"]

Items = NDArray[Any]
LEVELS = ("character", "byte", "subword", "word", "frame")
WORDS = 10_000
# As saved models call them.
ALPHABETS: dict[str, type[Alphabet]] = {"symbols": Vocabulary, "subwords": Subwords, "frames": Keys}


def _alphabet_saved(alphabet: Alphabet) -> dict[str, Any]:
    kind = next(name for name, kind in ALPHABETS.items() if isinstance(alphabet, kind))
    return {"kind": kind, **alphabet.to_json()}


def _alphabet_from(saved: dict[str, Any]) -> Alphabet:
    kind: Any = ALPHABETS[saved["kind"]]
    fields = {name: tuple(v) if isinstance(v, list) else v for name, v in saved.items() if name != "kind"}
    return cast(Alphabet, kind(**fields))


class LanguageEstimator(SavedEstimator):
    """Base of all language models; a subclass gives ``_fit``, ``_nats`` and ``_predictor``.

    Attributes
    ----------
    vocabulary_ : Vocabulary, Subwords or Keys
        Symbols of the training text and their numbers, or the number of keys.
    """

    config_type = LanguageModelConfig
    level: str
    parts = saves(
        Attribute("vocabulary_", key="alphabet", pack_as=_alphabet_saved, restore_as=_alphabet_from)
    )

    def _commands(self) -> tuple[str, ...]:
        # No file holds frames.
        return (
            ()
            if self.level == "frame"
            else ("gatewise generate {path} PROMPT", "gatewise evaluate {path} DATA")
        )

    @abstractmethod
    def _fit(self, documents: list[Items]) -> None:
        """Learn from encoded documents."""

    @abstractmethod
    def _nats(self, documents: list[Items]) -> float:
        """Return minus the logarithm of the probability of all documents together."""

    @abstractmethod
    def _predictor(self) -> NextItemPredictor:
        """Return the model before the beginning of a document, to be fed one item after the other."""

    def fit(self, X: object, y: object = None) -> Self:  # noqa: ARG002 - scikit-learn passes it
        """Learn from a text.

        Parameters
        ----------
        X : str, path, Corpus, or list of them
            A string that ends as a text file does (``.txt``, ``.md``) is the path of one, which is read; any other
            is the text. The entries of a list are documents of their own: nothing is remembered from one to the
            next. Where ``level="frame"``: an array (time, keys) of 0 and 1, or a list of them.
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        DataError
            There is no text, or it has fewer than two different symbols, or it is of another type.
        """
        self._fit(self.learn_symbols(X))
        self.fingerprint_ = Fingerprint.of(self._hashes(self._documents(X)))
        return self

    def _hashes(self, documents: list[Any]) -> Iterator[Hashes]:
        if self.level == "frame":
            return hashes_of_sequences([np.asarray(document) for document in documents])
        return hashes_of_texts(documents)

    def learn_symbols(self, X: object) -> list[Items]:
        """Set ``vocabulary_`` from training documents, and give those that are not empty as numbers."""
        documents = self._documents(X)
        self.vocabulary_ = self._alphabet(documents)
        return [items for items in map(self.vocabulary_.encode, documents) if len(items)]

    def score(self, X: object, y: object = None) -> float:  # noqa: ARG002 - scikit-learn passes it
        """Return nats per symbol (per frame) of a text: minus the mean log-probability. **Lower is better.**

        Unlike other ``score`` methods of scikit-learn, so a search over parameters has to turn the sign around.
        Every symbol counts, from the first on, each given all that stand before it in its document.
        """
        with not_asked_for_seen_data():
            return self.evaluate(X)["nats per symbol"]

    def evaluate(self, X: object) -> dict[str, float]:
        """Measure how well the model predicts a text.

        Returns
        -------
        dict
            ``nats per symbol``, ``bits per character`` (or ``byte``, ``subword``, ``word``, ``frame``),
            ``perplexity`` (the exponential of the first), ``symbols`` that were predicted, and ``unknown``, the
            share of them that the training text did not have; see
            :class:`~gatewise.data.vocabulary.Vocabulary` for what these cost. ``bits per character`` is also
            there for bytes and sub-words, as models of different symbols can be compared by nothing else; not
            for words, where the unknown is not spelled.

        Warns
        -----
        SeenDataWarning
            Stretches of the text were seen in training.
        """
        check_is_fitted(self)
        alphabet = self.vocabulary_
        originals = self._documents(X)
        documents = [items for items in self._encoded(originals) if len(items)]
        count = sum(map(len, documents))
        if not count:
            raise DataError("X: expected at least one symbol to predict, got none")
        noun = "sequences of frames" if self.level == "frame" else f"stretches of {STRETCH} characters"
        self._warn_of_seen(self._hashes(originals), noun)
        # The sort is stable: the same documents always stand side by side.
        documents.sort(key=len, reverse=True)
        total = self._nats(documents) + sum(map(alphabet.spelling, documents))
        nats = total / count
        found = {"nats per symbol": nats, f"bits per {alphabet.unit}": nats / math.log(2)}
        if self.level in ("byte", "subword"):
            found["bits per character"] = total / math.log(2) / sum(map(len, originals))
        return found | {
            "perplexity": math.exp(min(nats, 700.0)),
            "symbols": float(count),
            "unknown": sum(map(alphabet.unknown, documents)) / count,
        }

    def generate(
        self,
        prompt: Any = "",
        length: int = 200,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        random_state: int | None = None,
    ) -> Any:
        """Go on from a prompt.

        Parameters
        ----------
        prompt : str or array (time, keys)
            What stands before; unknown symbols are read as such. Empty: a new document.
        length : int
            Symbols to write, in the unit of ``level``. The last bytes may break off in a character, which then
            becomes U+FFFD.
        temperature : float
            Below 1 more surely, above 1 more daringly; 0 always takes the most probable.
        top_k : int, optional
            Draw only from the ``k`` most probable symbols; of frames, only the ``k`` most probable keys may
            sound.
        random_state : int, optional
            Seed; the same one gives the same text.

        Returns
        -------
        str or uint8 array (length, keys)
            What follows, without the prompt.
        """
        check_is_fitted(self)
        check_sampling(length, temperature, top_k)
        alphabet = self.vocabulary_
        before = alphabet.beginning()
        if not (isinstance(prompt, str) and not prompt):
            if isinstance(prompt, list | tuple):
                raise DataError(f"prompt: expected one document, got a {type(prompt).__name__}")
            # A prompt is never the name of a file.
            text = Corpus(prompt, source="prompt") if isinstance(prompt, str) else prompt
            before = np.concatenate([before, *self._encoded(text)])
        items = draw(
            self._predictor(),
            before,
            int(length),
            temperature=float(temperature),
            top_k=top_k,
            random=np.random.default_rng(random_state),
        )
        return alphabet.decode(items)

    def _alphabet(self, documents: list[Any]) -> Alphabet:
        if self.level == "frame":
            shape = np.shape(documents[0])
            if len(shape) != 2 or not shape[1]:
                raise DataError(f"X: document 0: expected an array of shape (time, keys), got shape {shape}")
            keys = Keys(shape[1])
            for number, document in enumerate(documents):
                self._encode(keys, number, document)
            if not sum(map(len, documents)):
                raise DataError("X: expected at least one frame, got none")
            return keys
        most = self._most_symbols()
        if self.level == "subword":
            return Subwords.of(documents, most=most)
        return Vocabulary.of(documents, self.level, most=(most or WORDS) if self.level == "word" else None)

    def _most_symbols(self) -> int | None:
        """Return how many words or sub-words there may be; ``None``: the default of the level."""
        return None

    def _documents(self, X: object) -> list[Any]:
        """Return ``X`` as a list of texts, or of what may be frames."""
        if self.level == "frame":
            if isinstance(X, np.ndarray) and X.ndim == 2:
                X = [X]
            if isinstance(X, str | bytes | dict | Corpus) or not hasattr(X, "__len__"):
                raise DataError(
                    f"X: expected an array (time, keys) of 0 and 1 or a list of them, got {_type_of(X)}"
                )
            documents: list[Any] = list(X)  # type: ignore[call-overload]  # it has a length and is none of these
            if not documents:
                raise DataError("X: expected at least one sequence of frames, got none")
            return documents
        if self.level not in LEVELS:
            known = ", ".join(map(repr, LEVELS))
            raise ConfigurationError(f"expected one of {known}, got {self.level!r}", option="level")
        if isinstance(X, str | Path | Corpus):
            X = [X]
        if not isinstance(X, list | tuple | np.ndarray):
            raise DataError(f"X: expected a text, a Corpus or a list of them, got {_type_of(X)}")
        X = [text_or_file(one) for one in X]
        for number, one in enumerate(X):
            if not isinstance(one, str | Corpus):
                raise DataError(f"X: document {number}: expected a text or a Corpus, got {_type_of(one)}")
        texts = [one.text if isinstance(one, Corpus) else str(one) for one in X]
        if not any(texts):
            raise DataError(
                "X: expected a text, got an empty one" if texts else "X: expected a text, got none"
            )
        return texts

    def _encoded(self, X: object) -> list[Items]:
        return [
            self._encode(self.vocabulary_, number, document)
            for number, document in enumerate(self._documents(X))
        ]

    @staticmethod
    def _encode(alphabet: Alphabet, number: int, document: Any) -> Items:
        try:
            return alphabet.encode(document)
        except DataError as error:
            raise DataError(f"X: document {number}: {error}") from None


def _type_of(value: object) -> str:
    return f"a {type(value).__name__}" if value is not None else "None"
