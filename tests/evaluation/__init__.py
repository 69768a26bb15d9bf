"""What each part of the search is worth: judged sets, run with one thing changed at a time."""

import os

# Before numpy is imported, as `kb` does it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
