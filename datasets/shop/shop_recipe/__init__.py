"""How the shop's tables are computed: one module for each step, in the order in which `make.py` calls them.

dice → clock → catalogue → names → people → demand → baskets → named → orders → serials → shipping → refunding →
repairing → tables. Nothing here reads the clock or the network; `named.py` alone reads files (`named_orders/*.csv`).
"""
