"""Estimators with scikit-learn's contract, the baselines that they have to beat, and how they are saved."""
