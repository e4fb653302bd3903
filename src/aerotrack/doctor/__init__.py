"""`aerotrack doctor`: looks at everything a server needs here, changes nothing, and says what to do."""
