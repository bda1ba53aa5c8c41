"""Topic names and topic filters: which are valid and which match.

Not its job: access rules, delivery.
Source: OASIS MQTT 3.1.1 §4.7.
"""


def valid_topic(topic):
    """True for a topic name that may be published to: 1 to 65,535 bytes, no wildcard, no U+0000 (§4.7.1, §4.7.3)."""
    return 0 < len(topic.encode()) <= 0xFFFF and not ("+" in topic or "#" in topic or "\x00" in topic)


def valid_filter(topic_filter):
    """True for a filter that may be subscribed to: wildcards fill a whole level, `#` only the last (§4.7.1)."""
    if not 0 < len(topic_filter.encode()) <= 0xFFFF or "\x00" in topic_filter:
        return False
    levels = topic_filter.split("/")
    for level in levels[:-1]:
        if "#" in level or ("+" in level and level != "+"):
            return False
    last = levels[-1]
    return last in ("#", "+") or not ("#" in last or "+" in last)


def matches(topic_filter, topic):
    """True when a message on `topic` belongs to a subscription to `topic_filter`; both valid.

    A leading wildcard never matches a `$` topic (§4.7.2); `a/#` also matches `a`.
    """
    if topic_filter == topic:
        return True
    if topic[0] == "$" and topic_filter[0] in "+#":
        return False
    wanted = topic_filter.split("/")
    levels = topic.split("/")
    for i in range(len(wanted)):
        if wanted[i] == "#":
            return True
        if i == len(levels) or (wanted[i] != "+" and wanted[i] != levels[i]):
            return False
    return len(wanted) == len(levels)
