"""The table `documents` and its columns, from the fields of `Document`: each is declared once."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field
from typing import Any, Union, get_args, get_origin

from pipelines.document import COLUMNS

SQL_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", tuple: "TEXT", Mapping: "TEXT"}  # as JSON
REFERENCES = {"fetch_id": "fetches(id)", "article_id": "pages(id)", "knowledge_id": "knowledge(id)"}


def column_sql(column: "Field[Any]") -> str:
    """One line of CREATE TABLE documents, from a field of `Document`."""
    kind, nullable = column_kind(column.type)
    words = [f'"{column.name}"', SQL_TYPES[kind]]
    if column.name == "id":
        words.append("PRIMARY KEY")
    if not nullable:
        words.append("NOT NULL")
    if column.default is not MISSING and column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if column.name in REFERENCES:
        words.append(f"REFERENCES {REFERENCES[column.name]}")
    return " ".join(words)


def documents_sql() -> str:
    """CREATE TABLE documents and its indexes, from the fields of `Document`."""
    lines = ",\n    ".join(map(column_sql, COLUMNS))
    table = f"CREATE TABLE documents (\n    {lines}\n);"
    return "\n".join([table, *(index_sql(column) for column in COLUMNS if column.metadata["index"])])


def index_sql(column: "Field[Any]") -> str:
    """CREATE INDEX of a column that is declared with one."""
    return f'CREATE INDEX documents_{column.name} ON documents("{column.name}");'


def column_kind(declared: Any) -> tuple[type, bool]:
    """The Python type of a column, and whether it may be NULL."""
    nullable = get_origin(declared) in (Union, types.UnionType)
    kind = next(arg for arg in get_args(declared) if arg is not types.NoneType) if nullable else declared
    return get_origin(kind) or kind, nullable


JSON_COLUMNS = frozenset(column.name for column in COLUMNS if column_kind(column.type)[0] in (tuple, Mapping))
