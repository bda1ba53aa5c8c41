"""Reasons of field life: updates, keys, configuration, bounds, recovery, serial lines, stored history.

Not its job: the other reasons, looking one up (reasons.py). What happened stands in reason_texts.py. Apart from the others
because text is heap on a board.
Source: ours; a published number never changes its meaning. Ranges: 400 releases and jobs, 420 keys and enrolment,
440 configuration, bounds and audit, 460 devices and recovery, 480 links, serial lines and history.
"""

STARTED = 400

# As reason_table.TABLE.
TABLE = """
400 I started gateway started
"""
