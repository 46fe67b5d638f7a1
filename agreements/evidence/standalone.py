#!/usr/bin/env python3
"""Contrôle d’un dossier de preuve, sans réseau et sans Navette.

    python3 verify.py [DOSSIER | FICHIER.zip] [--racines FICHIER.pem]

Il ne faut que Python (3.8 ou plus récent) et la commande « openssl ». Sans argument, le dossier
contrôlé est celui où se trouve ce script. Code de sortie : 0 si tout est intact, 1 si quelque
chose ne l’est pas (c’est alors nommé), 2 si le contrôle est impossible.

Les autorités de confiance sont celles du dossier ; comparez leurs empreintes, affichées à la fin,
à celles que le ministère publie, ou donnez les vôtres avec --racines.
"""

import argparse
import base64
import calendar
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

MANIFEST, SIGNATURE, ROOTS, SEALS = (
    "manifeste.json",
    "manifeste.p7s",
    "autorites/racines.pem",
    "journal/scelles.json",
)
FORMAT = "navette-evidence/1"
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
TOKEN_ATTRIBUTE = bytes.fromhex("060b2a864886f70d010910020e")  # id-aa-timeStampToken


# What a damaged ZIP raises while it is read.
UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError)


class Impossible(Exception):
    """The control cannot be made at all."""


class Report:
    """What was controlled, told as it goes."""

    def __init__(self):
        self.faults = []

    def ok(self, text):
        print("OK     " + text)

    def note(self, text):
        print("NOTE   " + text)

    def fault(self, text):
        self.faults.append(text)
        print("FAUX   " + text)


# ------------------------------------------------------------------------------- reading the file


def read_directory(root):
    found = {}
    for place, _directories, names in os.walk(root):
        for name in names:
            path = os.path.join(place, name)
            key = os.path.relpath(path, root).replace(os.sep, "/")
            if os.path.islink(path) or not os.path.isfile(path):
                found[key] = None
                continue
            with open(path, "rb") as file:
                found[key] = file.read()
    return found


def read_zip(path, report):
    found = {}
    with zipfile.ZipFile(path) as packed:
        for entry in packed.infolist():
            if entry.filename in found:
                report.fault(f"{entry.filename} : ce nom figure deux fois dans le fichier ZIP")
            if not entry.is_dir():
                try:
                    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                        raise ValueError("unknown method")
                    found[entry.filename] = packed.read(entry)
                except UNREADABLE:
                    report.fault(f"{entry.filename} : illisible dans le fichier ZIP")
                    found[entry.filename] = None
    return found


def read_json(files, name, report):
    try:
        return json.loads(files[name].decode("utf-8"))
    except KeyError:
        report.fault(f"{name} : fichier retiré")
    except (ValueError, AttributeError):
        report.fault(f"{name} : illisible")
    return None


# ---------------------------------------------------------------------------------------- openssl


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True)
    return done.returncode == 0, done.stderr.decode("utf-8", "replace").strip().splitlines()


def _last(lines):
    return lines[-1][:200] if lines else "refus d’openssl"


class Box:
    """Files for openssl, thrown away at the end."""

    def __init__(self, roots):
        self.home = tempfile.mkdtemp(prefix="preuve-")
        self.count = 0
        self.roots = self.put(roots)

    def put(self, data):
        self.count += 1
        path = os.path.join(self.home, f"f{self.count}")
        with open(path, "wb") as file:
            file.write(data)
        return path

    def check_cms(self, der, content, at):
        """Tell whether a detached signature holds and leads to a known root; why not otherwise."""
        good, lines = openssl(
            "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any", "-partial_chain",
            "-attime", str(at), "-CAfile", self.roots, "-in", self.put(der),
            "-content", self.put(content), "-out", os.devnull,
        )  # fmt: skip
        return "" if good else _last(lines)

    def check_token(self, token, data, at):
        """Tell whether a timestamp was given on these bytes by a known authority."""
        good, lines = openssl(
            "ts", "-verify", "-token_in", "-in", self.put(token), "-data", self.put(data),
            "-CAfile", self.roots, "-partial_chain", "-attime", str(at),
        )  # fmt: skip
        return "" if good else _last(lines)

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


# ----------------------------------------------------------------- what DER is read here (X.690)


