"""The verbs of `python -m archive`, a module each: what is asked of the archive, and how the answer is printed."""

from archive.verbs.collocates import collocates_verb
from archive.verbs.completion import completion_verb
from archive.verbs.explain import explain_verb
from archive.verbs.export import export_verb
from archive.verbs.families import families_verb
from archive.verbs.history import history_verb
from archive.verbs.imports import import_verb
from archive.verbs.ingest import ingest_verb
from archive.verbs.kwic import kwic_verb
from archive.verbs.rebuild import rebuild_verb
from archive.verbs.reindex import reindex_verb
from archive.verbs.report import report_verb
from archive.verbs.rules import rules_verb
from archive.verbs.search import search_verb
from archive.verbs.serve import serve_verb
from archive.verbs.show import show_verb
from archive.verbs.sites import sites_verb
from archive.verbs.stats import stats_verb
from archive.verbs.takedown import takedown_verb
from archive.verbs.trend import trend_verb
from archive.verbs.verify import verify_verb

SECTIONS = {  # as --help lists them
    "Take in": (ingest_verb, import_verb),
    "Read": (search_verb, show_verb, explain_verb, history_verb, serve_verb),
    "Count": (kwic_verb, trend_verb, collocates_verb, stats_verb, sites_verb, report_verb, rules_verb),
    "Give out": (export_verb,),
    "Keep": (verify_verb, rebuild_verb, families_verb, reindex_verb, takedown_verb),
    "The command itself": (completion_verb,),
}
