"""Brewline's shop over the Model Context Protocol: the look-ups, the server, and how a program of ours uses a server.

`shop` knows nothing of MCP, `server` nothing of models, `toolbox` nothing of Brewline. Source: https://modelcontextprotocol.io
"""

__all__ = ["server", "shop", "toolbox"]
