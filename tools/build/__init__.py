"""How a bundle is made: what goes in, how it is compiled, packed, signed and described. `v2g build` puts it together."""
