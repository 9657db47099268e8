"""The XML inside a workbook, as a stream: no tree in memory, no entities, no outside addresses.

A sheet of half a million rows has some fifty million elements; expat with three callbacks reads it
in bounded memory, and refusing every document type leaves no entity to expand.
"""

import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol
from xml.parsers import expat

from config.kernel.importing.problems import FileProblem

PIECE = 64 * 1024


class Elements(Protocol):
    """What listens to a stream of elements; names come without their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def read_part(archive: zipfile.ZipFile, part: str, *, listener: Elements) -> Iterator[None]:
    """Feed one part of the workbook to the listener; yields after each piece of it.

    FileProblem when the part is damaged or declares a document type.
    """
    parser = _parser(listener, part=part)
    try:
        with archive.open(part) as stream:
            while piece := stream.read(PIECE):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
    except expat.ExpatError as error:
        raise FileProblem("workbook_damaged", part=part) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise FileProblem("workbook_cut_off") from error
    except RuntimeError as error:  # zipfile's way of asking for a password
        raise FileProblem("workbook_locked") from error


def _parser(listener: Elements, *, part: str) -> expat.XMLParserType:
    def refuse_document_type(*_: object) -> None:
        raise FileProblem("workbook_damaged", part=part)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.StartElementHandler = lambda name, attributes: listener.start(name[name.rfind(":") + 1 :], attributes)
    parser.EndElementHandler = lambda name: listener.end(name[name.rfind(":") + 1 :])
    parser.CharacterDataHandler = listener.text
    return parser
