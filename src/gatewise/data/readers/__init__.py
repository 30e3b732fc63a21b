"""Files, folders and frames to series, sequences and texts."""

from gatewise.data.readers.future import read_future
from gatewise.data.readers.sequences import read_labelled, read_sequences, read_tagged, read_valued
from gatewise.data.readers.series import read_series
from gatewise.data.readers.task import TaskGuess, infer_task, read
from gatewise.data.readers.text import read_text

__all__ = [
    "TaskGuess",
    "infer_task",
    "read",
    "read_future",
    "read_labelled",
    "read_sequences",
    "read_series",
    "read_tagged",
    "read_text",
    "read_valued",
]
