"""What an index holds, and how articles become a segment of one."""
