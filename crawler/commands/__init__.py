"""What `scrapy` can do here.

Some of Scrapy's modules read the source of every caller while they are imported. They come first, while there are few.
"""

import scrapy.core.downloader.contextfactory  # noqa: F401
