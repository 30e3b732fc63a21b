"""Files and frames to series and labelled sequences."""

from gatewise.data.readers.future import read_future
from gatewise.data.readers.labelled import read_labelled
from gatewise.data.readers.sequences import read_sequences
from gatewise.data.readers.series import read_series
from gatewise.data.readers.task import TaskGuess, infer_task, read

__all__ = ["TaskGuess", "infer_task", "read", "read_future", "read_labelled", "read_sequences", "read_series"]
