"""How much there is to read: `python tools/lines.py`, in fix_templates/python.

Lines of code are those that are neither empty, nor a comment, nor part of a docstring; tests that
go along are left out. What a project gets is less than the sum: the adapter of its store, and the
settings of pydantic where it uses them.
"""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "shield_secrets"
WITHOUT_STORE = {"__init__.py", "_core.py", "_errors.py", "_local.py"}
OPTIONAL = {"_aws.py", "_vault.py", "pydantic_source.py"}


def lines_of(file: Path) -> tuple[int, int]:
    """The lines of code of a file, and all of its lines."""
    text = file.read_text(encoding="utf-8")
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            told.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    code = [it for number, it in lines if it and not it.startswith("#") and number not in told]
    return len(code), len(lines)


def main() -> None:
    """Prints a row for each file, and for what projects get of them."""
    files = {it.name: lines_of(it) for it in sorted(PACKAGE.glob("*.py"))}
    sets = {
        "all of them": set(files),
        "a project without a store": WITHOUT_STORE,
        "a project that reads AWS": set(files) - OPTIONAL | {"_aws.py"},
        "a project that reads Vault": set(files) - OPTIONAL | {"_vault.py"},
    }
    rows = {name: [it] for name, it in files.items()}
    rows.update({what: [files[it] for it in names] for what, names in sets.items()})
    for what, counts in rows.items():
        print(f"| {what} | {sum(it[0] for it in counts)} | {sum(it[1] for it in counts)} |")


if __name__ == "__main__":
    main()
