"""Estimators with scikit-learn's contract, the baselines beside them, and how they are saved."""
