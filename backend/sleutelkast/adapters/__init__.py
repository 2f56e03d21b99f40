"""The only code that touches the world: database, key material, MDM server, clock."""
