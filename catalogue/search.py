"""The words of the search: what the database needs, and how a person's words are read.

`french_unaccent` is French stemming that first drops accents, so that « médecin », « medecin » and
« médecins » meet. pg_trgm finds near spellings when nothing else was found.
"""

from __future__ import annotations

import re
import unicodedata

CONFIGURATION = "french_unaccent"
LONGEST_QUERY = 200
MOST_TERMS = 12

# Words so common that asking for them would only lose results.
_EMPTY_WORDS = frozenset("les une sur par pour dans aux des est son ses".split())

_WORD = re.compile(r"[\w]+", re.UNICODE)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "’": "'"})

CREATE_CONFIGURATION = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_ts_config WHERE cfgname = 'french_unaccent') THEN
        CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = pg_catalog.french);
        ALTER TEXT SEARCH CONFIGURATION french_unaccent
            ALTER MAPPING FOR asciiword, word, hword, hword_part, asciihword, hword_asciipart
            WITH unaccent, french_stem;
    END IF;
END
$$;
"""
DROP_CONFIGURATION = "DROP TEXT SEARCH CONFIGURATION IF EXISTS french_unaccent;"


def fold(text: str) -> str:
    """Lower case, no accent, no ligature: the form in which near spellings are compared."""
    spelled = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(char for char in spelled if not unicodedata.combining(char))


def terms(query: str) -> list[str]:
    """Return the words of a query, at most `MOST_TERMS`; punctuation and NUL bytes are dropped."""
    words = _WORD.findall(query.replace("\x00", " ")[:LONGEST_QUERY])
    return [word for word in words if word.lower() not in _EMPTY_WORDS][:MOST_TERMS]


def prefix_query(words: list[str]) -> str:
    """Write words as a tsquery where each may be the beginning of a word."""
    return " & ".join(f"'{word}':*" for word in words)
