"""From the pages of an article to documents: pure functions, no Scrapy, no SQLite (`items` is the one door).

`process` is the corridor: read it first. Its stages are the modules of this folder, in the order in which they act;
what serves one of them stands in a folder of its own.

    decode
    extract             extraction/   render, ballot, voters, furniture, threads, run
    stitch              structure/    paging; pagers, which are no links
    repair              repairs/      plausible, escapes, bytes_repair, gbk, lost_lead, annotations, readings, noise,
                                      quotes, masked, shadow, watermarks, injected
    flat                structure/    part_forms
    frame, rules        framing/      head, tail, wordings, holes
    gate                structure/    site_pages: what is no document; strangers: whose page it is now
    split               structure/    part_forms, titles
    reflow              structure/    passage, page_marks, breaks
    assemble            what documents become of it all, with
      marks             marking/      lost, masks, numbers, counts, numbering, styles, topics; quality
      facts             facts/        readers, which are asked in turn; subject: what they read
                                      signed, signature, signer, date_line, names; people, document_number
                                      dates, page_dates; era, references, anchors, bounds
                                      plans, laws, relative, years, gaps, reached, compared; redating
                                      genre, cues, tense; period, spans; outline, language
                                      organisation, units; place, mentioned, residue, towns, divisions
      script            localisation: what a machine made Taiwan's of mainland words
      fingerprint       copies/       alignment, kinship; reading

    document, states    the types that stages hand to each other
    ledger, lines       text under edit, and its lines as rules see them
    learn               what a host's pages have in common
    taxonomy            what template sites do to documents, and what answers it
    items, view, worker the crawler's door, its first look at a page, the processes that restore pages
"""
