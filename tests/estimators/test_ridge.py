"""Ridge regression with its answers for rows that it was not shown."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge as OneRidge

from gatewise.estimators.ridge import Ridge


def test_answers_of_rows_that_were_left_out() -> None:
    random = np.random.default_rng(0)
    columns = random.normal(size=(12, 30))
    columns = (columns - columns.mean(0)) / columns.std(0)
    targets = columns[:, :2] + 0.1 * random.normal(size=(12, 2))
    model, left_out = Ridge.of(columns, targets)
    assert left_out.shape == (12, 2)
    errors = {}
    for penalty in (10.0**exponent for exponent in range(-3, 7)):
        answers = []
        for row in range(12):
            kept = np.delete(np.arange(12), row)
            answers.append(OneRidge(penalty).fit(columns[kept], targets[kept]).predict(columns[[row]])[0])
        errors[penalty] = np.array(answers)
    best = min(errors, key=lambda penalty: float(np.square(errors[penalty] - targets).mean()))
    np.testing.assert_allclose(left_out, errors[best], atol=1e-5)
    whole = OneRidge(best).fit(columns, targets)
    np.testing.assert_allclose(model(columns), whole.predict(columns), atol=1e-6)


def test_an_extreme_row_is_not_answered_with_an_extreme_number() -> None:
    columns = np.arange(20.0)[:, None]
    model, _ = Ridge.of(columns, columns)
    np.testing.assert_allclose(model(np.array([[1e9]])), 9.5 + 5 * columns.std(), rtol=1e-3)
