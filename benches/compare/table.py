"""What was measured, as Markdown."""

from typing import Any

MEMORY = 2**20


def table(results: dict[str, Any]) -> str:
    """The page: where and when, a table for each input, and the series."""
    parts = [heading(results)]
    parts += [section(it, results["programs"]) for it in results["inputs"]]
    parts.append(series(results["series"], results["programs"]))
    return "\n".join(parts)


def heading(results: dict[str, Any]) -> str:
    """Where and when."""
    machine = results["machine"]
    names = ", ".join(f"{name} {version}" for name, version in results["programs"].items())
    return (
        "<!-- Written by `python3 benches/compare`. -->\n"
        "# Measured\n\n"
        f"{results['date']}, {machine['cores']} cores ({machine['processor']}), {machine['system']}; {names}.\n\n"
        "Medians; least and most in brackets. Ratios are of CPU time within one round. "
        f"“–” would have taken longer than {results['limit']:.0f} s. {results.get('note', '')}".rstrip() + "\n"
    )


def section(measured: dict[str, Any], programs: dict[str, str]) -> str:
    """One input."""
    lines = [
        f"## {measured['title']}\n",
        f"Files: {measured['files']:,}, {measured['bytes'] / 1e6:,.2f} MB.\n",
        "| | runs | wall, s | CPU, s | memory, MiB | CPU to ripgrep | CPU to Kingfisher |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in programs:
        figures = measured["figures"].get(name)
        if figures is None:
            lines.append(f"| {name} | – | – | – | – | – | – |")
            continue
        ratios = [ratio(figures["to"].get(base)) for base in ("ripgrep", "kingfisher")]
        cells = [
            name,
            str(figures["runs"]),
            spread(figures["wall"]),
            spread(figures["cpu"]),
            f"{figures['memory'] / MEMORY:,.0f}",
            *ratios,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def series(measured: list[dict[str, Any]], programs: dict[str, str]) -> str:
    """CPU time for each byte, by size."""
    lines = [
        "## Time for each byte\n",
        "CPU time in nanoseconds a byte; where it stays the same from left to right, time is linear in bytes.\n",
        "| | " + " | ".join(it["title"] for it in measured) + " |",
        "|---" * (len(measured) + 1) + "|",
    ]
    for name in programs:
        cells = [name]
        for it in measured:
            figures = it["figures"].get(name)
            cells.append(f"{figures['cpu']['median'] / it['bytes'] * 1e9:,.0f}" if figures else "–")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def spread(values: dict[str, float]) -> str:
    """A median with what lies around it."""
    return f"{number(values['median'])} ({number(values['least'])}–{number(values['most'])})"


def ratio(values: dict[str, Any] | None) -> str:
    """A ratio with what lies around it."""
    return "" if values is None else spread(values["cpu"])


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"
