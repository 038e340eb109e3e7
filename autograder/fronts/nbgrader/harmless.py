"""What students wrote, so that nothing in it acts in the browser of whoever marks it.

Formgrader and feedback show Markdown with its HTML and with links of any kind, on pages that may read the course's files and
write marks. LaTeX and what Markdown itself offers stay as they are.
"""

import re

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(
    r"&(?=#|\w+;)"
)  # may spell a link that does not look like one; in links it is decoded twice
_SCRIPT = re.compile(r"(?i)\b(javascript|vbscript)(?=\s*\\?:)")


def harmless(markdown: str) -> str:
    """The Markdown with HTML shown as text, and with entities and links to scripts broken."""
    return _SCRIPT.sub(r"\1 ", _TAG.sub("&lt;", _ENTITY.sub("& ", markdown)))
