"""What may stand in the files of sites and systems: each kind of value with its check. An unknown key is an error."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cssselect import HTMLTranslator, SelectorError


class ProfileError(Exception):
    """A profile cannot be used. `str()` of it names the file, the key and what is known."""


Check = Callable[[object], Any]  # a value as TOML has it -> as the field has it; ValueError says what is wrong


def read_table(path: Path) -> dict[str, Any]:
    """What a TOML file says, unchecked. Raises `ProfileError` where it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ProfileError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path.name}: {error}") from error


def checked(where: str, data: object, keys: Mapping[str, Check]) -> dict[str, Any]:
    """The values of a table, as their fields have them. Raises `ProfileError` at a key or a value that is none."""
    if not isinstance(data, dict):
        raise ProfileError(f"{where}: must be a table of {', '.join(keys)}")
    values = {}
    for key, value in data.items():
        if key not in keys:
            raise ProfileError(f"{where}: unknown key {key!r}. Known keys: {', '.join(keys)}")
        try:
            values[key] = keys[key](value)
        except ValueError as error:
            raise ProfileError(f"{where}: {key}: {error}") from error
    return values


def text(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {value!r}")
    return value


def texts(value: object) -> tuple[str, ...]:
    """A list of strings."""
    if not isinstance(value, list):
        raise ValueError(f"must be a list of strings, not {value!r}")
    return tuple(map(text, value))


def urls(value: object) -> tuple[str, ...]:
    """A list of http addresses."""
    for url in texts(value):
        if not re.match(r"https?://[^/\s]+", url):
            raise ValueError(f"{url!r} is no http address")
    return texts(value)


def patterns(value: object) -> tuple[str, ...]:
    """A list of regular expressions."""
    for pattern in texts(value):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return texts(value)


def selector(value: object) -> str:
    """A CSS selector."""
    try:
        HTMLTranslator().css_to_xpath(text(value))
    except SelectorError as error:
        raise ValueError(f"{value!r} is no CSS selector: {error}") from error
    return text(value)


def selectors(value: object) -> tuple[str, ...]:
    """A list of CSS selectors."""
    return tuple(map(selector, texts(value)))


def number(value: object) -> float:
    """A number from 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"must be a number from 0, not {value!r}")
    return float(value)


def count(value: object) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"must be a whole number from 0, not {value!r}")
    return value


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value