def element(data, at=0):
    """Return tag, start and end of the content of the element at this place."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:
        raise ValueError("indefinite length")
    if length > 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError("too short")
    return tag, start, start + length


def children(data):
    """Return (tag, content, whole) of each element that follows another in these bytes."""
    found, at = [], 0
    while at < len(data):
        tag, start, end = element(data, at)
        found.append((tag, data[start:end], data[at:end]))
        at = end
    return found


def signed_data(cms):
    """Return the parts of the SignedData of a CMS message."""
    _tag, start, end = element(cms)
    _oid, wrapped = children(cms[start:end])[:2]
    return children(children(wrapped[1])[0][1])


def signer_of(cms):
    """Return the signature value and, when there is one, its timestamp token."""
    infos = [content for tag, content, _whole in signed_data(cms) if tag == 0x31][-1]
    parts = children(children(infos)[0][1])
    value = [content for tag, content, _whole in parts if tag == 0x04][-1]
    for tag, content, _whole in parts:
        if tag == 0xA1:
            for _set, attribute, _all in children(content):
                oid, values = children(attribute)[:2]
                if oid[2] == TOKEN_ATTRIBUTE:
                    return value, children(values[1])[0][2]
    return value, None


def token_time(token):
    """Return the moment that a timestamp token attests, in seconds."""
    content = [one for tag, one, _whole in signed_data(token) if tag == 0x30][0]
    wrapped = [one for tag, one, _whole in children(content) if tag == 0xA0][0]
    octets = children(wrapped)[0][1]
    info = children(children(octets)[0][1])
    text = [one for tag, one, _whole in info if tag == 0x18][0].decode("ascii")
    return calendar.timegm(time.strptime(text[:14], "%Y%m%d%H%M%S"))


# ----------------------------------------------------------------------------------- the PDF file


def signatures_in(pdf):
    """Return the signatures of a PDF, the first made first: where each ends, what it is, its CMS.

    Raises ValueError when one of them does not have the form of a signature.
    """
    found = []
    for match in BYTE_RANGE.finditer(pdf):
        first, length, second, rest = (int(number) for number in match.groups())
        hole = pdf[first + length : second]
        if first or not hole.startswith(b"<") or not hole.endswith(b">"):
            raise ValueError("a signature does not cover the file from its beginning")
        if second + rest > len(pdf):
            raise ValueError("a signature covers more than the file")
        raw = bytes.fromhex(hole[1:-1].decode("ascii"))
        end = element(raw)[2]
        if raw[end:].strip(b"\0"):
            raise ValueError("something is hidden beside a signature")
        start = pdf.rfind(b" obj", 0, match.start())
        stop = pdf.find(b"endobj", match.end())
        found.append(
            {
                "end": second + rest,
                "kind": "timestamp" if b"/ETSI.RFC3161" in pdf[start:stop] else "signature",
                "cms": raw[:end],
                "covered": pdf[:length] + pdf[second : second + rest],
            }
        )
    return sorted(found, key=lambda one: one["end"])


def check_pdf(files, manifest, box, report):
    act = manifest["act"]
    name, pdf = act["file"], files.get(act["file"])
    if pdf is None:
        return report.fault(f"{name} : l’acte manque, ses signatures ne sont pas contrôlées")
    for kind in ("sha256", "sha512"):
        if hashlib.new(kind, pdf).hexdigest() != act[kind]:
            report.fault(f"{name} : son empreinte {kind} n’est pas celle de l’acte archivé")
    check_revisions(name, pdf, act, report)
    try:
        found = signatures_in(pdf)
    except (ValueError, IndexError) as error:
        return report.fault(f"{name} : ses signatures sont illisibles ({error})")
    expected = {one["end"]: one for one in act["signatures"]}
    for end in sorted(set(expected) - {one["end"] for one in found}):
        report.fault(f"{name} : la signature « {expected[end]['label']} » a disparu")
    for one in found:
        known = expected.get(one["end"])
        if known is None or known["kind"] != one["kind"]:
            report.fault(f"{name} : une signature que le manifeste ne connaît pas a été ajoutée")
            continue
        check_signature(name, one, known, box, report)
    if not found or found[-1]["end"] != len(pdf):
        return report.fault(f"{name} : la dernière signature ne couvre pas tout le fichier")
    return report.ok(f"{name} : la dernière signature couvre tout le fichier")


def check_revisions(name, pdf, act, report):
    """Each signature was put on the very file that the one before had left."""
    good = True
    for one in act["revisions"]:
        if hashlib.sha256(pdf[: one["size"]]).hexdigest() != one["sha256"]:
            good = False
            report.fault(f"{name} : la révision « {one['label']} » n’est plus au début du fichier")
    if good:
        report.ok(f"{name} : contient chaque révision, octet pour octet")


def check_signature(name, one, known, box, report):
    label, at = known["label"], known["at"]
    try:
        if one["kind"] == "timestamp":
            problem = box.check_token(one["cms"], one["covered"], token_time(one["cms"]))
        else:
            value, token = signer_of(one["cms"])
            if known["timestamped"] and token is None:
                report.fault(f"{name} : l’horodatage de « {label} » a disparu")
            if token is not None:
                at = token_time(token)
                told = box.check_token(token, value, at)
                if told:
                    report.fault(f"{name} : l’horodatage de « {label} » est faux ({told})")
            problem = box.check_cms(one["cms"], one["covered"], at)
    except (ValueError, IndexError) as error:
        problem = str(error) or "structure illisible"
    if problem:
        report.fault(f"{name} : la signature « {label} » est fausse ({problem})")
    else:
        report.ok(f"{name} : signature « {label} »")


# -------------------------------------------------------------------------------------- the journal


def link(previous, sequence, entry):
    place = sequence.to_bytes(4, "big")
    return hashlib.sha256(bytes.fromhex(previous) + place + entry.encode("utf-8")).hexdigest()


def check_chain(files, chain, report):
    """Read a chain of the journal; return the hash of each of its events, by number."""
    name, file = chain["chain"], chain["file"]
    hashes, before = {}, hashlib.sha256(name.encode("utf-8")).hexdigest()
    try:
        events = [json.loads(line) for line in files[file].decode("utf-8").splitlines()]
        for number, event in enumerate(events, 1):
            problem = check_event(name, number, event, before)
            if problem:
                report.fault(f"{file} : {problem}")
            before = hashes[event["sequence"]] = event["hash"]
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        report.fault(f"{file} : journal illisible ou retiré")
        return hashes
    if len(events) != chain["events"] or before != chain["head"]:
        report.fault(f"{file} : la fin de la chaîne {name} n’est pas celle du manifeste")
    withheld = sum("entry" not in event for event in events)
    report.ok(f"{file} : chaîne {name}, événements lus : {len(events)}, masqués : {withheld}")
    return hashes


def check_event(name, number, event, before):
    where = f"chaîne {name}, événement {number}"
    if event["sequence"] != number or event["chain"] != name:
        return f"{where} : retiré, ajouté ou déplacé"
    if event["previous_hash"] != before:
        return f"{where} : il ne suit plus l’événement précédent"
    if "entry" in event:
        if link(before, number, event["entry"]) != event["hash"]:
            return f"{where} : modifié"
        if json.loads(event["entry"]).get("chain") != name:
            return f"{where} : vient d’une autre chaîne"
    return ""


def check_seals(files, hashes, box, report):
    """Each sealed root is that of its manifest, and names the events that the journal holds."""
    seals = read_json(files, SEALS, report)
    if seals is None:
        return
    sealed = dict.fromkeys(hashes, 0)
    for seal in seals:
        try:
            check_seal(seal, hashes, sealed, box, report)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            report.fault(f"{SEALS} : un scellé est illisible ({error})")
    for chain, events in hashes.items():
        left = len(events) - sealed[chain]
        if left > 0:
            report.note(f"chaîne {chain} : événements postérieurs au dernier scellé : {left}")
    report.ok(f"{SEALS} : scellés lus : {len(seals)}")


def check_seal(seal, hashes, sealed, box, report):
    text, root = seal["manifest"].encode("utf-8"), seal["root"]
    content = json.loads(text.decode("utf-8"))
    day = content["sealed_at"]
    if hashlib.sha256(text).hexdigest() != root:
        report.fault(f"{SEALS} : le scellé du {day} a été modifié")
    for chain, sequence, digest in content["leaves"]:
        if chain in hashes:
            sealed[chain] = max(sealed[chain], sequence)
            if hashes[chain].get(sequence) != digest:
                report.fault(
                    f"chaîne {chain} : l’événement {sequence} n’est plus celui du scellé du {day}"
                )
    if seal["timestamp_token"]:
        token = bytes.fromhex(seal["timestamp_token"])
        problem = box.check_token(token, text, token_time(token))
        if problem:
            report.fault(f"{SEALS} : l’horodatage du scellé du {day} est faux ({problem})")


def check_recorded(files, manifest, report):
    """The journal tells, on its own, the digests of the file that was signed and sealed."""
    told = []
    for chain in manifest["chains"]:
        for line in (files.get(chain["file"]) or b"").decode("utf-8", "replace").splitlines():
            try:
                event = json.loads(json.loads(line).get("entry") or "{}")
                told.append((event.get("kind"), (event.get("data") or {}).get("sha256")))
            except (ValueError, AttributeError):
                continue
    act = manifest["act"]
    if act["recorded"] and ("agreement.registered", act["recorded"]) not in told:
        report.fault("journal : l’empreinte de l’acte scellé n’y est pas inscrite")
    for one in act["revisions"]:
        if one["kind"] == "signed" and ("act.signed", one["sha256"]) not in told:
            report.fault(f"journal : la révision « {one['label']} » n’y est pas inscrite")


# ------------------------------------------------------------------------------------- the whole


def check_files(files, manifest, report):
    listed = manifest["files"]
    for name in sorted(set(listed) - set(files)):
        report.fault(f"{name} : fichier retiré")
    for name in sorted(set(files) - set(listed) - {MANIFEST, SIGNATURE}):
        report.fault(f"{name} : fichier ajouté")
    good = 0
    for name in sorted(set(files) & set(listed)):
        data = files[name]
        if data is None or hashlib.sha256(data).hexdigest() != listed[name]["sha256"]:
            report.fault(f"{name} : fichier modifié ou échangé")
        else:
            good += 1
    report.ok(f"{MANIFEST} : {good} fichiers sur {len(listed)} sont ceux du dossier")


def check_manifest(files, manifest, box, report):
    der = files.get(SIGNATURE)
    if not der:
        return report.fault(f"{SIGNATURE} : fichier retiré")
    at = manifest["made"]
    try:
        value, token = signer_of(der)
        if token is not None:
            at = token_time(token)
            problem = box.check_token(token, value, at)
            if problem:
                report.fault(f"{SIGNATURE} : horodatage faux ({problem})")
        problem = box.check_cms(der, files[MANIFEST], at)
    except (ValueError, IndexError):
        problem = "structure illisible"
    if problem:
        return report.fault(f"{MANIFEST} ou {SIGNATURE} : modifié, le cachet est faux ({problem})")
    return report.ok(f"{MANIFEST} : cachet de la plateforme")


def control(files, roots, report):
    if MANIFEST not in files:
        raise Impossible(f"{MANIFEST} est absent : ceci n’est pas un dossier de preuve")
    manifest = read_json(files, MANIFEST, report)
    if roots is None:
        roots = files.get(ROOTS)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not roots:
        return report.fault(f"{MANIFEST} ou {ROOTS} : illisible, le reste n’est pas contrôlé")
    box = Box(roots)
    try:
        check_manifest(files, manifest, box, report)
        check_files(files, manifest, report)
        check_pdf(files, manifest, box, report)
        hashes = {one["chain"]: check_chain(files, one, report) for one in manifest["chains"]}
        check_seals(files, hashes, box, report)
        check_recorded(files, manifest, report)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        report.fault(f"{MANIFEST} : il lui manque ce qu’un manifeste contient ({error!r})")
    finally:
        box.close()
    return show_roots(roots)


def show_roots(roots):
    pattern = rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----"
    for found in re.findall(pattern, roots, re.DOTALL):
        try:
            digest = hashlib.sha256(base64.b64decode(found)).hexdigest()
        except ValueError:
            digest = "illisible"
        print(f"RACINE {digest}")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description="Contrôle un dossier de preuve.")
    parser.add_argument("path", nargs="?", default=here, metavar="DOSSIER|ZIP")
    parser.add_argument("--racines", metavar="FICHIER.pem")
    options = parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    report = Report()
    try:
        if shutil.which("openssl") is None:
            raise Impossible("la commande « openssl » est introuvable")
        roots = None
        if options.racines:
            with open(options.racines, "rb") as file:
                roots = file.read()
        is_zip = os.path.isfile(options.path)
        files = read_zip(options.path, report) if is_zip else read_directory(options.path)
        control(files, roots, report)
    except (Impossible, *UNREADABLE) as error:
        print(f"Contrôle impossible : {error}.")
        return 2
    if report.faults:
        print(f"\nNE PAS SE FIER À CE DOSSIER : {len(report.faults)} anomalies, citées ci-dessus.")
        return 1
    print("\nDossier de preuve intact.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
