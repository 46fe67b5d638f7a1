"""Vocabulary of the catalogue. European codes are kept as published (EU authority tables)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tri(models.TextChoices):
    YES = "yes", _("Oui")
    NO = "no", _("Non")
    UNKNOWN = "unknown", _("Ne sait pas")


class EuTheme(models.TextChoices):
    """EU authority table `data-theme`."""

    HEAL = "HEAL", _("Santé")
    SOCI = "SOCI", _("Population et société")
    ECON = "ECON", _("Économie et finances")
    EDUC = "EDUC", _("Éducation, culture et sport")
    ENVI = "ENVI", _("Environnement")
    GOVE = "GOVE", _("Gouvernement et secteur public")
    JUST = "JUST", _("Justice, système juridique et sécurité publique")
    REGI = "REGI", _("Régions et villes")
    AGRI = "AGRI", _("Agriculture, pêche, sylviculture et alimentation")
    ENER = "ENER", _("Énergie")
    TECH = "TECH", _("Science et technologie")
    TRAN = "TRAN", _("Transports")
    INTR = "INTR", _("Questions internationales")
    OP_DATPRO = "OP_DATPRO", _("Données provisoires")


class SocialTheme(models.TextChoices):
    HEALTH = "health", _("Santé")
    AUTONOMY = "autonomy", _("Autonomie")
    DISABILITY = "disability", _("Handicap")
    CHILDHOOD = "childhood", _("Enfance")
    FAMILY = "family", _("Famille")
    PENSION = "pension", _("Retraite")
    INCLUSION = "inclusion", _("Insertion")
    CARE_SUPPLY = "care_supply", _("Offre de soins")
    SPENDING = "spending", _("Dépenses")
    STAFF = "staff", _("RH")
    ENVIRONMENT = "environment", _("Environnement")


class Sensitivity(models.TextChoices):
    PUBLIC = "public", _("Publique")
    INTERNAL = "internal", _("Interne")
    PERSONAL = "personal", _("Personnelle")
    SENSITIVE = "sensitive", _("Personnelle sensible")
    SECRET = "secret", _("Secret")


class Secret(models.TextChoices):
    PROFESSIONAL = "professional", _("Secret professionnel")
    MEDICAL = "medical", _("Secret médical")
    STATISTICAL = "statistical", _("Secret statistique")
    TAX = "tax", _("Secret fiscal")
    BUSINESS = "business", _("Secret des affaires")
    DEFENCE = "defence", _("Secret de la défense nationale")
    INVESTIGATION = "investigation", _("Secret de l’enquête")
    NONE = "none", _("Aucun")


class LegalBasis(models.TextChoices):
    """RGPD, articles 6.1 and 9.2; codes of the Data Privacy Vocabulary."""

    A6_1_A = "A6-1-a", _("Consentement (6.1.a)")
    A6_1_B = "A6-1-b", _("Exécution d’un contrat (6.1.b)")
    A6_1_C = "A6-1-c", _("Obligation légale (6.1.c)")
    A6_1_D = "A6-1-d", _("Intérêts vitaux (6.1.d)")
    A6_1_E = "A6-1-e", _("Mission d’intérêt public (6.1.e)")
    A6_1_F = "A6-1-f", _("Intérêt légitime (6.1.f)")
    A9_2_A = "A9-2-a", _("Consentement explicite (9.2.a)")
    A9_2_B = "A9-2-b", _("Droit du travail et protection sociale (9.2.b)")
    A9_2_C = "A9-2-c", _("Intérêts vitaux (9.2.c)")
    A9_2_F = "A9-2-f", _("Droits en justice (9.2.f)")
    A9_2_G = "A9-2-g", _("Intérêt public important (9.2.g)")
    A9_2_H = "A9-2-h", _("Soins et gestion des services de santé (9.2.h)")
    A9_2_I = "A9-2-i", _("Santé publique (9.2.i)")
    A9_2_J = "A9-2-j", _("Recherche, statistique, archives (9.2.j)")


class Risk(models.TextChoices):
    NONE = "none", _("Nul")
    LOW = "low", _("Faible")
    MEDIUM = "medium", _("Moyen")
    HIGH = "high", _("Fort")


class AccessRights(models.TextChoices):
    """EU authority table `access-right`."""

    PUBLIC = "PUBLIC", _("Public")
    RESTRICTED = "RESTRICTED", _("Restreint sous conditions")
    NON_PUBLIC = "NON_PUBLIC", _("Non public")


class RequestRoute(models.TextChoices):
    CIRCUIT = "circuit", _("Ce circuit")
    OPEN_DATA = "open_data", _("Données ouvertes")
    API = "api", _("API")
    DATAPASS = "datapass", _("DataPass")
    HDH = "hdh", _("Plateforme des données de santé (HDH)")
    CASD = "casd", _("CASD")


class Licence(models.TextChoices):
    LO2 = "lo2", _("Licence Ouverte 2.0")
    ODBL = "odbl", _("ODbL")
    OTHER = "other", _("Autre licence")
    NONE = "none", _("Sans licence")


class Mesh(models.TextChoices):
    """The finest geographic level (« maille »), from the coarsest to the finest."""

    NATION = "nation", _("Nation")
    REGION = "region", _("Région")
    DEPARTMENT = "department", _("Département")
    TOWN = "town", _("Commune")
    IRIS = "iris", _("Iris")
    FACILITY = "facility", _("Établissement")
    PERSON = "person", _("Individu")


class Spatial(models.TextChoices):
    FRANCE = "france", _("France entière")
    METROPOLE = "metropole", _("France métropolitaine")
    OVERSEAS = "overseas", _("Outre-mer")
    REGION = "region", _("Une ou plusieurs régions")
    DEPARTMENT = "department", _("Un ou plusieurs départements")
    LOCAL = "local", _("Communes ou intercommunalités")
    EUROPE = "europe", _("Union européenne")
    ABROAD = "abroad", _("Autre pays")
    WORLD = "world", _("Monde")


class Frequency(models.TextChoices):
    """EU authority table `frequency`."""

    CONT = "CONT", _("En continu")
    UPDATE_CONT = "UPDATE_CONT", _("Mise à jour continue")
    HOURLY = "HOURLY", _("Toutes les heures")
    DAILY = "DAILY", _("Quotidienne")
    DAILY_2 = "DAILY_2", _("Deux fois par jour")
    WEEKLY = "WEEKLY", _("Hebdomadaire")
    WEEKLY_2 = "WEEKLY_2", _("Deux fois par semaine")
    WEEKLY_3 = "WEEKLY_3", _("Trois fois par semaine")
    BIWEEKLY = "BIWEEKLY", _("Tous les quinze jours")
    MONTHLY = "MONTHLY", _("Mensuelle")
    MONTHLY_2 = "MONTHLY_2", _("Deux fois par mois")
    MONTHLY_3 = "MONTHLY_3", _("Trois fois par mois")
    BIMONTHLY = "BIMONTHLY", _("Tous les deux mois")
    QUARTERLY = "QUARTERLY", _("Trimestrielle")
    ANNUAL_2 = "ANNUAL_2", _("Semestrielle")
    ANNUAL_3 = "ANNUAL_3", _("Trois fois par an")
    ANNUAL = "ANNUAL", _("Annuelle")
    BIENNIAL = "BIENNIAL", _("Tous les deux ans")
    TRIENNIAL = "TRIENNIAL", _("Tous les trois ans")
    QUADRENNIAL = "QUADRENNIAL", _("Tous les quatre ans")
    QUINQUENNIAL = "QUINQUENNIAL", _("Tous les cinq ans")
    DECENNIAL = "DECENNIAL", _("Tous les dix ans")
    AS_NEEDED = "AS_NEEDED", _("À la demande")
    IRREG = "IRREG", _("Irrégulière")
    NEVER = "NEVER", _("Jamais")
    NOT_PLANNED = "NOT_PLANNED", _("Non prévue")
    OTHER = "OTHER", _("Autre")
    UNKNOWN = "UNKNOWN", _("Inconnue")


class DatasetType(models.TextChoices):
    """EU authority table `dataset-type`, the values that a ministry's catalogue meets."""

    PERSONAL_DATA = "PERSONAL_DATA", _("Données personnelles")
    STATISTICAL = "STATISTICAL", _("Données statistiques")
    CODE_LIST = "CODE_LIST", _("Liste de codes")
    DIRECTORY = "DIRECTORY", _("Annuaire")
    GEOSPATIAL = "GEOSPATIAL", _("Données géographiques")
    HVD = "HVD", _("Données de forte valeur")
    SYNTHETIC_DATA = "SYNTHETIC_DATA", _("Données synthétiques")
    TEST_DATA = "TEST_DATA", _("Données de test")
    THESAURUS = "THESAURUS", _("Thésaurus")
    TAXONOMY = "TAXONOMY", _("Taxonomie")
    OTHER = "OTHER", _("Autre")


