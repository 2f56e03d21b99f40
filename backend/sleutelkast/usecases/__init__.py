"""What people, Macs and time make the portal do: one intention per module."""
