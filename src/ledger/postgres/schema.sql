-- What the migrations make. UPDATE_SCHEMA=true npm test -- test/ledger/migrations.test.ts writes it.

CREATE SCHEMA outdial;

CREATE FUNCTION outdial.ledger_commit(writes json, record_format smallint, computed_at_ms double precision, stale_after_ms double precision, notified_ids text[], given_now_ms double precision, OUT done boolean, OUT now_ms double precision, OUT records json) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION outdial.ledger_commit_all(commits json, record_format smallint, most_behind_ms double precision, most_ahead_ms double precision, given_now_ms double precision, OUT done boolean, OUT now_ms double precision, OUT records json) RETURNS SETOF record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION outdial.ledger_delete_expired(most integer, given_now_ms double precision) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  -- Nobody who found a record there is still about to change it.
  over_at CONSTANT timestamptz := to_timestamp(outdial.ledger_now_ms(given_now_ms) / 1000) - interval '1 minute';
  deleted bigint;
BEGIN
  DELETE FROM outdial.ledger
  WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM outdial.ledger
    WHERE expires_at < over_at
    ORDER BY expires_at
    LIMIT most
    FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END
$$;

CREATE FUNCTION outdial.ledger_lock(writes json) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(lock_id)
  FROM (
    SELECT DISTINCT hashtextextended((one -> 'key' ->> 'kind') || ':' || (one -> 'key' ->> 'id'), 0) AS lock_id
    FROM json_array_elements(writes) AS one
    ORDER BY lock_id
  ) AS locks;
END
$$;

CREATE FUNCTION outdial.ledger_now_ms(given_now_ms double precision) RETURNS double precision
    LANGUAGE sql
    RETURN COALESCE(given_now_ms, ((EXTRACT(epoch FROM clock_timestamp()))::double precision * (1000)::double precision));

CREATE FUNCTION outdial.ledger_read(keys json, given_now_ms double precision, OUT now_ms double precision, OUT records json) RETURNS record
    LANGUAGE plpgsql
    AS $$
BEGIN
  now_ms := outdial.ledger_now_ms(given_now_ms);
  SELECT coalesce(json_agg(outdial.ledger_record(key ->> 'kind', key ->> 'id', now_ms) ORDER BY at), '[]')
  INTO records
  FROM json_array_elements(keys) WITH ORDINALITY AS asked (key, at);
END
$$;

CREATE TABLE outdial.ledger (
    kind text NOT NULL,
    id text NOT NULL,
    format smallint NOT NULL,
    version text NOT NULL,
    changed_at_ms double precision NOT NULL,
    value json NOT NULL,
    expires_at timestamp with time zone NOT NULL
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.02');

CREATE FUNCTION outdial.ledger_record(asked_kind text, asked_id text, at_ms double precision) RETURNS json
    LANGUAGE sql
    RETURN (SELECT json_build_object('format', ledger.format, 'version', ledger.version, 'changedAtMs', ledger.changed_at_ms, 'value', ledger.value) AS json_build_object FROM outdial.ledger WHERE ((ledger.kind = ledger_record.asked_kind) AND (ledger.id = ledger_record.asked_id) AND (ledger.expires_at > to_timestamp((ledger_record.at_ms / (1000)::double precision)))));

CREATE FUNCTION outdial.ledger_write(writes json, record_format smallint, is_timely boolean, now_ms double precision, OUT done boolean, OUT records json) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE outdial.migrations (
    id integer NOT NULL,
    name text NOT NULL,
    ran_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY outdial.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (kind, id);

ALTER TABLE ONLY outdial.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (id);

CREATE INDEX ledger_expires_at ON outdial.ledger USING btree (expires_at);

REVOKE ALL ON FUNCTION outdial.ledger_commit(writes json, record_format smallint, computed_at_ms double precision, stale_after_ms double precision, notified_ids text[], given_now_ms double precision, OUT done boolean, OUT now_ms double precision, OUT records json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_commit_all(commits json, record_format smallint, most_behind_ms double precision, most_ahead_ms double precision, given_now_ms double precision, OUT done boolean, OUT now_ms double precision, OUT records json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_delete_expired(most integer, given_now_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_lock(writes json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_now_ms(given_now_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_read(keys json, given_now_ms double precision, OUT now_ms double precision, OUT records json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_record(asked_kind text, asked_id text, at_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_write(writes json, record_format smallint, is_timely boolean, now_ms double precision, OUT done boolean, OUT records json) FROM PUBLIC;
