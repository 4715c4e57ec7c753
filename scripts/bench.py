"""Quality on public sets and speed, beside peers, in one run.

The sets lie outside the project, in ``../shared/eval`` or where KMQA_EVAL_SETS says. Everything
goes through the real commands: init, import, build, eval. A whole run writes its part of
docs/benchmarks.md; every run, also one that breaks off, leaves its figures in var/bench.
"""

import argparse
import json
import os
import platform
import shutil
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import bench_peers
import bench_speed
from bench_sets import PublicSet, public_sets

ROOT = Path(__file__).parent.parent
METRICS = {
    "top-1": "top_1",
    "top-5": "recall_at_5",
    "AUROC": "auroc",
    "right at 90 %": "right_at_90_refusal",
    "AURC": "aurc",
    "coverage": "coverage",
    "selective risk": "selective_risk",
    "unanswerable answered": "unanswerable_answered",
}
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
LOWER_IS_BETTER = {"AURC"}
LARGEST = "clinc150, 100 wordings"
# What the design asks of two cores, by what is measured.
REACH = {
    "one warm question": "p50 ratio at most 0.5",
    "batches": "ratio at least 1.5",
    "cold": "ratio at most 0.5",
    "serving process": "ready in 3 s, 400 MB, no torch",
    "building": "15,000 wordings in 120 s, unchanged in 10 s, 2,048 MB",
}
SMALLEST = "hint3_sofmattress"
PACKAGES = ("sentence-transformers", "torch", "onnxruntime", "faiss-cpu", "bm25s", "txtai")


def main() -> None:
    """Run what the arguments ask for and write the report."""
    arguments = _arguments()
    folder = Path(os.environ.get("KMQA_EVAL_SETS", ROOT.parent / "shared" / "eval"))
    if not folder.is_dir():
        print(f"the public sets are not here: {folder}. Set KMQA_EVAL_SETS to their folder.")
        return
    sets = public_sets(folder, ROOT / "scripts" / "bench_targets.json")
    wanted = [SMALLEST] if arguments.quick else arguments.sets
    chosen = [one for one in sets if not wanted or any(word in one.name for word in wanted)]
    if not chosen:
        sys.exit(f"no set is called {wanted}. Choose among: {', '.join(s.name for s in sets)}.")
    home = Path(mkdtemp(prefix="kmqa-bench-"))
    try:
        report = _report(chosen, home, with_peers=not arguments.skip_peers)
    finally:
        shutil.rmtree(home)
    if len(chosen) == len(sets) and not arguments.skip_peers and not arguments.dry_run:
        page = ROOT / "docs" / "benchmarks.md"
        page.write_text(with_report(page.read_text(encoding="utf-8"), report), encoding="utf-8")
    print(report)


