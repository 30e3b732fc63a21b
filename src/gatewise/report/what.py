"""What each section of the page is, for who meets it for the first time: behind "What is this?"."""

from __future__ import annotations

__all__ = ["WHAT"]

_CELLS = (
    "`gatewise explain GRU` prints the equations and what each gate does; docs/cells.md draws every cell."
)

WHAT = {
    "comparison": "All candidates in columns: recurrent cells (RNN, LSTM, GRU, …) and baselines, the simpler methods "
    "that a recurrent network has to beat to be worth its cost. Cells are trained with the same care: a learning "
    "rate of their own, several seeds, the same data in the same order. The rows follow below, one section each.",
    "fit": "How wrong each candidate is on data that it has not learned from, with an interval of 95 %: so far the "
    "true error may lie from the one measured. What tells two candidates apart is the interval of their paired "
    "difference, on the same test data: where it holds zero, either may be the better. More in docs/statistics.md.",
    "errors": "The mean hides who bears the errors. Here they are by step, series, class or value, with the answers "
    "that were furthest from right. Bias is predicted minus actual: a model that is always too low has one. "
    "Autocorrelation is how far an error tells the next one: where it does, something is left to learn. Coverage is "
    "how often the truth lies inside an interval; one of 90 % should hold it in nine of ten. Precision is the share of "
    "what was called a class that is it, recall the share of a class that was found, F1 their harmonic mean. A ROC "
    "curve shows how many are found for how many false alarms; probabilities are calibrated where of all that was "
    "called 80 % sure four fifths are right.",
    "gradient": "A network learns from what was long ago only as far as the gradient reaches back: how much the last "
    "state would move, were the state so many steps ago another. In an RNN it shrinks with every product; gates can "
    f"keep it, if their bias lets them. Clipped are updates that were too large and were cut. {_CELLS}",
    "training": "An update is one pass forward and back over a batch, after which the weights move. Time to a common "
    "loss counts how fast an update is and how much it brings; the learning rate is how far weights move each time.",
    "memory": "Training holds the states and gates of all steps until the gradient has gone back through them: that "
    "is the peak. In use only the state is carried from step to step, one vector, or two in an LSTM.",
    "structure": "An RNN has one block of weights, a GRU three, an LSTM four: with as many parameters a GRU has "
    "fewer units than an RNN, and more than an LSTM. Gates decide how much of the state is kept and "
    f"how much is written. {_CELLS}",
    "data": "What was looked for before anything is believed: values that are missing, that stand there twice, that "
    "never change or lie far off; whether the test part is like the training part; and what would give the "
    "answer away, such as a column that is the target itself, or a sequence that is in both parts. What is bad "
    "can make errors look better than they will be.",
    "inside": "What the gates of one trained network of each cell do while they read one and the same test sequence: "
    "the mean of all units at each step. An update or forget gate near 1 keeps what is there; one that moves reacts to "
    f"what it reads. {_CELLS}",
    "claims": "What tutorials say of the three cells was measured on tasks made for it (docs/claims.md). Here stand "
    "the statements on which this comparison has numbers too. One data set neither proves nor refutes a statement: it "
    "says whether it is true of yours. A statement holds where the whole interval lies where it should, does "
    "not where all of it lies outside, and cannot be told otherwise.",
    "done": "All that is needed to judge the numbers above, and to get them again: what was trained, on what data, "
    "on what machine, with which versions. comparison.json has the same and every number of the page, unrounded.",
}
