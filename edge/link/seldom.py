"""Hands on what the power plant says seldom: configuration, plans, prices, announcements, jobs, certificates, keys; and tells
it what was refused.

Not its job: how often it is asked to (vpp.py), what each of them is. Imported when such a message comes; a board forgets it
in between.
Source: ours.
"""
from edge import reasons
from protocols.forgetting import forget


def take(link, session, ports, now_ms, message):
    """Take one message; link: VppLink; session: its MqttSession; message: (name, topic, payload, is retained)."""
    name, topic, payload, _ = message
    if name == "plan":
        from edge.link import dated

        refusal = dated.plan(link.inbox, topic, payload)
        if refusal is not None:
            link.inbox.refuse(reasons.COMMAND_REFUSED, "", list(refusal))
    elif name in ("config_desired", "config_request"):
        _configure(link, ports, now_ms, message)
    elif name in ("certificate", "revocation", "move"):
        from edge.enrol import arrivals

        arrivals.take(link, ports, now_ms, message)
    elif name == "job":
        from edge.link import jobs_link

        jobs_link.take(link, session, ports, now_ms, (topic, payload))
    elif name == "prices" or name == "announce":
        from edge.link import announced

        link.ack(now_ms, announced.take(link.inbox, link.config, ports.clock.unix_ms(), now_ms, message))
    forget("edge.link.seldom", "edge.link.dated", "edge.enrol.arrivals", "edge.enrol.rotation", "edge.enrol.move")


def _configure(link, ports, now_ms, message):
    error = ("not_permitted", "", message[0], "vpp.config_key") if link.configuration is None else (
        link.configuration.take(now_ms, link.inbox.gate, message))
    if error is not None:
        link.inbox.refuse(reasons.CONFIG_REFUSED, "gateway", list(error))
        # Who sent it waits for word. Not of a flood: what the link lets through is few.
        if message[0] == "config_desired" and error[0] != "too_many":
            _tell(link, ports, now_ms, (reasons.CONFIG_REFUSED, "gateway", list(error)))
    link.report_configuration(False)


def _tell(link, ports, now_ms, event):
    from edge import log_words

    link.event(now_ms, *event)
    ports.log(log_words.event(*event))
    forget("edge.log_words", "edge.home_reasons", "edge.local_words", "edge.local_time")


def tell_refused(link, ports, now_ms, refusals):
    """The last of the refusals goes into the audit log; what is told of that is added to them. refusals: as Inbox has them."""
    from edge import audit

    for event in audit.told(ports, refusals, link.inbox.refused):
        link.event(now_ms, *event)
        refusals.append(event)
    forget("edge.link.seldom", "edge.audit", "edge.field_reasons")
