"""Fair share: what one account sends in bulk does not hold up what others sent with it.

Raw objects mix accounts as they arrived. Where a task holds many events and more than one
account, each account gets FAIR_EVENTS of them at once; the rest is put into objects of its own,
which go to the slow lane: a queue that workers turn to when nothing else waits. A lone sender is
never slowed, and one in bulk keeps its share of every task.
"""

from collections import Counter
from collections.abc import Sequence

from treblle_etl.extract import lines

# A raw object's line with its number in it.
Numbered = tuple[int, bytes]

# Half of what a task holds: two accounts as busy as each other fit into one.
FAIR_EVENTS = 250
# An object of the slow lane is a task, as long as one of the fast lane.
EVENTS_PER_OBJECT = 500


def split(objects: Sequence[Sequence[Numbered]]) -> tuple[list[list[Numbered]], list[bytes]]:
    """The lines of each object that are loaded now, and those that wait, in order."""
    senders = [[lines.sender_of(line) for _, line in each] for each in objects]
    counts = Counter(sender for each in senders for sender in each)
    if len(counts) < 2 or max(counts.values()) <= FAIR_EVENTS:
        return [list(each) for each in objects], []
    taken: Counter[str] = Counter()
    now: list[list[Numbered]] = []
    later: list[bytes] = []
    for numbered, names in zip(objects, senders, strict=True):
        kept: list[Numbered] = []
        for (number, line), name in zip(numbered, names, strict=True):
            taken[name] += 1
            if taken[name] <= FAIR_EVENTS:
                kept.append((number, line))
            else:
                later.append(line)
        now.append(kept)
    return now, later
