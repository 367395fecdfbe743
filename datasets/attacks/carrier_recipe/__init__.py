"""How the PDFs and pictures of the attacks are made."""
