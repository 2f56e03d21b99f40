"""What holds on every page in every test, whatever the test is about."""
