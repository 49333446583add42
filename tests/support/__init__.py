"""What tests of several folders share. Holds no tests."""
