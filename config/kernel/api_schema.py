"""The error answers in the API's schema: one shape, written down for every operation in this one place."""

from typing import Any

SHAPE = {
    "type": "object",
    "description": "Every error: `code` for programs, `message` for people, `fields` by input name, `detail` with figures.",
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "detail": {"type": "object", "additionalProperties": {}},
    },
    "required": ["code", "message", "fields"],
    "additionalProperties": False,
}
MEANINGS = {
    "400": "A parameter or the body is not right",
    "401": "The token is missing or wrong",
    "403": "The caller may not do this, or the second factor is missing",
    "404": "There is no such thing within the caller's sight",
    "406": "Only JSON is answered",
    "409": "A rule says no, or the Idempotency-Key was used for another request",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "429": "Too many requests; Retry-After says when to come back",
}
ALWAYS = ("400", "401", "403", "404", "406", "429")
WITH_BODY = ("409", "413", "415")
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def document_errors(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: add the shape of errors, and to each operation the statuses that it may answer."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = SHAPE
    for path in result.get("paths", {}).values():
        for method in METHODS & set(path):
            operation = path[method]
            for status in ALWAYS + (WITH_BODY if "requestBody" in operation else ()):
                operation["responses"].setdefault(status, _answer(status))
    return result


def _answer(status: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": MEANINGS[status], "content": content}
