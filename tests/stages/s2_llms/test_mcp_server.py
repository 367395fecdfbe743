"""Brewline's MCP server through the SDK's own client: in this process, over stdio, and over HTTP with keys."""

import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import mcp
import pytest
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

from stages.s2_llms.articles import load_articles
from stages.s2_llms.errors import SettingsError
from stages.s2_llms.mcp.server import Keys, build, description
from stages.s2_llms.mcp.shop import Shop
from stages.s2_llms.mcp.toolbox import NotConnected, ToolFailed, connected, over_http

COMMAND = ["-m", "stages.s2_llms.mcp.server"]
STDIO = mcp.StdioServerParameters(command=sys.executable, args=[*COMMAND, "--customer", "C-10002"])
NAMES = ["get_order", "list_orders", "track_shipment", "check_warranty", "check_stock"]
KEYS = {"C-10002": "key of Idris", "C-10001": "key of Tessa"}


def in_process() -> mcp.Client:
    return mcp.Client(build(lambda: Shop("C-10002")))


@asynccontextmanager
async def client() -> AsyncIterator[mcp.Client]:
    async with in_process() as connected_client:
        yield connected_client


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_every_tool_has_words_a_schema_and_says_that_it_only_reads() -> None:
    async with client() as shop:
        tools = (await shop.list_tools()).tools
    assert [tool.name for tool in tools] == NAMES
    for tool in tools:
        assert len((tool.description or "").split()) > 5
        assert "Raises" not in (tool.description or "")
        assert "self" not in tool.input_schema["properties"]
        assert "customer" not in json.dumps(tool.input_schema["properties"]).replace("customer's", "")
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint


@pytest.mark.anyio
async def test_a_result_comes_as_data_and_as_text() -> None:
    async with client() as shop:
        result = await shop.call_tool("check_stock", {"sku": "BL-S58"})
    assert result.structured_content is not None
    assert result.structured_content["stock"] == 402
    assert json.loads(result.content[0].text) == result.structured_content


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("get_order", {"order_id": "BL-10482"}, "not_found: There is no order BL-10482"),
        ("get_order", {"order_id": "10482"}, "should match pattern"),
        ("list_orders", {"limit": 99}, "less than or equal to 20"),
        ("check_warranty", {}, "serial_number"),
        ("no_such_tool", {}, "no_such_tool"),
    ],
)
async def test_a_failure_is_a_result_whose_words_a_model_can_use(
    tool: str, arguments: dict[str, object], says: str
) -> None:
    async with client() as shop:
        result = await shop.call_tool(tool, arguments)
    assert result.is_error
    assert says in result.content[0].text


@pytest.mark.anyio
async def test_the_articles_of_the_help_centre_and_the_price_list_can_be_read() -> None:
    async with client() as shop:
        listed = {resource.uri: resource for resource in (await shop.list_resources()).resources}
        for article in load_articles():
            assert listed[f"help://articles/{article.id}"].title == article.title
        read = await shop.read_resource("help://articles/descaling")
        prices = await shop.read_resource("shop://price-list")
        with pytest.raises(MCPError):
            await shop.read_resource("help://articles/nothing")
    assert "limescale" in read.contents[0].text.lower()
    assert 'BL-S58,"Seal kit 58 mm",11.00' in prices.contents[0].text


@pytest.mark.anyio
async def test_the_triage_prompt_holds_the_ticket_as_data() -> None:
    async with client() as shop:
        (prompt,) = (await shop.list_prompts()).prompts
        filled = await shop.get_prompt("triage", {"ticket": "It smokes."})
    assert [argument.name for argument in prompt.arguments or ()] == ["ticket"]
    assert "<message>\nIt smokes.\n</message>" in filled.messages[0].content.text


def test_a_description_is_the_first_paragraph_in_one_line() -> None:
    assert description(Shop.check_stock).endswith("by its SKU. Orders nothing.")
    assert "\n" not in description(Shop.check_warranty)


def test_over_stdio_it_answers_as_in_this_process() -> None:
    with connected(STDIO) as child, connected(build(lambda: Shop("C-10002"))) as here:
        assert [tool.name for tool in child.tools()] == NAMES
        asked = ("track_shipment", {"order_id": "BL-10433"})
        assert child.call(*asked) == here.call(*asked)


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_it_speaks_both_editions_of_the_protocol(mode: str) -> None:
    async with mcp.Client(stdio_client(STDIO), mode=mode) as old_or_new:
        assert [tool.name for tool in (await old_or_new.list_tools()).tools] == NAMES


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Brewline's server over HTTP on a free port; it ends with its standard input."""
    keys = tmp_path_factory.mktemp("keys") / "keys.txt"
    keys.write_text("".join(f"{c} {hashlib.sha256(k.encode()).hexdigest()}\n" for c, k in KEYS.items()), "utf-8")
    command = [sys.executable, *COMMAND, "--http", "0", "--keys", str(keys), "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
        server.stdin.close()
        assert server.wait(15) == 0


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic a2V5"}])
def test_without_a_good_key_it_answers_401_and_says_where_to_get_one(url: str, header: dict[str, str]) -> None:
    reply = httpx2.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=header)
    assert reply.status_code == 401
    assert "resource_metadata=" in reply.headers["www-authenticate"]


def test_a_wrong_key_is_one_clear_error_for_the_client(url: str) -> None:
    with pytest.raises(NotConnected, match="key right"), connected(over_http(url, "wrong")):
        pass


def test_each_key_sees_the_orders_of_its_own_customer(url: str) -> None:
    with connected(over_http(url, KEYS["C-10002"])) as idris, connected(over_http(url, KEYS["C-10001"])) as tessa:
        assert "BL-10433" in idris.call("list_orders", {})
        assert "BL-10433" not in tessa.call("list_orders", {})
        with pytest.raises(ToolFailed, match="not_found"):
            tessa.call("get_order", {"order_id": "BL-10433"})


def test_a_strange_host_name_is_refused_as_a_rebinding_attack(url: str) -> None:
    headers = {"authorization": f"Bearer {KEYS['C-10002']}", "host": "evil.example"}
    assert httpx2.post(url, json={}, headers=headers).status_code in (403, 421)


@pytest.mark.parametrize("line", ["C-10002", "C-1 " + "0" * 64, "C-10002 " + "g" * 64])
def test_a_file_of_keys_that_is_wrong_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"C-10001 {'0' * 64}\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match="line 2"):
        Keys.read(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        Keys.read(tmp_path / "none.txt")


@pytest.mark.parametrize("options", [[], ["--customer", "C-10002", "--http", "0"], ["--http", "0"]])
def test_the_command_wants_either_a_customer_or_a_port_with_keys(options: list[str]) -> None:
    done = subprocess.run([sys.executable, *COMMAND, *options], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "either --customer, or --http and --keys" in done.stderr
