"""Who can reach the provider, and on what terms: the rules for the address it listens on and for the Host header.

On a loopback address everybody who reaches it sits at this machine, and any practice key will do. On every other
address it does not start without a list of keys and a key of its own for the endpoints under /practice. It encrypts
nothing: on a network that is not trusted a TLS proxy belongs in front of it.
What a page can do with DNS rebinding: https://en.wikipedia.org/wiki/DNS_rebinding
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from .settings import Settings, SettingsError

SHORTEST_KEY = 16  # characters of a key that strangers may try to guess


def is_loopback(host: str) -> bool:
    """Is this an address (or the name) of this machine that no other machine reaches?

    >>> is_loopback("127.0.0.1"), is_loopback("::ffff:127.0.0.1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def check(settings: Settings) -> None:
    """Check that a provider with these settings may listen on its host.

    Raises:
        SettingsError: it is reachable for other machines, and its keys are missing or easy to guess.

    >>> check(Settings(host="0.0.0.0"))
    Traceback (most recent call last):
    practice_provider.settings.SettingsError: host 0.0.0.0 is open to other machines: list the keys of those who may \
use it in a file for --keys-file (or in PRACTICE_KEYS), or leave --host out
    """
    host = settings.host
    if is_loopback(host):
        return
    if not settings.keys:
        raise SettingsError(
            f"host {host} is open to other machines: list the keys of those who may use it "
            "in a file for --keys-file (or in PRACTICE_KEYS), or leave --host out"
        )
    if settings.control_key is None:
        raise SettingsError(
            f"host {host} is open to other machines: set PRACTICE_CONTROL_KEY, the key for everything under /practice"
        )
    if settings.control_key in settings.keys:
        raise SettingsError("PRACTICE_CONTROL_KEY is one of the keys: give it a value that only you know")
    for key in (*settings.keys, settings.control_key):
        if len(key) < SHORTEST_KEY:
            raise SettingsError(
                f"a key of {len(key)} characters is easy to guess, and host {host} is open to other machines: "
                f"use {SHORTEST_KEY} or more, such as practice-f2k9w7d1"
            )


@lru_cache(maxsize=256)
def meant_for_us(header: bytes, bound: str, hosts: tuple[str, ...] = ()) -> bool:
    """Does this Host header name the machine? `hosts` are further names that it has.

    A web page can make a browser send requests to loopback under a host name of the page's own (DNS rebinding), so
    only known names pass. An address always does where we listen on more than loopback.

    >>> meant_for_us(b"localhost:8000", "127.0.0.1"), meant_for_us(b"evil.example:8000", "127.0.0.1")
    (True, False)
    >>> meant_for_us(b"provider:8000", "0.0.0.0", ("provider",))
    True
    """
    text = header.decode("latin-1").lower()
    name = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
    if name == "localhost" or name in (known.lower() for known in (bound, *hosts)):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or not is_loopback(bound)
