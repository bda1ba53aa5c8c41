"""How the work on one native function can end.

Not its job: doing it (native_work.py), what follows (native_config.py). Source: ours.
"""

CONFIRMED = "confirmed"
REFUSED = "refused"             # the device, or its registers, can't
IGNORED = "ignored"             # the device said nothing against it, and did not do it
NOT_ALLOWED = "not_allowed"     # it has to be changed, and nothing may be written now
SILENT = "silent"               # no answers
