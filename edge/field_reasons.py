"""Reasons of field life: updates, keys, configuration, bounds, recovery, serial lines, stored history.

Not its job: the other reasons, looking one up (reasons.py). What happened stands in reason_texts.py. Apart from the others
because text is heap on a board.
Source: ours; a published number never changes its meaning. Ranges: 400 releases and jobs, 420 keys and enrolment,
440 configuration, bounds and audit, 460 devices and recovery, 480 links, serial lines and history.
"""

STARTED = 400
HISTORY_LOST = 490
LINE_GARBLED = 480
PROXY_WRITE_REFUSED = 481
JOB = 401
JOB_REFUSED = 402
RELEASE_CONFIRMED = 403
RELEASE_ROLLED_BACK = 404
COMMAND_REVERSALS = 440
DAILY_THROUGHPUT = 441
BOUNDS_COUNTED = 442
AUDIT_HEAD = 443
MESSAGES_REFUSED = 444

# As reason_table.TABLE.
TABLE = """
400 I started gateway started
401 N job job
402 N job_refused job refused
403 N release_confirmed release confirmed
404 W release_rolled_back release rolled back
440 I command_reversals reversals an hour
441 N daily_throughput energy a day
442 I bounds_counted commanded energy counted
443 I audit_head head of the audit log
444 N messages_refused messages refused
480 W line_garbled only garbage on the line
481 N proxy_write_refused write refused at the proxy
490 W history_lost records of an outage lost
"""
