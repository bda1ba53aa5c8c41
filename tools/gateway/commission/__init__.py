"""`v2g commission`: proves on site that a gateway, its chargers and its meter belong together. One job a module."""
