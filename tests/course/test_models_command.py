"""`course models` against a stand-in for the vendors that has retired one of the table's names."""

import json

from course.models import ENDS
from stages.s2_llms.practice import Control
from stages.s2_llms.providers import MODELS_CHECKED, PROVIDERS

from .conftest import RETIRED, Run, customers_variables

ASKED = [PROVIDERS[name] for name in ("openai", "anthropic", "google", "azure")]


def test_a_retired_name_is_found_with_the_key_at_hand(course: Run, stand_in: Control) -> None:
    done = course("models", "--json", **customers_variables(stand_in.url))
    said = json.loads(done.stdout)
    states = {(row["provider"], row["model"]): row["state"] for row in said["models"]}
    asked = {pair: state for pair, state in states.items() if PROVIDERS[pair[0]] in ASKED}
    assert asked.pop(("anthropic", RETIRED)) == "unknown"
    assert set(asked.values()) == {"served"}
    assert len(asked) == 10
    assert {states[pair] for pair in states.keys() - asked.keys() - {("anthropic", RETIRED)}} == {"not asked"}
    assert (done.returncode, said["table_checked"]) == (1, str(MODELS_CHECKED))


def test_the_report_names_what_is_gone_and_where_to_mend_it(course: Run, stand_in: Control) -> None:
    done = course("models", **customers_variables(stand_in.url))
    assert f"Not served to this key: {RETIRED}. Put a newer name into the table." in done.stdout
    assert f"stages/s2_llms/providers.py. Its names were last checked on {MODELS_CHECKED}." in done.stdout


def test_without_keys_nobody_is_asked(course: Run) -> None:
    done = course("models")
    assert done.returncode == 0
    assert "OPENAI_API_KEY is not set" in done.stdout
    assert "served" not in done.stdout


def test_a_key_that_is_refused_is_said_at_each_name(course: Run, stand_in: Control) -> None:
    done = course("models", "--json", **customers_variables(stand_in.url, key="sk-never-issued"))
    states = [row["state"] for row in json.loads(done.stdout)["models"] if PROVIDERS[row["provider"]] in ASKED]
    assert (done.returncode, set(states)) == (1, {"failed"})


def test_the_sdks_still_have_the_fields_in_which_an_end_is_announced() -> None:
    import anthropic.types
    import openai.types

    assert ENDS[0] in openai.types.Model.model_fields
    assert ENDS[1] in anthropic.types.ModelInfo.model_fields
