"""Which passage answers a message, and how sure that is."""
