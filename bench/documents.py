"""Lays out, controls and seals an act of a given length, in a process of its own.

`python -m bench.documents 12` prints {"pages", "seconds", "peak_mb"}. The text is that of the
clause library; the first layout, which reads the fonts, is not counted: a worker does it once.
"""

from __future__ import annotations

import json
import re
import resource
import statistics
import sys
import time
from datetime import UTC, datetime

import django

MARK = re.compile(r"{{[^}]*}}")
GAP = "le texte convenu entre les parties"
RUNS = {12: 3, 60: 1}
MOMENT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def main(pages: int) -> None:
    from agreements.documents import rendering, signing

    articles = _articles_for(pages)
    seconds = []
    for _run in range(RUNS.get(pages, 1)):
        start = time.perf_counter()
        rendered = rendering.render_for_signature(_act(articles))
        signing.seal(rendered.data, at=MOMENT, registered_as="CONV-2026-001")
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {
        "pages": rendered.page_count,
        "seconds": round(statistics.median(seconds), 2),
        "peak_mb": round(peak),
    }
    sys.stdout.write(json.dumps(result) + "\n")


def _articles_for(pages: int) -> int:
    """How many articles fill `pages` pages: measured on a short act, then corrected."""
    from agreements.documents import rendering

    articles = 12
    for _attempt in range(6):
        made = rendering.render(_act(articles)).page_count
        if made == pages:
            break
        step = round(articles * (pages - made) / made)
        articles += step or (1 if made < pages else -1)
    return articles


def _act(articles: int):  # type: ignore[no-untyped-def]
    from agreements.documents.model import ActDocument, ArticleText, PartyBlock, SignatureSlot
    from agreements.library import shipped

    clauses = list(shipped().clauses.values())
    texts = tuple(
        ArticleText(number + 1, clause.code, clause.title, _html(clause.body))
        for number in range(articles)
        for clause in [clauses[number % len(clauses)]]
    )
    parties = ("Détenteur des données", "Destinataire des données")
    return ActDocument(
        title="Convention du banc de mesure",
        act_type_label="Convention de partage de données à caractère personnel",
        reference="PRJ-2026-0001",
        version_label="Version 1",
        status_label="Version arrêtée, à signer",
        parties=tuple(PartyBlock(name=f"Organisme {n}", role_label=n) for n in parties),
        preamble="<p>Les parties conviennent de ce qui suit.</p>",
        articles=texts,
        signature_slots=tuple(
            SignatureSlot(f"signature_{n}", f"Signataire {n}", "Directrice", name)
            for n, name in enumerate(parties, start=1)
        ),
        twin={"@type": "DigitalDocument", "identifier": "PRJ-2026-0001"},
        created=MOMENT,
        verification_code="7K4D-92QX-M3VA",
    )


def _html(body: str) -> str:
    from agreements.markup import plain_text

    text = MARK.sub(GAP, plain_text(body))
    return "".join(f"<p>{part.strip()}</p>" for part in text.split("\n\n") if part.strip())


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
