"""From the pages of an article to documents: pure functions, no Scrapy, no SQLite (`items` is the one door).

`process` is the corridor; its stages, in the order in which they act, with the modules that serve each:

    decode                    plausible
    extract                   render, ballot, voters, furniture, threads, run
    stitch                    paging
    repair                    escapes, bytes_repair, gbk, lost_lead, annotations, readings, noise, quotes, masked,
                              shadow, watermarks
    unflatten                 flat, part_forms
    frame, frame_parts        head, tail, rules, wordings, holes
    gate                      what is no document
    split                     part_forms, titles
    reflow                    passage, page_marks, breaks
    assemble                  marks, masks, numbers, numbering, lost, styles, topics; quality; fingerprint, script,
                              localisation
    facts, subject            document_number, dates, page_dates, redating, language
    genre, period             cues, tense, spans
    signed                    signature, signer, date_line; people, names
    era                       references, anchors, years
    outline                   the numbered headings
    organisation, place       units, mentioned, residue, towns, divisions

    alignment, kinship        what two documents have in common, and whether they are copies
    reading                   what copies prove of masked and lost words
    document, states          the types that stages hand to each other
    ledger, lines             text under edit, and its lines as rules see them
    learn                     what a host's pages have in common: injected
    taxonomy                  what template sites do to documents, and what answers it
    items, view, worker       the crawler's door, its first look at a page, the processes that restore pages
"""
