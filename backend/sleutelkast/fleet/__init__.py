"""Simulated Macs behind a simulated NanoMDM, in a process of their own; a client of the portal's public edge."""
