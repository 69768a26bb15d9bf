"""Who is staff, who has signed in, and which program may ask."""
