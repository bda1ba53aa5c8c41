"""What the fields of jobs mean, for people; part of message_texts.py.

Not its job: the others. A gateway never imports this.
Source: ours.
"""

# where, field, text, as message_texts.FIELD_TEXTS
FIELD_TEXTS = (
    ("job", "exp_ms", "Not begun by then: never, Unix time."),
    ("job", "nbf_ms", "Not before, Unix time."),
    ("job", "kind", "What to do."),
    ("job", "window_from_min", "Takes effect from this minute of the day, UTC; absent: at any."),
    ("job", "window_to_min", "Until this one; may lie beyond midnight."),
    ("job", "any_time", "Also while the clock is not set: times are not judged then."),
    ("job", "rand_s", "Begins a random time up to this later, so that not all do it at once."),
    ("job", "wait_s", "So long it waits in its window for power to rest by itself; then it is ramped to zero; rotate_key: so long both keys count. "
     "Absent: 600."),
    ("job", "version", "Of the release: update."),
    ("job", "size_bytes", "Of the bundle: update."),
    ("job", "sha256", "Of the bundle, hex: update."),
    ("job", "lines", "How many of the last: logs."),
    ("job", "segment", "Number of the segment: journal; absent: the last full one."),
    ("job", "kid", "Name of the new key: rotate_key."),
    ("job_state", "job", "Id of the job; empty when it can't be read."),
    ("job_state", "kind", "What it is to do."),
    ("job_state", "state", "rolled_back: the old release runs again."),
    ("job_state", "reason", "0 or the numbered reason of a refusal or failure."),
    ("job_state", "words", "The same for people."),
    ("job_state", "waits_for", "What it waits for: clock, begin, window, rest (of power), island, configuration (on trial), restart."),
    ("job_state", "progress_pct", "Of the download, in tens."),
    ("job_state", "version", "Of the release that runs."),
    ("fetch", "job", "Id of the job."),
    ("fetch", "sha256", "Of the whole bundle, hex."),
    ("fetch", "offset_bytes", "Of the first byte wanted."),
    ("fetch", "chunk_bytes", "Most in a piece."),
    ("fetch", "chunks", "How many pieces."),
    ("chunk", "job", "Id of the job."),
    ("chunk", "offset_bytes", "Of its first byte."),
    ("chunk", "data", "Base64."),
    ("upload", "job", "Id of the job."),
    ("upload", "name", "What it is part of: logs, or the segment."),
    ("upload", "part", "Counts from 0."),
    ("upload", "parts", "In the last one: how many there are."),
    ("upload", "data", "Base64."),
)
