"""Reasons of the grid-code functions, apart from the others: text is heap on a board, and most sites have none of them.

Not its job: the other reasons, looking one up (reasons.py). What happened stands in reason_texts.py.
Source: ours; a published number never changes its meaning.
"""

GRID_MODE = 140
ENTER_SERVICE = 141
GRID_UNKNOWN = 142

# As reasons.TABLE: code, severity, name, words.
TABLE = """
140 N grid_mode operating mode
141 N enter_service not yet in service
142 W grid_unknown voltage or frequency unknown
"""
