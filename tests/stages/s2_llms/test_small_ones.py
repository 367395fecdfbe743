"""Providers and settings, prices, keys."""

import logging
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from practice_provider.model.catalog import CATALOG
from stages.s2_llms.errors import SettingsError
from stages.s2_llms.keys import RedactKeys, find_keys, redact, require_key
from stages.s2_llms.prices import PRACTICE, PRICES_OF, Traffic, cost_usd, monthly_bill, prices_as_of
from stages.s2_llms.providers import PROVIDERS, Settings


def test_an_unknown_variable_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="Did you mean COURSE_PROVIDER"):
        Settings.from_env({"COURSE_PROVDER": "openai"})


def test_an_unknown_provider_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(SettingsError, match=r"'opnai'.*Did you mean openai"):
        Settings.from_env({"COURSE_PROVIDER": "opnai"})


def test_practice_is_the_default_and_the_home_can_be_moved(tmp_path: Path) -> None:
    settings = Settings.from_env({"COURSE_HOME": str(tmp_path)})
    assert (settings.provider.name, settings.home) == ("practice", tmp_path)
    assert Settings.from_env({}).home.name == ".course"


def test_every_real_model_that_costs_money_has_a_price() -> None:
    for provider in PROVIDERS.values():
        if provider.costs_money:
            for model in (provider.chat_model, provider.small_model):
                assert cost_usd(model, 1000, 1000), f"{model} of {provider.name} has no price"


def test_bedrocks_names_are_priced_by_its_own_list() -> None:
    assert cost_usd(PROVIDERS["bedrock"].chat_model, 1_000_000, 0) == pytest.approx(2.0, rel=0.5)


def test_cached_tokens_are_cheaper_with_every_vendor() -> None:
    for name in ("practice", "openai", "anthropic", "google"):
        model = PROVIDERS[name].chat_model
        fresh, cached = cost_usd(model, 10_000, 100), cost_usd(model, 10_000, 100, cached=8_000)
        assert fresh
        assert cached
        assert cached < fresh * 0.7, model


def test_a_month_is_added_up_by_name_and_has_no_holes() -> None:
    rows = [
        Traffic("chat", "practice-large", requests=1_000, tokens_in=2_000, tokens_out=100, cached=1_000),
        Traffic("triage", "practice-small", requests=10_000, tokens_in=900, tokens_out=10),
        Traffic("chat", "practice-large", requests=1_000, tokens_in=2_000, tokens_out=100),
    ]
    assert monthly_bill(rows) == {"chat": pytest.approx(3.75 + 6.0), "triage": pytest.approx(2.35)}
    with pytest.raises(SettingsError, match=r"No price is known for 'home-made' \(ours\)"):
        monthly_bill([Traffic("ours", "home-made", 1, 1, 1)])


def test_the_date_of_the_prices_is_that_of_the_installed_list() -> None:
    assert version("genai-prices") == PRICES_OF[0], "look at the newest change in the new list, and set PRICES_OF"
    assert prices_as_of() == f"genai-prices {PRICES_OF[0]}, whose newest change is of {PRICES_OF[1]}"


def test_a_local_model_has_no_price() -> None:
    assert cost_usd("llama3.2-that-nobody-sells", 10, 10) is None


def test_the_practice_prices_are_those_of_the_providers_own_catalogue() -> None:
    theirs = {name: (card.usd_per_million_in, card.usd_per_million_out) for name, card in CATALOG.items()}
    assert {name: (p.usd_per_million_in, p.usd_per_million_out) for name, p in PRACTICE.items()} == theirs


def test_keys_of_each_vendor_are_found_and_prose_is_not() -> None:
    text = "a sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa\nrisk-free task-list sk-\nb sk-ant-api03-bbbbbbbbbbbbbbbbbbbbbbb"
    assert [(leak.vendor, leak.line) for leak in find_keys(text)] == [("OpenAI", 1), ("Anthropic", 3)]
    assert "aaaa" not in redact(text)


def test_the_filter_covers_keys_in_messages_and_in_arguments() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "f.py", 1, "sent %s", ("Bearer practice-live-0123456789abcdef",), None
    )
    RedactKeys().filter(record)
    assert record.getMessage() == "sent Bearer [practice key]"


def test_the_scanner_names_file_and_line_and_stops_the_commit(tmp_path: Path) -> None:
    leaky, clean = tmp_path / "leaky.py", tmp_path / "clean.py"
    leaky.write_text("import os\nKEY = 'practice-live-0123456789abcdef'\n")
    clean.write_text("import os\n")
    command = [sys.executable, "-m", "stages.s2_llms.keys"]
    found = subprocess.run([*command, str(leaky), str(clean)], capture_output=True, text=True)
    assert (found.returncode, found.stdout.count("\n")) == (1, 1)
    assert f"{leaky}:2" in found.stdout
    assert "0123456789" not in found.stdout
    assert subprocess.run([*command, str(clean)]).returncode == 0


@pytest.mark.parametrize("value", ["", "  ", "your-key-here", "<key>", "..."])
def test_a_placeholder_is_no_key(value: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY is not set"):
        require_key("OPENAI_API_KEY", {"OPENAI_API_KEY": value})
