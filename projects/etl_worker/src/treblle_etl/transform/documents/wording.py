"""An OpenAPI document made from traffic without the words that name somebody."""

from typing import Any

from treblle_etl.transform.words import Words

# What stands in a path for a step that was somebody's name.
PARAMETER = "value"


def template_without(template: str, words: Words) -> str:
    """`/users/zoe` → `/users/{value}`."""
    steps = template.split("/")
    for place, step in enumerate(steps):
        if words.has(step):
            steps[place] = "{" + _name(steps) + "}"
    return "/".join(steps)


def without_words(document: dict[str, Any], words: Words) -> bool:
    """Take them out of paths, enumerations and properties, in place; whether there were any. Of two
    paths that become one, the one that had the name already stays.
    """
    paths: dict[str, Any] = document.get("paths", {})
    had_any = False
    for path in list(paths):
        template = template_without(path, words)
        if template != path:
            had_any = True
            item = paths.pop(path)
            if template not in paths:
                _declare(item, _new_names(path, template))
                paths[template] = item
    return _cleaned(document, words) or had_any


def _cleaned(value: Any, words: Words) -> bool:
    had_any, waiting = False, [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        if not isinstance(value, dict):
            continue
        values = value.get("enum")
        if isinstance(values, list) and any(isinstance(v, str) and words.has(v) for v in values):
            del value["enum"]
            had_any = True
        if "example" in value and words.within(str(value["example"])):
            del value["example"]
            had_any = True
        for name in ("tags", "parameters"):
            named = value.get(name)
            if isinstance(named, list):
                value[name] = [each for each in named if not words.has(_named(each))]
                had_any |= len(value[name]) < len(named)
        had_any |= _without_properties(value, words)
        waiting += value.values()
    return had_any


def _named(entry: Any) -> str:
    """Of a tag, or of a parameter."""
    return str(entry.get("name", "")) if isinstance(entry, dict) else str(entry)


def _without_properties(schema: dict[str, Any], words: Words) -> bool:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return False
    theirs = [name for name in properties if words.has(name)]
    for name in theirs:
        del properties[name]
    if theirs and isinstance(schema.get("required"), list):
        schema["required"] = [name for name in schema["required"] if name not in theirs]
        if not schema["required"]:
            del schema["required"]
    return bool(theirs)


def _name(steps: list[str]) -> str:
    number = 1
    while f"{{{PARAMETER if number == 1 else f'{PARAMETER}_{number}'}}}" in steps:
        number += 1
    return PARAMETER if number == 1 else f"{PARAMETER}_{number}"


def _new_names(path: str, template: str) -> list[str]:
    pairs = zip(path.split("/"), template.split("/"), strict=True)
    return [step[1:-1] for before, step in pairs if step != before]


def _declare(item: dict[str, Any], names: list[str]) -> None:
    for operation in item.values():
        if isinstance(operation, dict):
            # Made of the path's words; it may be left out.
            operation.pop("operationId", None)
            operation.setdefault("parameters", []).extend(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in names
            )
