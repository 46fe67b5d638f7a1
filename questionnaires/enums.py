"""Vocabulary of the forms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """When an answer is due (domain/forms.md, head)."""

    SUBMISSION = "S", _("au dépôt")
    DECISION = "D", _("avant la décision")
    SIGNATURE = "G", _("avant la signature")
    DELIVERY = "L", _("avant la première livraison")


STAGE_ORDER = tuple(Stage.values)
LATER_NOTICE = {
    "D": _("À fournir avant la décision"),
    "G": _("À fournir avant la signature"),
    "L": _("À fournir avant la première livraison"),
}


class FieldType(models.TextChoices):
    """What an answer may be."""

    STR = "str", _("ligne de texte")
    TEXT = "text", _("texte")
    BOOL = "bool", _("oui ou non")
    TRI = "tri", _("oui, non ou ne sait pas")
    DATE = "date", _("date")
    DATERANGE = "daterange", _("période")
    INT = "int", _("nombre entier")
    DEC = "dec", _("nombre")
    URL = "url", _("adresse d’une page")
    EMAIL = "email", _("adresse électronique")
    ORG = "org", _("organisme")
    USER = "user", _("personne")
    DATASET = "dataset", _("jeu de données")
    AGREEMENT = "agreement", _("convention")
    QUESTION = "question", _("question d’un formulaire")
    COUNTRY = "country", _("pays")
    ENUM = "enum", _("un choix")
    MULTI = "multi", _("plusieurs choix")
    FILE = "file", _("pièces")
    ROWS = "rows", _("tableau")
    AUTO = "auto", _("attribué par le service")


# Answers chosen in a list that another part of the service knows.
SOURCED = frozenset({"org", "user", "dataset", "agreement", "question"})
LISTS = frozenset({"multi", "country"})
# What a column of a table may be.
COLUMN_TYPES = frozenset(
    {"str", "text", "bool", "tri", "date", "int", "dec", "url", "email", "org", "user", "dataset",
     "enum", "file", "question"}
)  # fmt: skip
TRI = (("yes", _("Oui")), ("no", _("Non")), ("unknown", _("Je ne sais pas")))


class SectionState(models.TextChoices):
    """Where a draft stands in one of its steps."""

    COMPLETE = "complete", _("Complète")
    MISSING = "missing", _("À compléter")
    CURRENT = "current", _("En cours")
    EMPTY = "empty", _("À remplir")


class RiskLevel(models.TextChoices):
    LOW = "low", _("Faible")
    MEDIUM = "medium", _("Moyen")
    HIGH = "high", _("Élevé")
