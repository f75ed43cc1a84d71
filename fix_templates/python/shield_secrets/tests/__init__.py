# Written by shield. It is yours: read it, change it, commit it.
"""What this package promises: ``python -m pytest shield_secrets`` after a change to it."""


def load_tests(loader, tests, pattern):
    """Nothing for the runners of ``unittest``, as Django's is: these tests take pytest."""
    return tests
