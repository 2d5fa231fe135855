"""What lasts: captures in WARC, everything that follows from them in SQLite.

The nouns and the work stand here; what serves one of them stands in a folder of its own.

    schema, rows, store     the tables, an article as rows, adding it in one transaction
                            schemas/     the tables' SQL, and the columns of documents from their declaration
    warc                    warcs/       records written, read, checked; files whole or torn; what an ingest finds
    ingest, pool, rebuild   restoring: files, processes, everything again from the captures
    cluster/                the same on many machines: plan, shards, executors, collection
    crawls, frontier        what crawls did, and the links that they met
    shared_links             the links of a crawl whose frontier several processes share
    captures, claims        what there is of an address already, and what a sitemap says of it
    hosts, sites            what the crawler goes by for a host, and what is known of it
    lock, backup            one crawl an archive; a copy of one that is written to
    health                  what is worse at a site than it was, and since when
    families                copies/      candidates, pairs, groups, the canonical copy and its reading, lineage
    merge                merging/     one archive from many
    search                  searching/   words, the index, the query, the order of answers
    condition, lookup       which documents a verb takes, and what a reader may call one
    counts, coverage        what there is in figures, and what nobody must conclude from them
                            counting/    concordances and trends
    export, imports         exports/     a format a module; manifest, citation, provenance, masking
    explain, show, report   as text, or as one page with plots
    serve                   datasette/   plugins, templates, words; pages/: what they and HTML files share
                            versioning/  versions of a document: why each came, what a rule changed
    verify                  checking/    damage, orphans, what can be made again
    takedown                removing/    how something leaves tables, captures and files, and stays away
    __main__                verbs/       a verb a module; cli/: what all verbs share
    errors, progress, phenomena
"""
