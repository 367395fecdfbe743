"""How the pictures are drawn: canvas (shapes), rooms, espresso and others (machines), faults, scenes, drawing."""
