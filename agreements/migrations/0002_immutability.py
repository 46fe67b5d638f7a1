"""The database itself refuses to change what was frozen, signed, archived (architecture.md, §4)."""

from django.db import migrations

FROZEN = (
    "agreements_agreementversion",
    "agreements_actfile",
    "agreements_signature",
    "agreements_archivedact",
    "agreements_partyreview",
    "agreements_articleposition",
)

FUNCTIONS = """
CREATE FUNCTION agreements_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %: what is written is never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION agreements_keep_clause_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{validated_by,validated_on}'::text[]
         = to_jsonb(OLD) - '{validated_by,validated_on}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'table %: a version of a clause is never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER keep_clause_text BEFORE UPDATE OR DELETE ON agreements_clauseversion
    FOR EACH ROW EXECUTE FUNCTION agreements_keep_clause_text();
CREATE TRIGGER keep_clauses BEFORE TRUNCATE ON agreements_clauseversion
    FOR EACH STATEMENT EXECUTE FUNCTION agreements_refuse_change();
"""
TRIGGERS = "".join(
    f"""
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION agreements_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION agreements_refuse_change();
"""
    for table in FROZEN
)
REVERSE = (
    "".join(
        f"DROP TRIGGER refuse_change ON {table}; DROP TRIGGER refuse_truncate ON {table};"
        for table in FROZEN
    )
    + """
DROP TRIGGER keep_clause_text ON agreements_clauseversion;
DROP TRIGGER keep_clauses ON agreements_clauseversion;
DROP FUNCTION agreements_refuse_change();
DROP FUNCTION agreements_keep_clause_text();
"""
)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, REVERSE)]
