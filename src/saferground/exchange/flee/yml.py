"""simsetting.yml with the line of each key: what Flee's ``yaml.safe_load`` gives, and what is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from saferground.errors import Problem
from saferground.scenario.files import read_text
from saferground.scenario.wording import quoted

LARGEST = 2**18
"""Bytes; Flee's own settings are about 1 kB."""

_FAULTS = (yaml.YAMLError, ValueError, OverflowError, RecursionError, TypeError, KeyError, IndexError, AttributeError)
"""What PyYAML raises for texts that are no YAML or hold values that no computer can."""


_MAP, _LIST, _NULL = (f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "null"))


class Given(NamedTuple):
    """One key of the file: its value, its line, and whether the value stands in quotation marks."""

    value: Any
    line: int
    quoted: bool = False


Values = Mapping[tuple[str, str], Given]
"""Keys of the file by section and key; sections of sections have a point in their name."""


def read_yml(path: Path, file: str, sections: frozenset[str], found: list[Problem]) -> dict[tuple[str, str], Given]:
    """Read the settings.

    Args:
        path: the file.
        file: its name in problems.
        sections: names of the keys that are sections themselves, such as ``move_rules.flood_rules``.
        found: takes what is wrong with the file as such.

    Returns:
        The keys, those of sections too.
    """
    if path.is_file() and path.stat().st_size > LARGEST:
        do = "Keep only the settings in it."
        found.append(Problem(file, 0, "", f"{path.stat().st_size:,} bytes", f"at most {LARGEST:,} bytes", do))
        return {}
    text, problems = read_text(path)
    found.extend(replace(one, file=file, do=_EMPTY if text is None else one.do) for one in problems)
    if text is None:
        return {}
    loader = yaml.SafeLoader("")
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        given = {} if node is None or _is_null(node) else dict(_keys(loader, node, "", file, sections, found))
    except _FAULTS as error:
        found.append(_broken(file, error))
        return {}
    finally:
        loader.dispose()
    return given


_EMPTY = "Take a complete copy of the file; Flee's own settings are a page of text."


def _keys(
    loader: yaml.SafeLoader, node: yaml.Node, section: str, file: str, sections: frozenset[str], found: list[Problem]
) -> Iterator[tuple[tuple[str, str], Given]]:
    if node.tag != _MAP or not isinstance(node, yaml.MappingNode):
        found.append(_no_mapping(file, node, section))
        return
    loader.flatten_mapping(node)
    seen: dict[str, int] = {}
    for key_node, value in node.value:
        key, line = str(loader.construct_object(key_node, deep=True)), key_node.start_mark.line + 1
        name = f"{section}.{key}" if section else key
        if key in seen:
            found.append(_twice(file, line, name, seen[key]))
        seen[key] = line
        yield (section, key), _given(loader, value, line)
        if name in sections and not _is_null(value):
            yield from _keys(loader, value, name, file, sections, found)


def _given(loader: yaml.SafeLoader, node: yaml.Node, line: int) -> Given:
    if isinstance(node, yaml.MappingNode):
        return Given({}, line)
    if isinstance(node, yaml.SequenceNode) and node.tag == _LIST:
        return Given([_scalar(loader, one) for one in node.value], line)
    return Given(_scalar(loader, node), line, node.style in ("'", '"'))


def _scalar(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    """The value; a list or section where one value belongs stays a node."""
    return loader.construct_object(node, deep=True) if isinstance(node, yaml.ScalarNode) else node


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


def _twice(file: str, line: int, name: str, earlier: int) -> Problem:
    do = "Delete one of them; Flee takes the later one without a word."
    return Problem(file, line, name, f"the key again, as in line {earlier}", "each key once", do)


def _no_mapping(file: str, node: yaml.Node, section: str) -> Problem:
    do = "Write the keys below it, each on a line of its own with spaces before it and a colon after it."
    got = "something else than keys and values"
    return Problem(file, node.start_mark.line + 1, section, got, "keys with values", do)


def _broken(file: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or str(error) or "nested too deeply"
    do = "Correct the line: sections without spaces before them, keys below with two, a colon and a space after each."
    return Problem(file, mark.line + 1 if mark else 0, "", quoted(str(reason), 120), "a YAML file", do)
