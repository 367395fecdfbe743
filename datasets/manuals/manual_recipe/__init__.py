"""How the four manuals are set: text from ../source, drawings, charts and scans from the modules here."""
