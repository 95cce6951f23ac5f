"""What `flask draw-verify` says: the verdict over a published file, in English sentences."""

from __future__ import annotations

from venue.draws.reading import Disagreement, Fault
from venue.draws.verifying import Verified

LONGEST = 200
"""So much of a line is repeated."""

REASONS = {
    Fault.ENDS: "The file ends before this line.",
    Fault.ENCODING: "Lines are UTF-8 and end with LF alone; a program has saved the file anew.",
    Fault.FORM: "Another kind of line belongs here, or it does not have its form.",
    Fault.ORDER: "Lines of this kind are sorted, and none comes twice.",
    Fault.WISH: "It wishes for what the draw does not give out, twice for one program, or for more"
    " programs than are allowed.",
    Fault.COUNT: "There are fewer applications than the list says.",
    Fault.DIGEST: "The lines above have another SHA-256: one of them, or this one, is not as it was"
    " published at closing.",
    Fault.SEED: "List digest and public number give another seed.",
    Fault.PLACE: "Drawn again, the seed and the seats give another result.",
    Fault.MORE: "The file should have ended before.",
}


def report(verdict: Verified) -> str:
    """Return what is said of a file in which every line agrees."""
    said = [
        verdict.name,
        f"applications   {verdict.applications}",
        f"list digest    {verdict.digest}",
    ]
    if verdict.number is None:
        said.append("The list is whole; nothing was drawn from it yet.")
    else:
        said += [
            f"number source  {verdict.number_source}",
            f"public number  {verdict.number}",
            f"Drawn again, every line agrees: {verdict.won} applications won seats.",
        ]
    said.append("Compare the digest with the one published at closing, the number with its source.")
    return "\n".join(said)


def explain(disagreement: Disagreement) -> str:
    """Return what is said of the first line that is wrong."""
    says = "(the file has ended)" if disagreement.says is None else _short(disagreement.says)
    said = [
        f"line {disagreement.line} disagrees. {REASONS[disagreement.fault]}",
        f"it says        {says}",
    ]
    if disagreement.should:
        said.append(f"it should say  {_short(disagreement.should)}")
    return "\n".join(said)


def _short(line: str) -> str:
    shown = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    return shown.replace("\t", " ")
