"""A small web of made-up sites, served on loopback: the pages a crawl meets, and the clean texts behind them."""
