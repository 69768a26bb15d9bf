"""What happened, kept in a database that may be SQLite or PostgreSQL."""
