"""Captures that a killed crawl left behind: written to WARC, noted in `fetches`, and never restored."""

from collections.abc import Iterator

from sqlite_utils import Database

# A capture that belongs to no article, of a crawl without an end of its own. Not one whose page was captured before
# as it is, or again later: the article then has that capture.
LEFT = """
    (c.ended_at IS NULL OR c.reason = 'killed') AND f.taken_down IS NULL
    AND NOT EXISTS (SELECT 1 FROM article_pages a WHERE a.fetch_id = f.id)
    AND NOT EXISTS (SELECT 1 FROM article_pages a JOIN fetches g ON g.id = a.fetch_id
                    WHERE g.url = f.url AND (g.fetched_at >= f.fetched_at OR g.body_digest = f.body_digest))
"""
HTML = "f.status = 200 AND (f.content_type LIKE '%html%' OR f.content_type = '')"


def archived(db: Database, file: str, offset: int) -> bool:
    """Whether a WARC record was archived: it has a row, and was not left behind."""
    sql = f"""SELECT 1 FROM fetches f LEFT JOIN crawls c ON c.id = f.crawl_id
              WHERE f.warc_file = ? AND f.warc_offset = ? AND NOT (c.id IS NOT NULL AND {LEFT})"""
    return db.conn.execute(sql, (file, offset)).fetchone() is not None


def left_behind(db: Database) -> Iterator[tuple[int, int, list[str]]]:
    """Crawls without an end: their id, how many HTML pages of theirs were never restored, in which WARC files."""
    sql = f"""SELECT c.id, count(*), group_concat(DISTINCT f.warc_file)
              FROM crawls c JOIN fetches f ON f.crawl_id = c.id WHERE {LEFT} AND {HTML} GROUP BY c.id ORDER BY c.id"""
    for crawl, pages, named in db.conn.execute(sql):
        yield crawl, pages, sorted((named or "").split(","))
