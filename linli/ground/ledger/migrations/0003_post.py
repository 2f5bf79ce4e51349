"""On PostgreSQL one function books a transfer in one round trip; ``actions/posting.py`` says the same for SQLite.

It returns the number of the transfer and whether it is new. What it refuses it raises as LG001 (not enough),
LG002 (the account is closed), LG003 (a hold cannot be taken), with the account or hold as detail, and what is free.
"""

from django.db import migrations

POST = """
CREATE FUNCTION ledger_post(
  p_uid uuid, p_hash text, p_book text, p_kind text, p_event timestamptz, p_posted timestamptz, p_actor bigint,
  p_behalf bigint, p_authority text, p_reason text, p_source_kind text, p_source bigint, p_rule bigint,
  p_reverses bigint, p_accounts bigint[], p_amounts bigint[], p_holds bigint[], p_taken bigint[]
) RETURNS TABLE (transfer bigint, fresh boolean, known text) LANGUAGE plpgsql AS $$
DECLARE
  made bigint;
  bad bigint;
  free bigint;
BEGIN
  INSERT INTO ledger_transfer (book, uid, request_hash, kind, event_at, posted_at, actor, on_behalf, authority,
    reason, source_kind, source, rule, reverses_id)
  VALUES (p_book, p_uid, p_hash, p_kind, p_event, p_posted, p_actor, p_behalf, p_authority, p_reason,
    p_source_kind, p_source, p_rule, p_reverses)
  ON CONFLICT (uid) DO NOTHING RETURNING id INTO made;
  IF made IS NULL THEN
    RETURN QUERY SELECT t.id, false, t.request_hash::text FROM ledger_transfer t WHERE t.uid = p_uid;
    RETURN;
  END IF;
  PERFORM 1 FROM ledger_balance b WHERE b.account_id = ANY (p_accounts)
    ORDER BY b.rank, b.account_id FOR NO KEY UPDATE;
  SELECT b.account_id INTO bad FROM ledger_balance b
    WHERE b.account_id = ANY (p_accounts) AND b.closed_at IS NOT NULL ORDER BY b.account_id LIMIT 1;
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'closed' USING ERRCODE = 'LG002', DETAIL = bad::text; END IF;
  IF p_holds IS NOT NULL THEN
    SELECT x.hold INTO bad FROM unnest(p_holds, p_taken) AS x (hold, amount)
      LEFT JOIN ledger_hold h ON h.id = x.hold LEFT JOIN ledger_holdend d ON d.hold_id = x.hold
      WHERE h.id IS NULL OR d.hold_id IS NOT NULL OR x.amount > h.amount OR h.expires_at < p_posted
        OR h.account_id <> ALL (p_accounts)
      ORDER BY x.hold LIMIT 1;
    IF bad IS NOT NULL THEN RAISE EXCEPTION 'hold' USING ERRCODE = 'LG003', DETAIL = bad::text; END IF;
    UPDATE ledger_balance b SET held = b.held - h.amount
      FROM (SELECT account_id, SUM(amount) AS amount FROM ledger_hold WHERE id = ANY (p_holds) GROUP BY account_id) h
      WHERE b.account_id = h.account_id;
  END IF;
  SELECT b.account_id, b.posted - b.held - COALESCE(b.floor, 0) INTO bad, free FROM unnest(p_accounts, p_amounts) AS leg (account, amount)
    JOIN ledger_balance b ON b.account_id = leg.account
    WHERE (b.floor IS NOT NULL AND b.posted + leg.amount - b.held < b.floor)
      OR (b.ceiling IS NOT NULL AND b.posted + leg.amount > b.ceiling)
    ORDER BY b.rank, b.account_id LIMIT 1;
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'short' USING ERRCODE = 'LG001', DETAIL = bad || ' ' || free; END IF;
  UPDATE ledger_balance b SET posted = b.posted + leg.amount, version = b.version + 1
    FROM unnest(p_accounts, p_amounts) AS leg (account, amount) WHERE b.account_id = leg.account;
  INSERT INTO ledger_entry (transfer_id, account_id, unit, amount, balance_after, version)
    SELECT made, a.id, a.unit, leg.amount, b.posted, b.version
    FROM unnest(p_accounts, p_amounts) WITH ORDINALITY AS leg (account, amount, place)
    JOIN ledger_account a ON a.id = leg.account LEFT JOIN ledger_balance b ON b.account_id = a.id ORDER BY leg.place;
  IF p_holds IS NOT NULL THEN
    INSERT INTO ledger_holdend (hold_id, outcome, transfer_id, amount, ended_at, actor)
      SELECT x.hold, 'post', made, x.amount, p_posted, p_actor FROM unnest(p_holds, p_taken) AS x (hold, amount);
  END IF;
  INSERT INTO ledger_seal (transfer_id, legs) VALUES (made, cardinality(p_accounts));
  RETURN QUERY SELECT made, true, p_hash;
END $$
"""


def forwards(apps, editor):
    """PostgreSQL only."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POST, params=None)
        # balances change all the time, and none of their columns is indexed: room for the new row on its page
        editor.execute("ALTER TABLE ledger_balance SET (fillfactor = 70)", params=None)


def backwards(apps, editor):
    """The way back."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION ledger_post", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_law")]
    operations = [migrations.RunPython(forwards, backwards)]
