"""NanoMDM's API and webhook, Apple's property lists, and the encrypted messages of Macs."""
