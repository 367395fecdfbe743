"""Limits on what a key may use, and the headers by which vendors tell about them.

In reading order: `meters` (windows and buckets), `limit` (the meters of one key), `reading`, `headers`.
"""

from .headers import LimitHeaders, as_duration, as_instant
from .limit import COUNTS, Limit
from .meters import Bucket, Meter, Window
from .reading import read_limit

__all__ = ["COUNTS", "Bucket", "Limit", "LimitHeaders", "Meter", "Window", "as_duration", "as_instant", "read_limit"]
