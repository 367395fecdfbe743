"""The content of OpenAI's messages: words, pictures, recordings and files, read into neutral blocks.

A part says its type; one table for chat completions and one for responses give the reader of each type. Links are kept
as links: the provider fetches nothing. A file's id is kept too: who has the key's files puts the content there.
Source: https://platform.openai.com/docs/guides/images-vision
"""

import base64
import binascii
import mimetypes
from collections.abc import Callable, Mapping
from typing import Any

from ..core import Audio, Block, Document, Image, Text
from .openai_errors import Refused, wrong_type, wrong_value
from .openai_fields import field, optional

PartReader = Callable[[Mapping[str, Any], str], Block]


def read_content(content: Any, where: str, readers: Mapping[str, PartReader]) -> tuple[Block, ...]:
    """Read a message's content, a string or a list of parts; `where` names it in an error, 'messages[0].content'."""
    if isinstance(content, str):
        return (Text(content),)
    if not isinstance(content, list):
        raise wrong_type(where, "one of a string or array of objects", content)
    return tuple(_read_part(part, f"{where}[{n}]", readers) for n, part in enumerate(content))


def _read_part(part: Any, where: str, readers: Mapping[str, PartReader]) -> Block:
    kind = field(part, "type", str, where)
    if kind not in readers:
        raise wrong_value(f"{where}.type", kind, ", ".join(f"'{name}'" for name in readers))
    return readers[kind](part, where)


# ---- the readers: each is called with a part and with its place in the request ---------------------------------


def words(name: str) -> PartReader:
    """A part whose words stand in the field `name`."""
    return lambda part, where: Text(field(part, name, str, where))


def chat_image(part: Mapping[str, Any], where: str) -> Block:
    """A picture of chat completions: {"image_url": {"url": …}}."""
    return image(
        field(field(part, "image_url", dict, where), "url", str, f"{where}.image_url"), f"{where}.image_url.url"
    )


def responses_image(part: Mapping[str, Any], where: str) -> Block:
    """A picture of responses: {"image_url": …} or {"file_id": …}."""
    if (file_id := optional(part, "file_id", str, where)) is not None:
        return uploaded(file_id)
    return image(field(part, "image_url", str, where), f"{where}.image_url")


def image(url: str, where: str) -> Image:
    """A picture from a data URL or a link."""
    if url.startswith("data:"):
        return Image(*data_url(url, where))
    if not url.startswith(("https://", "http://")):
        message = f"Invalid '{where}'. Expected a base64-encoded data URL with an image MIME type, or a link."
        raise Refused(message, param=where, code="invalid_value")
    return Image(mimetypes.guess_type(url.partition("?")[0])[0] or "image/*", url=url)


def audio(part: Mapping[str, Any], where: str) -> Block:
    """A recording: {"input_audio": {"data": base64, "format": "wav" or "mp3"}}."""
    owner = field(part, "input_audio", dict, where)
    inside = f"{where}.input_audio"
    form = field(owner, "format", str, inside)
    if form not in AUDIO_TYPES:
        raise wrong_value(f"{inside}.format", form, ", ".join(f"'{name}'" for name in AUDIO_TYPES))
    return Audio(AUDIO_TYPES[form], from_base64(field(owner, "data", str, inside), f"{inside}.data"))


AUDIO_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}


def chat_file(part: Mapping[str, Any], where: str) -> Block:
    """A file of chat completions: {"file": {"file_data": data URL, "filename": …}}."""
    return document(field(part, "file", dict, where), f"{where}.file")


def document(owner: Mapping[str, Any], where: str) -> Block:
    """A file from a data URL, by its id or, in responses, from a link (`file_url`)."""
    title = optional(owner, "filename", str, where)
    if (file_id := optional(owner, "file_id", str, where)) is not None:
        return uploaded(file_id, title)
    link = optional(owner, "file_url", str, where)
    if link is not None:
        media_type = mimetypes.guess_type(link.partition("?")[0])[0] or "application/octet-stream"
        return Document(media_type, title=title, url=link)
    return Document(*data_url(field(owner, "file_data", str, where), f"{where}.file_data"), title=title)


def uploaded(file_id: str, title: str | None = None) -> Document:
    """A file that was uploaded before; an empty id would name none."""
    if not file_id:
        raise Refused("Invalid 'file_id': an empty string names no file.", param="file_id", code="invalid_value")
    return Document("application/octet-stream", title=title, file_id=file_id)


def data_url(url: str, where: str) -> tuple[str, bytes]:
    """Split a data URL into its media type and its bytes.

    >>> data_url("data:image/png;base64,aGk=", "here")
    ('image/png', b'hi')
    """
    head, comma, payload = url.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64") and comma):
        message = f"Invalid '{where}'. Expected a base64-encoded data URL, such as 'data:application/pdf;base64,…'."
        raise Refused(message, param=where, code="invalid_value")
    return head.removeprefix("data:").removesuffix(";base64"), from_base64(payload, where)


def from_base64(payload: str, where: str) -> bytes:
    """Decode base64, or refuse with the field's name."""
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error:
        raise Refused(f"Invalid '{where}'. Expected base64-encoded data.", param=where, code="invalid_base64") from None


CHAT_PARTS: dict[str, PartReader] = {
    "text": words("text"),
    "refusal": words("refusal"),
    "image_url": chat_image,
    "input_audio": audio,
    "file": chat_file,
}

RESPONSES_PARTS: dict[str, PartReader] = {
    "input_text": words("text"),
    "output_text": words("text"),
    "refusal": words("refusal"),
    "input_image": responses_image,
    "input_audio": audio,
    "input_file": document,
}
