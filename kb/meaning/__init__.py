"""Which texts are near in meaning, where the extra for that is installed."""
