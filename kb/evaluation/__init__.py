"""How good the search is, on sets of judged questions."""
