"""Who people are: local passwords."""