class Language(models.TextChoices):
    """EU authority table `language`."""

    FRA = "FRA", _("Français")
    ENG = "ENG", _("Anglais")
    DEU = "DEU", _("Allemand")
    NLD = "NLD", _("Néerlandais")
    ITA = "ITA", _("Italien")
    SPA = "SPA", _("Espagnol")
    OTHER = "MUL", _("Plusieurs langues")


class HealthCategory(models.TextChoices):
    """Categories of article 51 of the EHDS regulation (vocabulary of the Health Data Hub)."""

    EHRS = "EHRS", _("Dossiers de santé")
    DIOH = "DIOH", _("Déterminants de santé")
    NRPE = "NRPE", _("Besoins et ressources agrégés")
    RPDG = "RPDG", _("Agents pathogènes")
    HRAD = "HRAD", _("Données administratives et de remboursement")
    HGPD = "HGPD", _("Données génomiques")
    HPML = "HPML", _("Autres données moléculaires (omiques)")
    PGEH = "PGEH", _("Données produites par des dispositifs médicaux")
    WELA = "WELA", _("Applications de bien-être")
    IDHP = "IDHP", _("Professionnels de santé")
    PHDR = "PHDR", _("Registres de population")
    MRMR = "MRMR", _("Registres médicaux et de mortalité")
    EHCT = "EHCT", _("Essais cliniques")
    EMRD = "EMRD", _("Autres dispositifs médicaux")
    RMMD = "RMMD", _("Registres de médicaments et de dispositifs")
    RQSH = "RQSH", _("Cohortes et enquêtes")
    EINS = "EINS", _("Biobanques")


