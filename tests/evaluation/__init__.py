"""What each part of the search is worth: judged sets, run with one thing changed at a time."""
