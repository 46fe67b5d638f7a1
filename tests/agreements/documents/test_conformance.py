"""The gate: what it must stop, and what the public corpus of veraPDF says of it."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as django_settings
from pikepdf import Array, Dictionary, Name, String

from agreements.documents import conformance

# A part of the corpus is kept with the tests; the rest is read where it stands beside the project.
CORPORA = (
    Path(__file__).parent / "data" / "verapdf",
    Path(django_settings.BASE_DIR).parent / "shared" / "data" / "signed_pdf" / "verapdf",
)


def broken(pdf, change):
    """The act with one fault put into it."""
    with pikepdf.open(BytesIO(pdf)) as document:
        change(document)
        output = BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return output.getvalue()


def first(document, kind):
    return next(
        item
        for item in document.objects
        if isinstance(item, Dictionary) and item.get("/S") == Name(kind)
    )


def replace_xmp(old, new):
    def change(document):
        data = document.Root.Metadata.read_bytes()
        assert old in data
        document.Root.Metadata.write(data.replace(old, new))

    return change


def font(document):
    return next(
        item
        for item in document.objects
        if isinstance(item, Dictionary) and item.get("/Subtype") == Name.Type0
    )


def raster(document):
    image = document.make_stream(
        b"\0",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
        Interpolate=True,
    )
    document.pages[0].obj.Resources.XObject["/Im9"] = image
    paint = b"/Artifact BMC q 9 0 0 9 0 0 cm /Im9 Do Q EMC"
    document.pages[0].contents_add(document.make_stream(paint))


def untagged(document):
    page = document.pages[0]
    page.contents_add(document.make_stream(b"0 0 10 10 re f"))


def opaque_group(document):
    """What `opacity` in a style sheet makes: a group painted outside any tag."""
    group = document.make_stream(
        b"0 0 9 9 re f",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 9, 9]),
        Group=Dictionary(S=Name.Transparency),
    )
    document.pages[0].obj.Resources.XObject["/Fm9"] = group
    document.pages[0].contents_add(document.make_stream(b"/Fm9 Do"))


def note(document):
    annotation = document.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 9, 9]))
    )
    document.pages[0].obj.Annots = Array([annotation])


def field(document):
    return document.Root.AcroForm.Fields[0]


def element_of_field(document):
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    table = dict(zip(numbers[::2], numbers[1::2], strict=True))
    return table[int(field(document).StructParent)]


def array_in_field_tag(document):
    element = element_of_field(document)
    element.K = Array([element.K])


def link(document):
    return next(
        annotation
        for page in document.pages
        for annotation in page.obj.get("/Annots", ())
        if annotation.Subtype == Name.Link
    )


def filespec(document):
    return document.Root.AF[0]


def skip_level(document):
    first(document, "/H2").S = Name.H4


def delete(holder, key):
    def change(document):
        del holder(document)[key]

    return change


def assign(holder, key, value):
    def change(document):
        holder(document)[key] = value(document) if callable(value) else value

    return change


def root(document):
    return document.Root


FAULTS = {
    "no claim of PDF/UA": (replace_xmp(b"<pdfuaid:part>1", b"<pdfuaid:part>7"), "5"),
    "claim of PDF/A-3b": (replace_xmp(b'conformance="A"', b'conformance="B"'), "6.6.4"),
    "second block of metadata": (
        replace_xmp(
            b"</x:xmpmeta>",
            b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
        ),
        "6.6.2.1",
    ),
    "no metadata": (delete(root, "/Metadata"), "6.6.2.1"),
    "no title": (replace_xmp(b"dc:title", b"dc:other"), "7.1-9"),
    "no language": (delete(root, "/Lang"), "7.2-29"),
    "odd language": (assign(root, "/Lang", String("français !")), "7.2-29"),
    "title not displayed": (delete(root, "/ViewerPreferences"), "7.1-10"),
    "not marked": (delete(root, "/MarkInfo"), "6.7.2.2"),
    "no structure": (delete(root, "/StructTreeRoot"), "6.7.3.2"),
    "no colour profile": (delete(root, "/OutputIntents"), "6.2.3"),
    "script at opening": (
        assign(root, "/OpenAction", Dictionary(S=Name.JavaScript, JS=String("x"))),
        "6.5.1",
    ),
    "additional actions": (assign(root, "/AA", Dictionary()), "6.5.2"),
    "actions of a page": (assign(lambda d: d.pages[0].obj, "/AA", Dictionary()), "6.5.2"),
    "form to be drawn by the reader": (
        assign(lambda d: d.Root.AcroForm, "/NeedAppearances", True),
        "6.4",
    ),
    "font left out": (
        delete(lambda d: font(d).DescendantFonts[0].FontDescriptor, "/FontFile2"),
        "6.2.11.4.1",
    ),
    "font without Unicode": (delete(font, "/ToUnicode"), "6.2.11.7.2"),
    "smoothed image": (raster, "6.2.8-3"),
    "paint outside the tags": (untagged, "7.1-3"),
    "group outside the tags": (opaque_group, "7.1-3"),
    "note without appearance": (note, "6.3.3"),
    "note outside the tags": (note, "7.18.1-1"),
    "hidden field": (assign(field, "/F", 6), "6.3.2"),
    "field without description": (
        lambda d: (delete(field, "/TU")(d), delete(field, "/Contents")(d)),
        "7.18.1-3",
    ),
    "field without tag": (assign(field, "/StructParent", 0), "7.18.4-1"),
    "array in the tag of a signature": (array_in_field_tag, "signature"),
    "link without description": (delete(link, "/Contents"), "7.18.5-2"),
    "link without tag": (assign(link, "/StructParent", 0), "7.18.5-1"),
    "tabs out of order": (delete(lambda d: d.pages[1].obj, "/Tabs"), "7.18.3"),
    "attachment without relationship": (delete(filespec, "/AFRelationship"), "6.8"),
    "attachment without type": (delete(lambda d: filespec(d).EF.F, "/Subtype"), "6.8"),
    "attachment associated twice": (lambda d: d.Root.AF.append(d.Root.AF[0]), "6.8"),
    "heading that skips a level": (skip_level, "7.4.2-1"),
    "unknown tag": (assign(lambda d: first(d, "/H2"), "/S", Name("/Titre")), "7.1-5"),
    "item outside a list": (assign(lambda d: first(d, "/L"), "/S", Name.Div), "7.2"),
    "figure without text": (assign(lambda d: first(d, "/H2"), "/S", Name.Figure), "7.3-1"),
    "table with a hole": (lambda d: first(d, "/TR").K.__delitem__(0), "7.2-42"),
}


@pytest.mark.parametrize(("change", "rule"), FAULTS.values(), ids=list(FAULTS))
def test_fault_is_found(story, change, rule):
    pdf = broken(story.rendered.data, change)

    found = conformance.check(pdf)

    assert rule in {finding.rule for finding in found}
    with pytest.raises(conformance.NonConforming) as refusal:
        conformance.require_conforming(pdf)
    assert rule in str(refusal.value)


def test_sound_act_has_no_finding(story):
    assert conformance.check(story.rendered.data) == ()
    assert conformance.check(broken(story.rendered.data, lambda document: None)) == ()
    conformance.require_conforming(story.sealed.data)


def test_each_profile_has_its_rules(story):
    without_claim = broken(story.rendered.data, FAULTS["no claim of PDF/UA"][0])

    assert conformance.check(without_claim, profiles=["3a"]) == ()
    assert conformance.check(without_claim, profiles=["ua1"]) != ()


@pytest.mark.parametrize("data", [b"", b"x" * 100, b"%PDF-1.7\n%%EOF", "été".encode()])
def test_what_is_not_a_pdf_is_one_finding(data):
    (finding,) = conformance.check(data)

    assert finding.rule == "structure"


def test_structure_that_loops_is_a_finding(story):
    def loop(document):
        document.Root.StructTreeRoot.K[0].K.append(document.Root.StructTreeRoot.K[0])

    (finding,) = conformance.check(broken(story.rendered.data, loop), profiles=["ua1"])

    assert finding.rule == "structure"


# The public corpus. A file of another profile breaks our claim by design: those findings are left
# out, as are fonts that a form declares and does not use, where we are stricter than the norm.

PROFILE = {"PDF_A-2a": "3a", "PDF_A-2b": "3a", "PDF_A-3b": "3a", "PDF_UA-1": "ua1"}
OTHER_PROFILE = {"6.6.4", "6.7.2.2", "6.7.3.2", "6.2.3"}
STRICTER = {"6.2.11.4.1"}
# Rules about files that our layout cannot make (inline images, colour spaces, schemas of metadata,
# predefined encodings): the referee knows them, this gate does not.
NOT_LOOKED_FOR = {
    "veraPDF_test_suite_6-2-11-7-3-t01-fail-a.pdf",
    "veraPDF_test_suite_6-1-10-t01-fail-a.pdf",
    "veraPDF_test_suite_6-2-10-t07-fail-g.pdf",
    "veraPDF_test_suite_6-2-4-4-t03-fail-d.pdf",
    "veraPDF_test_suite_6-6-2-3-1-t05-fail-m.pdf",
    "veraPDF_test_suite_6-6-2-3-1-t15-fail-d.pdf",
    "veraPDF_test_suite_6-8-t02-fail-b.pdf",
    "7.21.3.1-t01-fail-c.pdf",
}
# Languages given element by element, which our acts do not do.
STRICTER_FILES = {"7.2-t23-pass-b.pdf"}


def corpus():
    """Each file once, from the first place that has it."""
    found = {
        (folder, path.name): path
        for root in reversed(CORPORA)
        for folder in PROFILE
        for path in (root / folder).glob("*.pdf")
    }
    return [path for _key, path in sorted(found.items())]


def test_a_part_of_the_corpus_is_always_there():
    kept = {path.parent.name for path in corpus() if path.is_relative_to(CORPORA[0])}

    assert kept == {"PDF_A-2a", "PDF_A-3b", "PDF_UA-1"}


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_corpus_file_is_judged_as_its_name_says(path):
    profile = PROFILE[path.parent.name]
    ignored = STRICTER | (OTHER_PROFILE if profile == "3a" else set())
    if "6-7-2-2" in path.name:
        ignored -= {"6.7.2.2"}

    rules = {f.rule for f in conformance.check(path.read_bytes(), profiles=[profile])} - ignored

    if path.name in NOT_LOOKED_FOR:
        assert rules == set()
    elif path.name in STRICTER_FILES:
        assert rules == {"7.2-29"}
    else:
        assert bool(rules) is ("fail" in path.name)
