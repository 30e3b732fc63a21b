"""Files, folders and frames to series, sequences and texts."""

from gatewise.data.readers.formats.text import read_text
from gatewise.data.readers.future import read_future
from gatewise.data.readers.labelled import read_labelled
from gatewise.data.readers.sequences import read_sequences
from gatewise.data.readers.series import read_series
from gatewise.data.readers.tagged import read_tagged
from gatewise.data.readers.task import TaskGuess, infer_task, read
from gatewise.data.readers.valued import read_valued

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
