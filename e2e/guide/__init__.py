"""Takes the pictures of the guide, and knows in which languages they no longer show what the portal says."""
