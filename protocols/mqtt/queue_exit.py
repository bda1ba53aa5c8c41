"""Takes messages back out of a session's queue: the seldom half of publish_queue.py, which a board imports when it needs it.

Not its job: what becomes of them.
Source: OASIS MQTT 3.1.1 §4.4 asks a client to re-send what was not acknowledged. Whoever withdraws a message sends it
otherwise; a packet id that was withdrawn may name another message, which a broker can't tell at QoS 1.
"""
from protocols.mqtt import packet as pk


def withdraw(session, is_lost, is_wanted):
    """[(topic, payload)] of the queued messages whose topic is_wanted(topic), in order.

    Those that were sent on the connection that is up stay in the queue as well, since it may still acknowledge them;
    with is_lost there is none.
    """
    queue = session._queue
    found, ids, packets, copies = [], [], [], 0
    for place in range(len(queue.ids)):
        packet = queue._packets[place]
        first, body = next(pk.Splitter(pk.REMAINING_BYTES_MAX).feed(packet))
        topic, payload = pk.parse_publish(first, body)[:2]
        is_taken = is_wanted(topic)
        if is_taken:
            found.append((topic, bytes(payload)))
        if not is_taken or (place < queue.sent and not is_lost):
            ids.append(queue.ids[place])
            packets.append(packet)
            copies += place < queue._copies
    queue.ids, queue._packets, queue._copies = ids, packets, copies
    queue._held_bytes = sum([len(packet) for packet in packets])
    return found


def is_held(session, token):
    """Whether a message is still in the queue: not acknowledged, and not withdrawn."""
    return token in session._queue.ids
