"""What only some sites have beside buses and power plant: the claim connection, the household's broker, the page's hour, inputs.

Not its job: what they do (enrol, link/site_link.py, web, site_inputs.py). Imported once, and forgotten on a board.
Source: ours.
"""


def attach(gateway, links, tell):
    """Gives a Gateway its site_link and last_hour (None without), adds their links; returns its SiteInputs or None.

    links: {name: link} of the gateway; tell: function (now_ms, code, subject, values) for events.
    """
    config, ports = gateway.config, gateway.ports
    if gateway.vpp is not None and config.enrol is not None:
        from edge.enrol.enrol_link import EnrolLink

        links["claim"] = EnrolLink(config, ports, gateway.vpp, tell)
    if config.site_link is not None and config.site_link.enabled:
        from edge.link.site_link import SiteLink

        gateway.site_link = links["site"] = SiteLink(config, ports, gateway)
    if config.page is not None and config.page.enabled:
        from edge.web.last_hour import LastHour

        gateway.last_hour = LastHour(config)
    if not config.has_inputs:
        return None
    from edge.site_inputs import SiteInputs

    return SiteInputs(config, ports, gateway.fleet, gateway.site_link)
