# Written by shield. It is yours: read it, change it, commit it.
"""What this package promises: ``python -m pytest shield_secrets`` after a change to it."""
