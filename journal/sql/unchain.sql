DROP TRIGGER journal_seal_no_truncate ON journal_seal;
DROP TRIGGER journal_seal_append_only ON journal_seal;
DROP TRIGGER journal_head_no_truncate ON journal_chainhead;
DROP TRIGGER journal_head_is_written_by_the_chain ON journal_chainhead;
DROP TRIGGER journal_no_truncate ON journal_event;
DROP TRIGGER journal_append_only ON journal_event;
DROP TRIGGER journal_chain ON journal_event;
DROP FUNCTION journal_refuse();
DROP FUNCTION journal_chain_event();
