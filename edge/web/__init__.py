"""The household's page: HTTP within tight bounds, who may ask, forms, HTML. Sockets are the runtime's."""
