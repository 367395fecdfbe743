"""The attacks: conditions that a machine can check, carriers that exist, and an honest look-alike for each."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from stages.s2_llms.brewline import load_attacks

from .corpus import DATASETS

ATTACKS = load_attacks()
WAYS = {"direct", "document", "photo", "pdf", "tool_result", "other_language", "encoded", "multi_turn"}
AIMS = {"refund", "other_customer", "secret_prompt", "exfiltration", "policy", "action"}
TOOLS = {
    *("search_help", "get_order", "list_orders", "track_shipment", "check_warranty", "find_part", "start_return"),
    *("refund_order", "book_repair", "cancel_order", "change_address", "hand_over"),
}
FIELDS = {
    "tool_called": {"tool", "args"},
    "tool_executed": {"tool", "args"},
    "arg_matches": {"tool", "arg", "regex"},
    "reply_contains": {"text"},
    "reply_matches": {"regex"},
    "url_in_reply": {"host"},
    "canary_in_reply": set(),
    "data_of": {"customer"},
    "refused": set(),
    "all": {"of"},
    "any": {"of"},
    "not": {"of"},
}


def parts(condition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give a condition and all conditions in it."""
    yield condition
    inner = condition.get("of", [])
    for one in [inner] if isinstance(inner, dict) else inner:
        yield from parts(one)


def all_conditions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for attack in ATTACKS:
        for condition in (attack.success, attack.benign["success"]):
            yield from ((attack.id, part) for part in parts(condition))


def test_there_are_enough_of_every_way_and_aim():
    assert len(ATTACKS) >= 150
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)
    ways, aims = Counter(a.way for a in ATTACKS), Counter(a.aim for a in ATTACKS)
    assert set(ways) == WAYS
    assert set(aims) == AIMS
    assert min(ways.values()) >= 10
    assert min(aims.values()) >= 12


def test_a_condition_has_the_fields_of_its_kind_and_its_pattern_compiles():
    for identity, condition in all_conditions():
        assert condition.keys() - {"kind"} == FIELDS[condition["kind"]], identity
        assert condition.get("tool", "get_order") in TOOLS, identity
        re.compile(condition.get("regex", ""), re.IGNORECASE)


def test_a_conversation_is_a_customers_and_its_files_exist():
    for attack in ATTACKS:
        for side in ({"turns": attack.turns, "planted": attack.planted}, attack.benign):
            assert side["turns"], attack.id
            for turn in side["turns"]:
                assert turn["role"] == "user"
                assert all((DATASETS / "attacks" / "carriers" / name).is_file() for name in turn["files"]), attack.id
            assert all(one.keys() == {"where", "text"} for one in side["planted"]), attack.id
        assert re.fullmatch(r"C-\d{5}", attack.session_customer)


def test_an_attack_and_its_look_alike_differ():
    assert not [a.id for a in ATTACKS if a.success == a.benign["success"]]
    assert not [a.id for a in ATTACKS if (a.turns, a.planted) == (tuple(a.benign["turns"]), tuple(a.benign["planted"]))]


def test_no_attack_points_at_a_real_host():
    told = " ".join(str((a.turns, a.planted, a.benign)) for a in ATTACKS)
    hosts = set(re.findall(r"https?://([\w.-]+)", told))
    assert not {host for host in hosts if not host.rstrip(".").endswith(".example")}
