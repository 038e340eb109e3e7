"""What students wrote, so that nothing in it acts in the browser of whoever marks it.

Formgrader and feedback show Markdown with its HTML and with links of any kind, on pages that may read the course's files and
write marks. nbconvert gives up a notebook whose Markdown shows an attachment that is not there. LaTeX and what Markdown
itself offers stay as they are.
"""

import re
from collections.abc import Collection

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(
    r"&(?=#|\w+;)"
)  # may spell a link that does not look like one; in links it is decoded twice
_SCRIPT = re.compile(r"(?i)\b(javascript|vbscript)(?=\s*\\?:)")


# How Jupyter itself writes the link, a name that no parser reads differently; or any other mention.
_ATTACHMENT = re.compile(r"(?<=\]\()attachment:([\w.-]+)(?=\))|attachment(?=\\?:)", re.ASCII)


def harmless(markdown: str, attachments: Collection[str] = ()) -> str:
    """The Markdown with HTML shown as text; broken are entities, links to scripts and to all but these attachments."""

    def kept_or_broken(link: re.Match[str]) -> str:
        return link[0] if link[1] in attachments else link[0].replace("attachment", "attachment ", 1)

    text = _SCRIPT.sub(r"\1 ", _TAG.sub("&lt;", _ENTITY.sub("& ", markdown)))
    return _ATTACHMENT.sub(kept_or_broken, text)
