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
CERTIFICATE_EXPIRED = 420
CLOCK_NOT_SET = 421
TLS_REFUSED = 422
ENROL_NEEDED = 423
ENROL_REFUSED = 424
ENROLLED = 425
CERTIFICATE_RENEWED = 426
RENEWAL_FAILED = 427
RENEWAL_BY_HAND = 428
KEY_CHANGED = 429
KEY_CHANGE_REFUSED = 430
OPERATOR_MOVED = 431
MOVE_FAILED = 432
RECOVERY_STEP = 460
RECOVERED = 461
RECOVERY_USED_UP = 462
RECOVERY_WAITS = 463
RELAY_FAILED = 464
COMMAND_REVERSALS = 440
DAILY_THROUGHPUT = 441
BOUNDS_COUNTED = 442
AUDIT_HEAD = 443
MESSAGES_REFUSED = 444
PAGE_LOCKED = 445
LOCAL_REFUSED = 446
CONFIG_ON_TRIAL = 447
CONFIG_IN_FORCE = 448
CONFIG_ROLLED_BACK = 449

# As reason_table.TABLE.
TABLE = """
400 I started gateway started
401 N job job
402 N job_refused job refused
403 N release_confirmed release confirmed
404 W release_rolled_back release rolled back
420 W certificate_expired certificate not valid
421 W clock_not_set clock not set
422 W tls_refused secure connection refused
423 W enrol_needed not enrolled
424 W enrol_refused certificate refused
425 N enrolled enrolled
426 N certificate_renewed certificate renewed
427 W renewal_failed new certificate did not connect
428 W renewal_by_hand certificate has to be renewed by hand
429 N key_changed device key changed
430 W key_change_refused change of keys refused
431 N operator_moved moving to another operator
432 W move_failed other operator not reached
440 I command_reversals reversals an hour
441 N daily_throughput energy a day
442 I bounds_counted commanded energy counted
443 I audit_head head of the audit log
444 N messages_refused messages refused
445 W page_locked wrong PINs at the page
446 N local_refused requests refused at a local port
447 N config_on_trial configuration on trial
448 N config_in_force configuration in force
449 W config_rolled_back configuration rolled back
460 N recovery_step getting the charger going again
461 N recovered charger goes again
462 A recovery_used_up charger stays hung
463 N recovery_waits recovery waits for the end of the island
464 W relay_failed relay can't be switched
480 W line_garbled only garbage on the line
481 N proxy_write_refused write refused at the proxy
490 W history_lost records of an outage lost
"""
