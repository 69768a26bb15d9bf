"""Which articles are best, and what shows it on the page."""
