"""Which files there are, what their authors wrote, and what git knows of them."""
