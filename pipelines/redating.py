"""Whether a title's year or a page's date contradict the text: a text of 2006 sold as one of 2022."""


def redated(year: int | None, published: str | None, signed_on: str | None, era: tuple[str | None, str | None]) -> bool:
    """Whether the title's year or the page's date contradict the text's signature or its references.

    A summary is signed in its year or the next, a plan in the one before; a page may follow its text by a year.
    """
    signed, shown = _year(signed_on), _year(published)
    earliest, latest = _year(era[0]), _year(era[1])
    if signed is not None:
        return (year is not None and abs(year - signed) > 1) or (shown is not None and not -1 < shown - signed <= 1)
    for claimed in (year, shown):
        if claimed is not None and latest is not None and claimed > latest + 1:
            return True
    return year is not None and earliest is not None and year < earliest - 1


def _year(iso: str | None) -> int | None:
    return int(iso[:4]) if iso else None
