"""Facets of documents that are counted from the index made for them, and remembered while the archive stays as it is.

Stock Datasette copies whole rows, texts and all, to count what lists hold (`damage`); of 200,000 documents that never
ends. And whoever leafs through an archive asks for the same counts on each page.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

from archive.pages.home import State, state
from archive.schemas.columns import JSON_COLUMNS

MOST = 512  # counts that are remembered (chosen: some 50 pages of facets)
KNOWN: OrderedDict[tuple[str, State, str, str], list[tuple[object, int]]] = OrderedDict()  # on the screen only

_COLUMN = """
    SELECT {column} AS value, count(*) AS count FROM ({sql}) WHERE {column} IS NOT NULL
    GROUP BY 1 ORDER BY count DESC, value LIMIT {limit}
"""
_LIST = """
    SELECT item.value AS value, count(*) AS count FROM ({sql}) AS inner, json_each(inner.{column}) AS item
    GROUP BY 1 ORDER BY count DESC, value LIMIT {limit}
"""


@hookimpl  # type: ignore[untyped-decorator]
def register_facet_classes() -> list[type[Facet]]:
    """What metadata names `{counted: COLUMN}`."""
    return [Counted]


class Counted(Facet):  # type: ignore[misc]
    """The values of a column, or of the lists in it, and how many rows have each."""

    type = "counted"

    async def facet_results(self) -> tuple[list[dict[str, object]], list[str]]:
        """Datasette's form: the facets, and the names of those that took too long."""
        found: list[dict[str, object]] = []
        slow: list[str] = []
        for config in self.get_configs():
            column = str(config["config"]["simple"])
            size = self.get_facet_size()
            try:
                rows = await self._rows(column, size + 1)
            except QueryInterrupted:
                slow.append(column)
                continue
            removed = path_with_removed_args(self.request, {f"_facet_{self.type}": column})
            found.append(
                {
                    "name": column,
                    "type": self.type,
                    "hideable": config["source"] != "metadata",
                    "toggle_url": self.ds.urls.path(removed),
                    "results": list(self._values(column, rows[:size])),
                    "truncated": len(rows) > size,
                }
            )
        return found, slow

    async def _rows(self, column: str, limit: int) -> Sequence[tuple[object, int]]:
        form = _LIST if column in JSON_COLUMNS else _COLUMN
        sql = form.format(column=escape_sqlite(column), sql=self.sql, limit=limit)
        path = self.ds.get_database(self.database).path
        key = (self.database, state(Path(path)) if path else (), sql, json.dumps(self.params, default=str))
        if key not in KNOWN:
            limit_ms = self.ds.setting("facet_time_limit_ms")
            rows = await self.ds.execute(self.database, sql, self.params, truncate=False, custom_time_limit=limit_ms)
            KNOWN[key] = [(row["value"], row["count"]) for row in rows]
        KNOWN.move_to_end(key)
        while len(KNOWN) > MOST:
            KNOWN.popitem(last=False)
        return KNOWN[key]

    def _values(self, column: str, rows: Sequence[tuple[object, int]]) -> Iterator[dict[str, object]]:
        """Each value with the address that chooses it, or lets it go."""
        name = f"{column}__arraycontains" if column in JSON_COLUMNS else column
        chosen = self.get_querystring_pairs()
        for value, count in rows:
            selected = (name, str(value)) in chosen
            change = path_with_removed_args if selected else path_with_added_args
            toggle = self.ds.urls.path(change(self.request, {name: str(value)}))
            yield {
                "value": value,
                "label": value,
                "count": count,
                "toggle_url": self.ds.absolute_url(self.request, toggle),
                "selected": selected,
            }
