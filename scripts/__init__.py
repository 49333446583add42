"""Development tools; the shipped packages import nothing from here."""
