-- Locks the keys of changes until the transaction is done, also where a key has no row yet. Everybody locks in one order, so that nobody waits in a circle.
CREATE FUNCTION outdial.ledger_lock(writes json)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(lock_id)
  FROM (
    SELECT DISTINCT hashtextextended((one -> 'key' ->> 'kind') || ':' || (one -> 'key' ->> 'id'), 0) AS lock_id
    FROM json_array_elements(writes) AS one
    ORDER BY lock_id
  ) AS locks;
END
$$;

-- Changes several records, whose keys are locked, where `is_timely` and each still has the version that it was read with.
-- `writes`: [{ key: { kind, id }, version, next: { version, changedAtMs, value }, keptForMs }], without a version where there was no record, with next null
-- where the record goes, and without next where it stays. Where nothing was done, `records` are those that are there. Whatever the answer rests on, a synchronous
-- standby has once the transaction is done.
CREATE FUNCTION outdial.ledger_write(
  writes json,
  record_format smallint,
  is_timely boolean,
  now_ms double precision,
  OUT done boolean,
  OUT records json
)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  now_at CONSTANT timestamptz := to_timestamp(now_ms / 1000);
  has_written boolean := false;
  write json;
  found_version text;
  expires timestamptz;
  changed bigint;
BEGIN
  done := is_timely;
  FOR write IN SELECT json_array_elements(writes) LOOP
    EXIT WHEN NOT done;
    SELECT version INTO found_version
    FROM outdial.ledger
    WHERE kind = write -> 'key' ->> 'kind' AND id = write -> 'key' ->> 'id' AND expires_at > now_at;
    done := found_version IS NOT DISTINCT FROM write ->> 'version';
  END LOOP;

  FOR write IN SELECT json_array_elements(writes) LOOP
    EXIT WHEN NOT done;
    CONTINUE WHEN write -> 'next' IS NULL;
    -- In whole minutes, for most changes of a call then leave the index as it is.
    expires := to_timestamp(ceil((now_ms + coalesce((write ->> 'keptForMs')::double precision, 1)) / 60000) * 60);
    IF json_typeof(write -> 'next') = 'null' THEN
      CONTINUE WHEN write ->> 'version' IS NULL;
      DELETE FROM outdial.ledger
      WHERE kind = write -> 'key' ->> 'kind' AND id = write -> 'key' ->> 'id' AND version = write ->> 'version';
    ELSIF write ->> 'version' IS NULL THEN
      INSERT INTO outdial.ledger AS old (kind, id, format, version, changed_at_ms, value, expires_at)
      VALUES (
        write -> 'key' ->> 'kind', write -> 'key' ->> 'id', record_format, write -> 'next' ->> 'version',
        (write -> 'next' ->> 'changedAtMs')::double precision, write -> 'next' -> 'value', expires
      )
      -- What is over has not been deleted yet.
      ON CONFLICT (kind, id) DO UPDATE
      SET format = excluded.format, version = excluded.version, changed_at_ms = excluded.changed_at_ms, value = excluded.value,
        expires_at = excluded.expires_at
      WHERE old.expires_at <= now_at;
    ELSE
      UPDATE outdial.ledger
      SET format = record_format, version = write -> 'next' ->> 'version',
        changed_at_ms = (write -> 'next' ->> 'changedAtMs')::double precision, value = write -> 'next' -> 'value', expires_at = expires
      WHERE kind = write -> 'key' ->> 'kind' AND id = write -> 'key' ->> 'id' AND version = write ->> 'version';
    END IF;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> 1 THEN
      RAISE EXCEPTION 'a record was changed by somebody who does not lock its key' USING ERRCODE = 'serialization_failure';
    END IF;
    has_written := true;
  END LOOP;

  IF NOT done THEN
    SELECT json_agg(outdial.ledger_record(one -> 'key' ->> 'kind', one -> 'key' ->> 'id', now_ms) ORDER BY at)
    INTO records
    FROM json_array_elements(writes) WITH ORDINALITY AS asked (one, at);
  END IF;

  -- A transaction that changes no row waits for no standby, also where it notifies; what it read may be on this server alone. The lock of a row is written and waited for.
  FOR write IN SELECT json_array_elements(writes) LOOP
    EXIT WHEN has_written;
    PERFORM FROM outdial.ledger
    WHERE kind = write -> 'key' ->> 'kind' AND id = write -> 'key' ->> 'id' AND expires_at > now_at
    FOR KEY SHARE;
  END LOOP;
END
$$;

-- Makes several changes that have nothing to do with each other, each of them or none of it, in one transaction: one commit of the server, and one wait for a standby, for all.
-- `commits`: [{ writes, computedAtMs }]; one row for each, in their order. The time that a change was computed with may be so far behind, and ahead.
CREATE FUNCTION outdial.ledger_commit_all(
  commits json,
  record_format smallint,
  most_behind_ms double precision,
  most_ahead_ms double precision,
  given_now_ms double precision,
  OUT done boolean,
  OUT now_ms double precision,
  OUT records json
)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one json;
  behind_ms double precision;
BEGIN
  PERFORM outdial.ledger_lock((
    SELECT json_agg(write)
    FROM json_array_elements(commits) AS entry, json_array_elements(entry -> 'writes') AS write
  ));
  now_ms := outdial.ledger_now_ms(given_now_ms);
  FOR one IN SELECT json_array_elements(commits) LOOP
    behind_ms := now_ms - (one ->> 'computedAtMs')::double precision;
    SELECT written.done, written.records INTO done, records
    FROM outdial.ledger_write(one -> 'writes', record_format, behind_ms BETWEEN -most_ahead_ms AND most_behind_ms, now_ms) AS written;
    RETURN NEXT;
  END LOOP;
END
$$;

-- For gateways that were not updated yet.
CREATE OR REPLACE FUNCTION outdial.ledger_commit(
  writes json,
  record_format smallint,
  computed_at_ms double precision,
  stale_after_ms double precision,
  notified_ids text[],
  given_now_ms double precision,
  OUT done boolean,
  OUT now_ms double precision,
  OUT records json
)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM outdial.ledger_lock(writes);
  now_ms := outdial.ledger_now_ms(given_now_ms);
  SELECT written.done, written.records INTO done, records
  FROM outdial.ledger_write(writes, record_format, abs(now_ms - computed_at_ms) <= stale_after_ms, now_ms) AS written;
  IF done THEN
    PERFORM pg_notify('outdial_ledger', one) FROM unnest(notified_ids) AS one;
  END IF;
END
$$;

REVOKE ALL ON FUNCTION outdial.ledger_lock, outdial.ledger_write, outdial.ledger_commit_all FROM PUBLIC;
