"""What a customer wrote, of all that an agent pasted."""
