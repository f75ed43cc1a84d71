# Written by shield. It is yours: read it, change it, commit it.
"""What this package promises: ``python -m pytest shield_secrets`` after a change to it."""


def load_tests(loader: object, tests: object, pattern: object) -> object:
    """Nothing for the runners of ``unittest``, as Django's is: these tests take pytest."""
    return tests
