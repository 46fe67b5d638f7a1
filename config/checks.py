"""What must hold before Navette starts, checked by manage.py and by the web processes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import get_resolver

from agreements.enums import SignatureLevel

# Each variable that production needs, and what for: the sentence shown when it is missing.
REQUIRED = {
    "SECRET_KEY": "la clé qui signe les sessions (au moins 50 caractères tirés au hasard)",
    "ALLOWED_HOSTS": "les noms d’hôte que le service accepte, séparés par des virgules",
    "SITE_URL": "l’adresse publique du service, écrite dans les courriels et les actes",
    "DATABASE_URL": "le serveur PostgreSQL (postgres://personne:secret@hôte/base)",
    "EMAIL_URL": "le serveur d’envoi des courriels (smtp+tls://personne:secret@hôte:587)",
    "DEFAULT_FROM_EMAIL": "l’expéditeur des courriels",
    "STORAGE_KIND": "où vont les pièces jointes : « local » ou « s3 »",
    "ARCHIVE_KIND": "où vont les actes signés : « local » ou « s3 »",
    "SEAL_PKCS12_PATH": "le fichier PKCS#12 du cachet de la plateforme",
}
REQUIRED_FOR_KIND = {
    "STORAGE_KIND": {
        "local": {"STORAGE_ROOT": "le répertoire des pièces jointes"},
        "s3": {"STORAGE_BUCKET": "le compartiment S3 des pièces jointes"},
    },
    "ARCHIVE_KIND": {
        "local": {"ARCHIVE_ROOT": "le répertoire des actes signés"},
        "s3": {"ARCHIVE_BUCKET": "le compartiment S3 (Object Lock) des actes signés"},
    },
}
# A seal whose key lives in a device is named otherwise.
REQUIRED_FOR_DEVICE = {
    "SEAL_PKCS11_TOKEN": "le nom du jeton qui tient la clé du cachet",
    "SEAL_PKCS11_KEY": "le nom de la clé du cachet dans son jeton",
    "SEAL_CERTIFICATES_PATH": "les certificats (PEM) du cachet et de ses autorités",
}
WEAK_KEY_LENGTH = 50


def missing_variables() -> list[str]:
    """Return one French sentence for each variable that production lacks, in a stable order."""
    required = dict(REQUIRED)
    if os.environ.get("SEAL_PKCS11_MODULE"):
        del required["SEAL_PKCS12_PATH"]
        required |= REQUIRED_FOR_DEVICE
    sentences = []
    for variable, kinds in REQUIRED_FOR_KIND.items():
        kind = os.environ.get(variable, "")
        sentences += _impossible(variable, kind, list(kinds))
        required |= kinds.get(kind, {})
    level = os.environ.get("SIGNING_LEVEL", "")
    sentences += _impossible("SIGNING_LEVEL", level, SignatureLevel.values)
    missing = [
        f"{variable} n’est pas défini : {purpose}."
        for variable, purpose in required.items()
        if not os.environ.get(variable)
    ]
    key = os.environ.get("SECRET_KEY", "")
    if key and len(key) < WEAK_KEY_LENGTH:
        sentences.append(
            f"SECRET_KEY est trop courte : {len(key)} caractères, il en faut {WEAK_KEY_LENGTH}."
        )
    return missing + sentences


def _impossible(variable: str, value: str, possible: Sequence[str]) -> list[str]:
    """The sentence of a value that is none of those known; nothing while there is none."""
    if not value or value in possible:
        return []
    values = f"{', '.join(possible[:-1])} et {possible[-1]}"
    return [f"{variable} vaut « {value} » ; les valeurs possibles sont {values}."]


def refuse_an_incomplete_configuration() -> None:
    """Stop a production server whose environment is incomplete, saying all that it lacks."""
    if settings.PRODUCTION and (sentences := missing_variables()):
        raise ImproperlyConfigured("Navette ne démarre pas :\n- " + "\n- ".join(sentences))


@register(Tags.security)
def production_is_configured(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    hint = "Le tableau des variables est dans docs/exploitation.md."
    return [Error(sentence, hint=hint, id="config.E001") for sentence in missing_variables()]


@register
def flows_are_safe(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Each flow waits for its process's row and keeps its state in our tables."""
    from viewflow.workflow.lock import SelectForUpdateLock

    from config.flows import our_flows

    found: list[CheckMessage] = []
    for flow in our_flows():
        name = f"{flow.__module__}.{flow.__name__}"
        lock = flow.lock_impl
        if not isinstance(lock, SelectForUpdateLock) or lock.nowait:
            found.append(
                Error(
                    f"{name} does not wait for the row of its process.",
                    hint="lock_impl = SelectForUpdateLock(nowait=False, attempts=1)",
                    id="config.E002",
                )
            )
        for attribute in ("process_class", "task_class"):
            model = getattr(flow, attribute)
            if model._meta.app_label == "viewflow":
                found.append(
                    Error(f"{name}.{attribute} is the engine’s own table.", id="config.E003")
                )
    return found


@register
def replica_views_exist(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A page that was renamed must not silently leave the replicas."""
    return [
        Error(f"REPLICA_VIEWS: no view is named {name}.", id="config.E004")
        for name in settings.REPLICA_VIEWS
        if not _is_a_view(name)
    ]


def _is_a_view(name: str) -> bool:
    resolver = get_resolver()
    *namespaces, view = name.split(":")
    for namespace in namespaces:
        if namespace not in resolver.namespace_dict:
            return False
        resolver = resolver.namespace_dict[namespace][1]
    return view in resolver.reverse_dict
