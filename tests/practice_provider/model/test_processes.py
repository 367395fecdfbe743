"""The same ask gives the same bytes in every process, though Python's sets have another order in each."""

import os
import subprocess
import sys

CHILD = """
import hashlib
from practice_provider.model.mind import shared_words
from practice_provider.model.spelling import corrected
from practice_provider.model.words import overlaps, stems
from practice_provider.model.synonyms import akin

TEXTS = [f'{{"order_id": "BL-{n}", "status": "{s}", "carrier": "Tandem Post", "parcel": "hub {n}", "newest": {n}}}'
         for n, s in enumerate(["dispatched", "delivered", "preparing", "cancelled"] * 40)]
QUESTION = "Who carries the parcel of my newest order that was dispatched with the carrier from the hub?"
told = [shared_words(QUESTION, TEXTS), overlaps(stems(QUESTION), [stems(text) for text in TEXTS], akin)]
told.append(corrected("a brewling facory", {"brewing", "brewline", "factory", "facery", "brewlong"}))
print(hashlib.sha256(repr(told).encode()).hexdigest())
"""


def test_what_is_shared_or_mended_is_the_same_to_the_last_bit_whatever_the_order_of_a_set() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", CHILD],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "11", "20", "30")
    }
    assert len(told) == 1
