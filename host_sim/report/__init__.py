"""The report of a run: paper.json and one page to read. The virtual study and the live demo share it."""
