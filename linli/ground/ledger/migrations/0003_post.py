"""On PostgreSQL one function books a transfer in one round trip; ``actions/posting.py`` says the same for SQLite.

It returns the number of the transfer and whether it is new. What it refuses it raises as LG001 (not enough),
LG002 (the account is closed), LG003 (a hold cannot be taken), with the account or hold as detail, and what is free.
"""

from django.db import migrations

POST = """
CREATE FUNCTION ledger_post(
  p_uid uuid, p_hash text, p_book text, p_kind text, p_event timestamptz, p_posted timestamptz, p_actor bigint,
  p_behalf bigint, p_authority text, p_reason text, p_source_kind text, p_source bigint, p_rule bigint,
  p_reverses bigint, p_accounts bigint[], p_units text[], p_amounts bigint[], p_order int[], p_holds bigint[],
  p_taken bigint[], OUT transfer bigint, OUT fresh boolean, OUT known text
) LANGUAGE plpgsql AS $$
DECLARE
  leg int;
  after bigint;
  number bigint;
  lefts bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_accounts)]);
  numbers bigint[] := lefts;
BEGIN
  INSERT INTO ledger_transfer (book, uid, request_hash, kind, event_at, posted_at, actor, on_behalf, authority,
    reason, source_kind, source, rule, reverses_id)
  VALUES (p_book, p_uid, p_hash, p_kind, p_event, p_posted, p_actor, p_behalf, p_authority, p_reason,
    p_source_kind, p_source, p_rule, p_reverses)
  ON CONFLICT (uid) DO NOTHING RETURNING id INTO transfer;
  IF transfer IS NULL THEN
    fresh := false;
    SELECT t.id, t.request_hash INTO transfer, known FROM ledger_transfer t WHERE t.uid = p_uid;
    RETURN;
  END IF;
  IF p_holds IS NOT NULL THEN PERFORM ledger_free(p_accounts, p_holds, p_taken, p_posted); END IF;
  FOREACH leg IN ARRAY p_order LOOP
    LOOP
      UPDATE ledger_balance b SET posted = b.posted + p_amounts[leg], version = b.version + 1
        WHERE b.account_id = p_accounts[leg] AND b.closed_at IS NULL
        AND (b.floor IS NULL OR b.posted + p_amounts[leg] - b.held >= b.floor)
        AND (b.ceiling IS NULL OR b.posted + p_amounts[leg] <= b.ceiling)
        RETURNING b.posted, b.version INTO after, number;
      EXIT WHEN FOUND;
      PERFORM ledger_refuse(p_accounts, p_amounts, p_order, leg);  -- else somebody has just made room
    END LOOP;
    lefts[leg] := after;
    numbers[leg] := number;
  END LOOP;
  INSERT INTO ledger_entry (transfer_id, account_id, unit, amount, balance_after, version)
    SELECT transfer, x.account, x.unit, x.amount, x.after, x.number
    FROM unnest(p_accounts, p_units, p_amounts, lefts, numbers) AS x (account, unit, amount, after, number);
  IF p_holds IS NOT NULL THEN
    INSERT INTO ledger_holdend (hold_id, outcome, transfer_id, amount, ended_at, actor)
      SELECT x.hold, 'post', transfer, x.amount, p_posted, p_actor
      FROM unnest(p_holds, p_taken) AS x (hold, amount);
  END IF;
  INSERT INTO ledger_seal (transfer_id, legs) VALUES (transfer, cardinality(p_accounts));
  fresh := true;
END $$
"""
# Says why a balance does not move: all of them as they stood before, by rank, under their locks.
REFUSE = """
CREATE FUNCTION ledger_refuse(p_accounts bigint[], p_amounts bigint[], p_order int[], p_leg int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  kept record;
  done int := array_position(p_order, p_leg);
  place int;
  amount bigint;
  before bigint;
  bad bigint;
  short text;
  seen boolean := false;
BEGIN
  FOR kept IN SELECT b.account_id, b.posted, b.held, b.floor, b.ceiling, b.closed_at FROM ledger_balance b
    WHERE b.account_id = ANY (p_accounts) ORDER BY b.rank, b.account_id FOR NO KEY UPDATE
  LOOP
    place := array_position(p_accounts, kept.account_id);
    amount := p_amounts[place];
    before := kept.posted - CASE WHEN array_position(p_order, place) < done THEN amount ELSE 0 END;
    seen := seen OR place = p_leg;
    IF kept.closed_at IS NOT NULL THEN bad := LEAST(bad, kept.account_id); END IF;
    IF short IS NULL AND (before + amount - kept.held < kept.floor OR before + amount > kept.ceiling) THEN
      short := kept.account_id || ' ' || before - kept.held - COALESCE(kept.floor, 0);
    END IF;
  END LOOP;
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'closed' USING ERRCODE = 'LG002', DETAIL = bad::text; END IF;
  IF short IS NOT NULL THEN RAISE EXCEPTION 'short' USING ERRCODE = 'LG001', DETAIL = short; END IF;
  IF NOT seen THEN RAISE EXCEPTION 'account % keeps no balance', p_accounts[p_leg]; END IF;
END $$
"""
# Sets the taken holds free, under the locks of all balances; a closed account comes before a hold that is over.
FREE = """
CREATE FUNCTION ledger_free(p_accounts bigint[], p_holds bigint[], p_taken bigint[], p_posted timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  bad bigint;
BEGIN
  PERFORM 1 FROM ledger_balance b WHERE b.account_id = ANY (p_accounts)
    ORDER BY b.rank, b.account_id FOR NO KEY UPDATE;
  SELECT b.account_id INTO bad FROM ledger_balance b
    WHERE b.account_id = ANY (p_accounts) AND b.closed_at IS NOT NULL ORDER BY b.account_id LIMIT 1;
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'closed' USING ERRCODE = 'LG002', DETAIL = bad::text; END IF;
  SELECT x.hold INTO bad FROM unnest(p_holds, p_taken) AS x (hold, amount)
    LEFT JOIN ledger_hold h ON h.id = x.hold LEFT JOIN ledger_holdend d ON d.hold_id = x.hold
    WHERE h.id IS NULL OR d.hold_id IS NOT NULL OR x.amount > h.amount OR h.expires_at < p_posted
      OR h.account_id <> ALL (p_accounts)
    ORDER BY x.hold LIMIT 1;
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'hold' USING ERRCODE = 'LG003', DETAIL = bad::text; END IF;
  UPDATE ledger_balance b SET held = b.held - h.amount
    FROM (SELECT account_id, SUM(amount) AS amount FROM ledger_hold WHERE id = ANY (p_holds) GROUP BY account_id) h
    WHERE b.account_id = h.account_id;
END $$
"""


def forwards(apps, editor):
    """PostgreSQL only."""
    if editor.connection.vendor == "postgresql":
        for function in (FREE, REFUSE, POST):
            editor.execute(function, params=None)
        # balances change all the time, and none of their columns is indexed: room for the new row on its page
        editor.execute("ALTER TABLE ledger_balance SET (fillfactor = 70)", params=None)


def backwards(apps, editor):
    """The way back."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION ledger_post, ledger_refuse, ledger_free", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_law")]
    operations = [migrations.RunPython(forwards, backwards)]
