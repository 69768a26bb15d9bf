"""What the recorded events say, as values and as tables."""
