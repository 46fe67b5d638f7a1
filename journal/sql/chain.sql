-- The chain of the journal. Computed here, so that an event inserted by hand is chained too.
--
--   genesis = sha256(chain)
--   hash    = sha256(previous hash || sequence as 4 bytes, big endian || entry), all as raw bytes
--
-- The head of the chain is locked until the end of the transaction: writers of one case wait for
-- each other, writers of other cases do not.
CREATE FUNCTION journal_chain_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head journal_chainhead%ROWTYPE;
BEGIN
    SELECT * INTO head FROM journal_chainhead WHERE chain = NEW.chain FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO journal_chainhead (chain, sequence, hash)
        VALUES (NEW.chain, 0, encode(sha256(convert_to(NEW.chain, 'UTF8')), 'hex'))
        ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM journal_chainhead WHERE chain = NEW.chain FOR UPDATE;
    END IF;
    NEW.sequence := head.sequence + 1;
    NEW.previous_hash := head.hash;
    NEW.hash := encode(
        sha256(decode(head.hash, 'hex') || int4send(NEW.sequence) || convert_to(NEW.entry, 'UTF8')),
        'hex'
    );
    UPDATE journal_chainhead SET sequence = NEW.sequence, hash = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
END $$;

CREATE FUNCTION journal_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'journal: % of % is refused, it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER journal_chain BEFORE INSERT ON journal_event
    FOR EACH ROW EXECUTE FUNCTION journal_chain_event();
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_event
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal_event
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();

-- Depth 0 is a statement of somebody; deeper is the trigger above.
CREATE TRIGGER journal_head_is_written_by_the_chain BEFORE INSERT OR UPDATE OR DELETE
    ON journal_chainhead FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_head_no_truncate BEFORE TRUNCATE ON journal_chainhead
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();

CREATE TRIGGER journal_seal_append_only BEFORE UPDATE OR DELETE ON journal_seal
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_seal_no_truncate BEFORE TRUNCATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
