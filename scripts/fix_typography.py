"""Put the no-break spaces and the apostrophes of French typography where they are missing.

Part of `make fix`: templates, YAML definitions, docs and strings of the code, all of them or those
that are named. Tests are left alone: they hold mistakes on purpose. What needs judgement is left to
the test that finds it (tests/architecture/test_typography.py).
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    "journal", "accounts", "notifications", "catalogue", "questionnaires", "cases", "agreements",
    "requests_flow", "sharing", "steering", "config", "scripts",
]  # fmt: skip
# The lint's examples are mistakes on purpose, and Mermaid has its own punctuation.
LEFT_ALONE = {"diagrams.py", "fix_typography.py", "french.py", "test_typography.py"}
NO_BREAK = "\u00a0"
# Stands for what is in braces while a literal is corrected.
HIDDEN = "\ue000"
LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
RULES = [
    (re.compile(r"(?<=[^\s>(\"']) (?=[:;?!](?:[\s<\"']|\\n|$))"), NO_BREAK),
    # Beside a value in braces, a space is wrong but no space may be one that the value brings.
    (re.compile(rf"« (?=\S|$)|«(?=[^\s{NO_BREAK}{HIDDEN}])"), f"«{NO_BREAK}"),
    (re.compile(rf"(?<=[^\s\"']) »|(?<=[^\s\"'{NO_BREAK}{HIDDEN}])»"), f"{NO_BREAK}»"),
    (re.compile(rf"(?<=[{LETTER}])'(?=[{LETTER}])"), "’"),
    (re.compile(r"(?<=\w)\.\.\.(?=\s|$)"), "…"),
]
APOSTROPHE = RULES[3]
# In a definition a semicolon is always punctuation; in code it may separate parameters.
SEMICOLON = re.compile(rf"(?<=[{LETTER}\d)»]);(?= )")
TEMPLATE_PIECES = re.compile(
    r"(?P<kept>{#.*?#}|{% comment.*?{% endcomment %}|<!--.*?-->|<script\b.*?</script>|"
    r"<code\b.*?</code>|<pre\b.*?</pre>)"
    r"|(?P<translated>{% *translate .*?%})|(?P<django>{%.*?%}|{{.*?}})|(?P<tag><[^>]*>)",
    re.DOTALL,
)
MARKDOWN_CODE = re.compile(r"(```.*?```|`[^`\n]*`|\]\([^)]*\)|<[^>\n]*>)", re.DOTALL)
READ_ATTRIBUTE = re.compile(r"""(\b(?:aria-label|title|placeholder|alt)=")([^"]*)(")""")
QUOTED = re.compile(r'(")([^"]*)(")')
# What stands in braces may be code, and an escape is already the right space.
PLACEHOLDER = re.compile(r"\{[^{}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}")


def corrected(text: str, *, apostrophes: bool = True) -> str:
    """Return a French text with its spaces and apostrophes as printed."""
    for rule in RULES:
        if apostrophes or rule is not APOSTROPHE:
            text = rule[0].sub(rule[1], text)
    return text


def corrected_template(source: str) -> str:
    """Correct what a template shows, and nothing of its code."""
    result, end = "", 0
    for piece in TEMPLATE_PIECES.finditer(source):
        result = _followed_by(result, source[end : piece.start()])
        whole = piece[0]
        if piece["translated"]:
            whole = QUOTED.sub(_inner, whole)
        elif piece["tag"]:
            whole = READ_ATTRIBUTE.sub(_inner, whole)
        result, end = result + whole, piece.end()
    return _followed_by(result, source[end:])


def _followed_by(before: str, text: str) -> str:
    """What follows a value follows a word: « {{ name }} : » needs its no-break space."""
    word = "x" if before.endswith("}}") else ""
    return before + corrected(word + text)[len(word) :]


def corrected_yaml(source: str) -> str:
    """Correct each line but comments; apostrophes only between letters of a same word."""
    lines = source.splitlines(keepends=True)
    return "".join(
        line if line.lstrip().startswith("#") else SEMICOLON.sub(f"{NO_BREAK};", corrected(line))
        for line in lines
    )


def corrected_markdown(source: str) -> str:
    """Correct a page of the docs, its code and its links left out."""
    return "".join(
        piece if number % 2 else corrected(piece)
        for number, piece in enumerate(MARKDOWN_CODE.split(source))
    )


def corrected_python(source: str) -> str:
    """Correct the strings of a module, docstrings and raw strings left out."""
    lines = source.splitlines(keepends=True)
    for token in reversed(list(_strings(source))):
        (first, start), (last, end) = token.start, token.end
        before = "".join(lines[first - 1 : last])
        tail = len(lines[last - 1]) - end
        text = before[start : len(before) - tail]
        after = before[:start] + _corrected_literal(text) + before[len(before) - tail :]
        lines[first - 1 : last] = [after]
        lines[first:first] = [""] * (last - first)
    return "".join(lines)


def _corrected_literal(literal: str) -> str:
    """A literal's quotes are no apostrophes, and what stands in braces may be code."""
    if not re.search(rf"[{LETTER}\d{{]", literal.lstrip("bBfFuU")):
        return literal  # a lone mark is a question about typography, not a text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return HIDDEN

    hidden = PLACEHOLDER.sub(keep, literal)
    # A text in simple quotes cannot hold an apostrophe by mistake, but may end at one.
    hidden = corrected(hidden, apostrophes=hidden.endswith('"'))
    return re.sub(HIDDEN, lambda _: kept.pop(0), hidden)


def _strings(source: str) -> Iterator[tokenize.TokenInfo]:
    middle = getattr(tokenize, "FSTRING_MIDDLE", None)
    quiet = {tokenize.NL, tokenize.COMMENT}
    ends = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
    previous = tokenize.ENCODING
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in quiet:
            continue
        raw = token.string.split('"')[0].split("'")[0].lower()
        if (token.type == tokenize.STRING and previous not in ends and "r" not in raw) or (
            middle is not None and token.type == middle
        ):
            yield token
        previous = token.type


def _inner(match: re.Match[str]) -> str:
    return match[1] + corrected(match[2]) + match[3]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="these files only")
    wanted = {path.resolve() for path in parser.parse_args().paths}
    done = 0
    for path, correct in _files():
        if wanted and path not in wanted:
            continue
        source = path.read_text()
        better = correct(source)
        if better != source:
            path.write_text(better)
            done += 1
    print(f"Typographie : {done} fichiers corrigés.")
    return 0


def _files() -> Iterator[tuple[Path, Callable[[str], str]]]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield path, corrected_template
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        if path.parent.name != "diagrammes":
            yield path, corrected_markdown
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if {"migrations", "__pycache__"} & set(path.parts) or path.name in LEFT_ALONE:
                continue
            if path.suffix in (".yaml", ".yml"):
                yield path, corrected_yaml
            elif path.suffix == ".py":
                yield path, corrected_python


if __name__ == "__main__":
    sys.exit(main())