class CodingSystem(models.TextChoices):
    CIM10 = "CIM-10", _("CIM-10")
    CCAM = "CCAM", _("CCAM")
    NABM = "NABM", _("NABM")
    FINESS = "FINESS", _("FINESS")
    ATC = "ATC", _("ATC")
    LOINC = "LOINC", _("LOINC")
    SNOMED_CT = "SNOMED CT", _("SNOMED CT")
    CIP13 = "CIP13", _("CIP13")
    UCD = "UCD", _("UCD")


class PublisherType(models.TextChoices):
    GOV_HEALTH = "govHealth", _("Ministère ou administration de la santé")
    STATISTICS = "statistics", _("Institut national de statistique")
    PUBLIC_HEALTH = "nationalPublicHealthInstitute", _("Institut national de santé publique")
    HEALTH_INSURANCE = "healthInsurance", _("Assurance maladie")
    HEALTHCARE = "healthcareSystem", _("Hôpital ou système de soins")
    REGISTRY = "registry", _("Registre")
    BIOBANK = "biobank", _("Biobanque")
    RESEARCH = "researchInstitution", _("Organisme de recherche")
    NGO = "ngo", _("Organisation non gouvernementale")
    PHARMA = "pharmaBiotech", _("Entreprise pharmaceutique ou de biotechnologie")
    INTERNATIONAL = "healthOrganisation", _("Organisation internationale de santé")


class PublicationStatus(models.TextChoices):
    OPEN = "open", _("Ouvert")
    OPENABLE = "openable", _("Ouvrable")
    TO_STUDY = "to_study", _("À étudier")
    NOT_OPENABLE = "not_openable", _("Non ouvrable")


class VariableType(models.TextChoices):
    STRING = "string", _("Texte")
    INTEGER = "integer", _("Nombre entier")
    NUMBER = "number", _("Nombre décimal")
    BOOLEAN = "boolean", _("Oui ou non")
    DATE = "date", _("Date")
    DATETIME = "datetime", _("Date et heure")
    YEAR = "year", _("Année")
    YEARMONTH = "yearmonth", _("Année et mois")
    GEO = "geo", _("Coordonnées géographiques")
    OTHER = "other", _("Autre")


class IdentifierKind(models.TextChoices):
    """Whether a variable points to a person: « identifiant O/N », and by crossing."""

    NONE = "none", _("Non identifiante")
    QUASI = "quasi", _("Identifiante par croisement")
    DIRECT = "direct", _("Identifiant direct")
