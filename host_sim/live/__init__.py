"""The paper's cases live: plant, gateways, supervisor and broker as processes of their own, on real sockets."""
