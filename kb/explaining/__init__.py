"""Why an article is found, or not."""
