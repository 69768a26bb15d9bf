"""What a reader meant: from typed text to terms, each with its weight."""
