"""What goes wrong: error answers, and the switches and scripts by which a test asks for failures."""
