"""How fast we are beside other engines, on the same articles and questions, in the same run.

Run as `python -m tests.benchmarks`, or `make bench`; no part of the product and no test. Every
engine has its own short module, named after it, so that its settings can be checked at a glance.
"""
