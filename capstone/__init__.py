"""The Brewline support desk: wiring and user interface only."""