def with_report(page: str, report: str) -> str:
    """`page` with `report` between its marks; what stands around them was measured otherwise."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(
            f"docs/benchmarks.md has no place for the report: {BEGIN} and {END} are not there."
        )
    return f"{before}{begin}\n\n{report}\n{end}{after}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", help="only sets whose name has one of these words")
    parser.add_argument("--quick", action="store_true", help="only the smallest set")
    parser.add_argument("--skip-peers", action="store_true", help="measure kmqa alone")
    parser.add_argument("--dry-run", action="store_true", help="print, but write no report")
    return parser.parse_args()


def _report(chosen: list[PublicSet], home: Path, *, with_peers: bool) -> str:
    quality: dict[str, dict[str, Any]] = {}
    speed: dict[str, Any] = {}
    raw = ROOT / "var" / "bench" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    raw.mkdir(parents=True)
    for one in chosen:
        _tell(f"{one.name}: kmqa")
        quality[one.name] = _ours(one, home)
        _keep(raw / "quality.json", quality)
        if one.name == LARGEST or len(chosen) == 1:
            speed = {"on": one.name} | quality[one.name]["build"] | _speed(one, home)
            _keep(raw / "speed.json", speed)
    peers = _peers(chosen, raw) if with_peers else {}
    return "\n".join(
        [_heading(), _quality_table(chosen, quality), _peer_table(peers), _speed_table(speed)]
    )


def _keep(path: Path, figures: object) -> None:
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _ours(one: PublicSet, home: Path) -> dict[str, Any]:
    place = home / one.name.replace(" ", "-").replace(",", "")
    place.mkdir()
    lines = place / "answers.jsonl"
    lines.write_text(
        "".join(json.dumps(line) + "\n" for line in one.answer_lines()), encoding="utf-8"
    )
    corpus, index, out = place / "corpus", place / "index", place / "eval.json"
    bench_speed.run([*bench_speed.KMQA, "init", str(corpus)])
    bench_speed.run(
        [*bench_speed.KMQA, "import", str(lines), "--corpus", str(corpus), "--approved-by", "bench"]
    )
    built = bench_speed.building(corpus, index)
    bench_speed.run(
        [*bench_speed.KMQA, "eval", str(one.queries), "--index", str(index), "--json", str(out)]
    )
    return {"build": {"building": built}, "eval": json.loads(out.read_text(encoding="utf-8"))}


def _speed(one: PublicSet, home: Path) -> dict[str, Any]:
    index = home / one.name.replace(" ", "-").replace(",", "") / "index"
    wordings = [w for line in one.answer_lines() for w in line["questions"]]
    queries = [line["text"] for line in one.query_lines()]
    _tell("speed")
    return {
        "one warm question": bench_speed.warm(index, wordings, queries[:320]),
        "batches": bench_speed.batches(index, wordings, queries[:1000]),
        "cold": bench_speed.cold(index),
        "serving process": bench_speed.serving(index),
    }


def _peers(chosen: list[PublicSet], raw: Path) -> dict[str, dict[str, dict[str, float]]]:
    peers = bench_peers.peers()
    found: dict[str, dict[str, dict[str, float]]] = {}
    for one in chosen:
        for name, peer in peers.items():
            _tell(f"{one.name}: {name}")
            found.setdefault(one.name, {})[name] = bench_peers.peer_figures(peer, one)
            _keep(raw / "peers.json", found)
    return found


def _heading() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"""Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}. {_processor()},
{os.cpu_count()} cores, {memory_gb:.0f} GB of memory, Python {platform.python_version()},
{", ".join(_version(name) for name in PACKAGES)}.
Timings on shared machines are noisy; compare ratios.
"""


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} not installed"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _quality_table(chosen: list[PublicSet], quality: dict[str, dict[str, Any]]) -> str:
    lines = [
        "## Quality",
        "",
        "One configuration for all sets. Each cell: ours / floor (goal). **Bold** where the floor "
        "is missed. The last three depend on the threshold that each build fitted for a target of "
        "5 % wrong answers; a set with one wording an answer stands on the prior.",
        "",
        "| set | " + " | ".join(METRICS) + " |",
        "|---" * (len(METRICS) + 1) + "|",
    ]
    for one in chosen:
        found = quality[one.name]["eval"]["overall"]["metrics"]
        cells = [_cell(one, name, (found[key] or {}).get("value")) for name, key in METRICS.items()]
        lines.append(f"| {one.name} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _cell(one: PublicSet, name: str, value: float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:.3f}"
    floor = one.floor.get(name)
    if floor is not None:
        rounded = round(value, 3)
        missed = rounded > floor if name in LOWER_IS_BETTER else rounded < floor
        text = f"**{text}** / {floor:.3f}" if missed else f"{text} / {floor:.3f}"
    return text + (f" ({one.goal[name]:.2f})" if name in one.goal else "")


def _peer_table(peers: dict[str, dict[str, dict[str, float]]]) -> str:
    if not peers:
        return ""
    names = ("top-1", "right at 90 %", "AURC", "right at 0.7", "unanswerable answered at 0.7")
    lines = [
        "## Peers on the same questions in the same run",
        "",
        "A threshold of 0.7 is what a user would pick for cosines. Scores of bm25s have no upper "
        "limit, so it says nothing there.",
        "",
        "| set | peer | " + " | ".join(names) + " |",
        "|---" * (len(names) + 2) + "|",
    ]
    for one, by_peer in peers.items():
        for peer, found in by_peer.items():
            cells = [
                f"{found[name]:.3f}" if name in found and not _is_idle(peer, name) else "–"
                for name in names
            ]
            lines.append(f"| {one} | {peer} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _is_idle(peer: str, name: str) -> bool:
    return peer == "bm25s" and "0.7" in name


def _speed_table(speed: dict[str, Any]) -> str:
    if not speed:
        return ""
    lines = [
        "## Speed and memory",
        "",
        f"On {speed['on']}. *plain* is sentence-transformers + FAISS, *import* is "
        "`import sentence_transformers`; ratios are ours over theirs.",
        "",
        "| what | figures | to reach |",
        "|---|---|---|",
    ]
    for what, reach in REACH.items():
        cells = ", ".join(
            f"{name} {value if isinstance(value, bool) else format(value, '.2f')}"
            for name, value in speed[what].items()
        )
        lines.append(f"| {what} | {cells} | {reach} |")
    return "\n".join([*lines, ""])


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
