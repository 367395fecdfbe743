"""A local server that speaks the wire protocols of LLM vendors, for practice and for tests.

It stands by itself: nothing of the course is imported here, and nothing imports it. Talk to it over HTTP.
"""
