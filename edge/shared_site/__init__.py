"""Several gateways behind one fuse: own shares, and what their master lends beyond them. See shared_site.py."""
