"""boto3 and AnthropicBedrock in front of a provider, and a strict reader for what AWS's own description allows."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.eventstream import EventStreamBuffer
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape


@pytest.fixture(scope="session")
def aws() -> boto3.Session:
    """One session for all tests: it reads AWS's descriptions only once."""
    return boto3.Session(region_name="eu-central-1")


Connect = Callable[..., Any]


@pytest.fixture
def connect(aws: boto3.Session, key: str) -> Iterator[Connect]:
    """Give a function that makes a client for a provider: no retries, this test's key, the secret."""
    clients: list[Any] = []

    def connect(url: str, service: str = "bedrock-runtime", **options: Any) -> Any:
        credentials = {"aws_access_key_id": key, "aws_secret_access_key": "practice-secret", **options}
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
        clients.append(aws.client(service, endpoint_url=f"{url}/bedrock", config=config, **credentials))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


# ---- AWS's own description, applied strictly --------------------------------------------------------------------


class Strict:
    """Finds what a value has too much, and what it lacks, compared with a service's description."""

    def __init__(self, service: str) -> None:
        data = botocore.session.get_session().get_component("data_loader").load_service_model(service, "service-2")
        self.model = ServiceModel(data)

    def output(self, operation: str) -> Shape:
        """The shape of an operation's reply."""
        return self.model.operation_model(operation).output_shape

    def problems(self, shape: Shape, value: Any, place: str = "") -> Iterator[str]:
        """Say everything that is wrong."""
        if isinstance(shape, StructureShape):
            if getattr(shape, "is_document_type", False):
                return
            if not isinstance(value, dict):
                yield f"{place}: {value!r} is no object"
                return
            members = {m.serialization.get("name", name): m for name, m in shape.members.items()}
            body = {name: m for name, m in members.items() if "location" not in m.serialization}
            yield from (f"{place}.{name} is unknown" for name in value.keys() - body.keys())
            required = [m for m in shape.required_members if "location" not in shape.members[m].serialization]
            yield from (f"{place}.{name} is missing" for name in required if name not in value)
            if getattr(shape, "is_tagged_union", False) and len(value) != 1:
                yield f"{place} has {len(value)} members of a union"
            for name in value.keys() & body.keys():
                yield from self.problems(body[name], value[name], f"{place}.{name}")
        elif isinstance(shape, ListShape):
            if not isinstance(value, list):
                yield f"{place}: {value!r} is no list"
                return
            for number, item in enumerate(value):
                yield from self.problems(shape.member, item, f"{place}[{number}]")
        elif isinstance(shape, MapShape):
            for name, item in value.items():
                yield from self.problems(shape.value, item, f"{place}.{name}")
        else:
            yield from _scalar_problems(shape, value, place)


_PYTHON = {"string": str, "integer": int, "long": int, "float": (int, float), "boolean": bool, "blob": str}


def _scalar_problems(shape: Shape, value: Any, place: str) -> Iterator[str]:
    expected = _PYTHON.get(shape.type_name, object)
    if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield f"{place}: {value!r} is not of type {shape.type_name}"
    elif (words := getattr(shape, "enum", None)) and value not in words:
        yield f"{place}: {value!r} is not one of {words}"


@pytest.fixture(scope="session")
def strict() -> Strict:
    """The strict reader for the runtime's replies."""
    return Strict("bedrock-runtime")


@pytest.fixture(scope="session")
def strict_list() -> Strict:
    """The strict reader for the list of models."""
    return Strict("bedrock")


@pytest.fixture
def messages() -> Callable[[bytes], list[tuple[dict[str, str], bytes]]]:
    """Give a function that takes an event stream apart with botocore: headers and payload of each message."""

    def messages(data: bytes) -> list[tuple[dict[str, str], bytes]]:
        buffer = EventStreamBuffer()
        buffer.add_data(data)
        return [(message.headers, message.payload) for message in buffer]

    return messages
