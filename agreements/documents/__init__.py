"""The act as a file: rendering, signing, sealing, verifying, archiving.

Functions over bytes and the dataclasses of `model`; nothing here knows a Django model."""

import logging

# The libraries tell each page, glyph and stylesheet: no news to whoever reads the log of a server.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
logging.getLogger("fontTools.subset").setLevel(logging.WARNING)
logging.getLogger("pyhanko.pdf_utils.font.opentype").setLevel(logging.ERROR)
