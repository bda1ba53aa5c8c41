"""Reasons of household, site energy and backup, apart from the others: text is heap on a board, most sites have none.

Not its job: the other reasons, looking one up (reasons.py). What happened stands in reason_texts.py.
Source: ours; a published number never changes its meaning.
"""

TIMED = 300
CHEAP_HOURS = 301
PV_SURPLUS = 302
OWN_USE = 303
ARBITRAGE = 304
TURN_UP = 305
VARS_ONLY = 306
SOC_PROBE = 307
BELOW_USEFUL = 308
OTHER_BATTERY = 309
PROMISE_SHORT = 310
PROMISE_MISSED = 311
PROMISE_KEPT = 312
SESSION_BEGUN = 313
SESSION_OVER = 314
CONSENT_GIVEN = 315
CONSENT_OVER = 316
PRICES_TAKEN = 317
PRICES_MISSING = 318
ANNOUNCED = 319
EXCLUSIVE = 320
GRANT_LOST = 321
WAITING = 322
WISH_REFUSED = 323

BACKUP_STATE = 350
ISLANDED = 351
LOCKED_OUT = 352
SHED = 353
LOW_SOC = 354
LOW_SOC_STOP = 355
ISOLATION_UNPROVEN = 356
FORMING_FAILED = 357
BOND_FAILED = 358
SWITCH_STUCK = 359
CONTRADICTION = 360
SENSOR_LOST = 361
RETURNING = 362
RETURN_DELAY = 363
PLANNED_OUTAGE = 364
AUTONOMY = 365
BACKUP_REFUSED = 366
LOCKOUT_RESET = 367
PV_CURTAILED = 368
ORDERS_FAIL = 369

# As reason_table.TABLE: code, severity, name, words.
TABLE = """
300 I timed timed charging
301 I cheap_hours cheap hours
302 I pv_surplus own surplus
303 I own_use own use
304 I arbitrage arbitrage
305 I turn_up demand turn-up
306 I vars_only vars only
307 I soc_probe reading the state of charge
308 I below_useful less than worth running
309 I other_battery home battery first
310 N promise_short energy promise can't be kept whole
311 W promise_missed left with less than promised
312 I promise_kept left with what was promised
313 I session_begun vehicle plugged in
314 I session_over vehicle gone
315 I consent_given consent to discharging
316 I consent_over consent over
317 I prices_taken prices taken
318 N prices_missing no prices
319 N announced announced
320 I exclusive another charger runs
321 N grant_lost borrowed share ended
322 I waiting waiting for a better hour
323 N wish_refused wish refused
350 N backup_state backup
351 N islanded island
352 A locked_out backup locked out
353 W shed circuit shed
354 W low_soc battery low
355 A low_soc_stop battery at the driving reserve
356 A isolation_unproven isolation not proven
357 A forming_failed island did not build up
358 A bond_failed earth bond not confirmed
359 A switch_stuck transfer switch does not move
360 A contradiction contradictory feedback
361 A sensor_lost backup blind
362 N returning return to the grid
363 I return_delay delay after the return
364 N planned_outage planned outage
365 I autonomy autonomy
366 N backup_refused backup not possible
367 N lockout_reset lock-out reset
368 N pv_curtailed PV curtailed in the island
369 W orders_fail orders of the backup not taken
"""
