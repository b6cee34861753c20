"""Medians, spreads and ratios of the samples, and the tables."""

from statistics import median

GIB = 1 << 30


def figure(row, sample):
    """The figure that a row compares: higher is better, except for times."""
    if row.unit == "GiB/s":
        return sample["amount"] / sample["wall"] / GIB
    if row.unit.endswith("/s"):
        return sample["amount"] / sample["wall"]
    if row.unit == "KiB":
        return sample["amount"]
    return sample["wall"] * {"ms": 1e3, "µs": 1e6}[row.unit]


def cost(row, sample):
    """Processor time: seconds per GiB, microseconds per datagram or whatever else is counted; None if the row compares
    times or memory."""
    if row.unit == "GiB/s":
        return sample["cpu"] / sample["amount"] * GIB
    if row.unit.endswith("/s"):
        return sample["cpu"] / sample["amount"] * 1e6
    return None


def summary(row, samples):
    """The figures of one contestant."""
    figures = sorted(figure(row, sample) for sample in samples)
    costs = [cost(row, sample) for sample in samples]
    return {
        "median": median(figures), "low": figures[0], "high": figures[-1], "runs": len(figures),
        "cost": None if costs[0] is None else median(costs),
        "memory": max(sample["memory"] for sample in samples) / 1024,
        "arrived": median(sample["arrived"] for sample in samples),
        "instructions": median(sample["instructions"] for sample in samples),
    }


def best(row, results, peers):
    """The best of the peers by the median: its name, or None."""
    there = [name for name in results if name in peers]
    if not there:
        return None
    choose = max if "/s" in row.unit else min
    return choose(there, key=lambda name: results[name]["median"])


def ratio(row, own, other):
    """How many times as good as the other: above 1 is better, also for times."""
    if not other or not own:
        return None
    return own / other if "/s" in row.unit else other / own


def number(value):
    """A number with three significant digits."""
    if value is None:
        return "–"
    if value >= 1e6:
        return f"{value / 1e6:.3g} M"
    if value >= 1e4:
        return f"{value / 1e3:.0f} k"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2g}"


def table(heading, rows):
    """A table in Markdown."""
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def row_table(row, measured, peers):
    """The table of one row, with every contestant."""
    results = {name: summary(row, samples) for name, samples in measured.items() if samples}
    if not results:
        return "no run succeeded"
    first, limit = best(row, results, peers), results.get("C")
    lines = []
    order = sorted(results, key=lambda name: results[name]["median"], reverse="/s" in row.unit)
    costs = "CPU s/GiB" if row.unit == "GiB/s" else None
    if not costs and row.unit.endswith("/s"):
        costs = f"CPU µs/{row.unit.removesuffix('s/s')}"
    for name in order:
        found = results[name]
        own = found["median"]
        cells = [
            f"**{name}**" if name == "sock" else name, number(own), f"{number(found['low'])} – {number(found['high'])}",
            number(ratio(row, own, results[first]["median"])) if first else "–",
            f"{100 * ratio(row, own, limit['median']):.0f} %" if limit else "–",
        ]
        if costs:
            cells.append(number(found["cost"]))
        if row.name == "start-up":
            cells.append(number(found["instructions"] or None))
        if row.datagram:
            cells.append(f"{100 * found['arrived']:.0f} %")
        lines.append(cells + [f"{found['memory']:.1f}"])
    heading = ["", row.unit, "lowest – highest", "x best peer", "of C"] + ([costs] if costs else [])
    heading += ["instructions"] if row.name == "start-up" else []
    heading += ["arrived"] if row.datagram else []
    return table(heading + ["peak RSS, MiB"], lines)


def overview(rows, data, peers):
    """One line per row: sock beside the best peer and the limit."""
    lines = []
    for row in rows:
        measured = data["rows"].get(row.name, {})
        results = {name: summary(row, samples) for name, samples in measured.items() if samples}
        if "sock" not in results:
            continue
        first, limit, own = best(row, results, peers), results.get("C"), results["sock"]
        other = results.get(first)
        cost_ratio = own["cost"] / other["cost"] if other and own["cost"] and other["cost"] else None
        lines.append([
            row.title, f"{number(own['median'])} {row.unit}",
            f"{number(other['median'])} ({first})" if other else "–",
            f"**{number(ratio(row, own['median'], other['median']))}**" if other else "–",
            f"{100 * ratio(row, own['median'], limit['median']):.0f} %" if limit else "–",
            number(cost_ratio),
            f"{own['memory']:.0f}" + (f" / {other['memory']:.0f}" if other else ""),
        ])
    return table(["work", "sock", "best peer", "x best peer", "of C", "CPU time / peer's",
                  "peak RSS, MiB (peer's)"], lines)


def comparison(rows, measured):
    """One line per row: sock beside an older sock, measured in the same runs."""
    lines = []
    for row in rows:
        results = {name: summary(row, samples) for name, samples in measured.get(row.name, {}).items() if samples}
        now, before = results.get("sock"), results.get("sock before")
        if now and before:
            lines.append([
                row.title, f"{number(now['median'])} {row.unit}", f"{number(before['median'])} {row.unit}",
                f"**{ratio(row, now['median'], before['median']):.3f}**",
                number(now["cost"] / before["cost"] if now["cost"] and before["cost"] else None),
            ])
    return table(["work", "sock", "before", "x before", "CPU time / before"], lines)


def losses(rows, data, peers):
    """The rows in which a peer is better."""
    lines = []
    for row in rows:
        results = {name: summary(row, samples) for name, samples in data["rows"].get(row.name, {}).items() if samples}
        first = best(row, results, peers)
        if "sock" in results and first:
            found = ratio(row, results["sock"]["median"], results[first]["median"])
            if found < 0.97:
                lines.append(f"- {row.title}: {number(found)} of {first}")
    return "\n".join(lines) or "- in none of these rows"


def machine(data):
    """The machine and the versions that were measured."""
    versions = ", ".join(f"{name} {version}" for name, version in sorted(data["versions"].items()))
    return (f"{data['date']}, {data['processors']} x {data['processor']}, Linux {data['kernel']}; TCP over loopback with "
            f"{data['control']} (the machine's default: {data['default_control']}); {versions}.")
