"""The floors: what this project has reached on the sample, and may only leave by a named flag.

`floors.json` holds each figure with the digest of the corpus it was measured on. `--check` fails where a figure is
worse; `--raise-floors` pins what is better and refuses where anything is worse; `--lower-floors` pins what was
measured, whatever it is, and is for a commit that says why.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "floors.json"
DIGITS = 4  # of a figure that count: what is pinned is compared as it was written
# Figures that are better when they are lower; the rest are better when they are higher.
LOWER = ("leak", "lost", "joined", "false splits", "edits in 1,000", "time ratio")

Figures = Mapping[str, float]  # 'seed 1: F1' -> its value


class FloorsError(Exception):
    """The floors do not hold, or cannot be read; str() says what to do."""


@dataclass(frozen=True, slots=True)
class Floors:
    """What is pinned."""

    corpus: str
    figures: Figures

    def worse(self, measured: Figures) -> list[str]:
        """One line for each figure under its floor, or not measured any more."""
        return [line for name, floor in self.figures.items() if (line := _fallen(name, floor, measured.get(name)))]

    def better(self, measured: Figures) -> list[str]:
        """The names of the figures over their floor, and of those that have none."""
        return [n for n, value in measured.items() if n not in self.figures or _gain(n, value, self.figures[n]) > 0]


def load(path: Path = FILE) -> Floors:
    """The floors as pinned."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Floors(data["corpus"], {str(name): float(value) for name, value in data["figures"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloorsError(f"{path}: no floors to read ({error}); pin what is measured with --lower-floors") from error


def check(measured: Figures, corpus: str, path: Path = FILE) -> str:
    """What to tell where the floors hold; raises `FloorsError` where they do not."""
    floors = load(path)
    fallen = floors.worse(measured)
    if floors.corpus != corpus:
        raise FloorsError(_strange(floors.corpus, corpus))
    if fallen:
        raise FloorsError("\n".join([*fallen, "mend it, or accept it with --lower-floors in a commit that says why"]))
    better = floors.better(measured)
    told = f"all {len(floors.figures)} floors hold"
    return f"{told}; {len(better)} could be raised with --raise-floors: {', '.join(better)}" if better else told


def pin(measured: Figures, corpus: str, *, lower: bool, path: Path = FILE) -> str:
    """Write the measured figures as floors; without `lower` it is refused where one is worse."""
    fallen = [] if lower else load(path).worse(measured)
    if fallen:
        raise FloorsError("\n".join([*fallen, "not pinned: --raise-floors lowers nothing; --lower-floors does"]))
    figures = {name: round(value, DIGITS) for name, value in measured.items()}
    text = json.dumps({"corpus": corpus, "figures": figures}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return f"{len(figures)} floors pinned in {path.name}"


def _gain(name: str, value: float, floor: float) -> float:
    change = round(value, DIGITS) - floor
    return -change if name.rpartition(": ")[2] in LOWER else change


def _fallen(name: str, floor: float, value: float | None) -> str:
    if value is None:
        return f"{name} is not measured any more, its floor is {floor:g}"
    if _gain(name, value, floor) < 0:
        return f"{name} is {round(value, DIGITS):g}, its floor is {floor:g}"
    return ""


def _strange(pinned: str, corpus: str) -> str:
    return (
        f"sample and facts have the digest {corpus[:12]}, the floors were measured on {pinned[:12]}: look at what "
        "changed in sample/ or fact_pages/ (or in OpenCC and pypinyin), then pin anew with --raise-floors"
    )
