"""What the demo compares but does not show live: stability margins and charging times, computed as `v2g paper` does.

Not its job: the cases. It runs beside them as a process of low priority, so that nobody waits for it afterwards.
Source: ours.
"""

import json
import os
import sys

from host_sim import world_paper
from host_sim.scenarios import paper_rows
from host_sim.scenarios.paper_cases import MARGINS

NICENESS = 15


def main():
    """Prints the rows as one JSON line."""
    os.nice(NICENESS)
    recordings = world_paper.run_scenarios(MARGINS)
    rows = paper_rows.evaluate(recordings, world_paper.run_charging_times())
    print(json.dumps(rows), flush=True)
    return 0


def merged(*parts):
    """Rows of several parts in the order of the comparison."""
    place = {row.id: number for number, row in enumerate(paper_rows.ROWS)}
    return sorted((row for rows in parts for row in rows), key=lambda row: place[row["id"]])


if __name__ == "__main__":
    sys.exit(main())
