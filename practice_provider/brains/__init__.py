"""Other brains than the practice model behind the same wires, keys, limits, faults and journal.

    upstream.py      a model: any OpenAI-compatible server answers       asking.py, answering.py, refusing.py
    passing.py       what a brain is that works on bytes
    record.py        passes a vendor's replies on and writes them down   vendors.py, secrets.py
    replay.py        plays what was written down                         matching.py
    cassette.py      the file in which an exchange is kept
    choice.py        which brain the command line asks for               choosing.py makes it, ollama.py finds one

Why record and replay: https://martinfowler.com/bliki/SelfInitializingFake.html
"""
