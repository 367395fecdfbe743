"""The reference modules of the seven stages."""
