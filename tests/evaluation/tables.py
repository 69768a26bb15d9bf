"""Write the results of variations side by side: the figures as they are, then the differences."""

from collections.abc import Iterator, Mapping

# Variation -> set -> variant ("" for all) -> measure -> figure.
Results = Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]


def table(results: Results, measure: str) -> Iterator[str]:
    """Yield a Markdown table: a row for each set and variant, a column for each variation.

    The first variation's column holds figures in percent, the others points of difference.
    """
    base, *others = results
    yield "| " + " | ".join((measure, base, *others)) + " |"
    yield "| --- |" + " ---: |" * len(results)
    sums = dict.fromkeys(results, 0.0)
    for name, variants in results[base].items():
        for variant in variants:
            row = [100 * results[each][name][variant][measure] for each in results]
            label = f"{name}#{variant}" if variant else name
            cells = [f"{row[0]:.1f}", *(_signed(value - row[0]) for value in row[1:])]
            yield f"| {label} | " + " | ".join(cells) + " |"
            if not variant:
                for each, value in zip(results, row, strict=True):
                    sums[each] += value / len(results[base])
    first = sums[base]
    cells = [f"{first:.2f}", *(_signed(sums[each] - first, 2) for each in others)]
    yield "| mean of sets | " + " | ".join(cells) + " |"


def _signed(points: float, digits: int = 1) -> str:
    """Return a difference with its sign; nothing where there is none."""
    text = f"{points:+.{digits}f}"
    return "" if float(text) == 0 else text
