"""What a client wants to be subscribed to, and what the broker has confirmed of it.

Not its job: matching messages to filters (topic_filter.py).
Source: OASIS MQTT 3.1.1 §3.8 and §3.9; Mosquitto and others lose sessions on a restart, hence the memory here.
"""

from protocols.mqtt import packet as pk

FILTER, QOS, GRANTED, PACKET_ID = range(4)


class Subscriptions:
    """Rows [filter, wanted QoS, granted QoS or 128 or None, packet id of the open request or 0].

    A request that the connection took with it stays ungranted, so missing() brings it again.
    """

    def __init__(self):
        self._rows = []

    def want(self, topic_filter, qos):
        """Remembers a wish in place of an earlier one for the same filter; returns its row for request()."""
        self._rows = [row for row in self._rows if row[FILTER] != topic_filter]
        row = [topic_filter, qos, None, 0]
        self._rows.append(row)
        return row

    def uses(self, packet_id):
        """True while a request with this id is open."""
        for row in self._rows:
            if row[PACKET_ID] == packet_id:
                return True
        return False

    def missing(self, session_present):
        """Rows to ask for on a fresh connection: without a session there, all that are wanted."""
        if not session_present:
            return self._rows
        return [row for row in self._rows if row[GRANTED] is None or row[GRANTED] == pk.SUBSCRIBE_REFUSED]

    def request(self, row, packet_id):
        """The packet that asks the broker for this row."""
        row[GRANTED] = None
        row[PACKET_ID] = packet_id
        return pk.subscribe(packet_id, row[FILTER], row[QOS])

    def confirm(self, packet_id, granted):
        """SUBACK: the filter that is confirmed, or None for an answer nobody waits for."""
        for row in self._rows:
            if row[PACKET_ID] == packet_id:
                row[GRANTED] = granted
                row[PACKET_ID] = 0
                return row[FILTER]
        return None
