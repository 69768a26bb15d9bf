"""What is wrong with articles, and what to do about it: rules, checks, fixes, ways to print.

Everything here works on the files as they lie on the disk and on git, never on an index. A check
takes what is known of all articles and gives findings; it changes nothing.
"""
