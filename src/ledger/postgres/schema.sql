-- What the migrations make. UPDATE_SCHEMA=true npm test -- test/ledger/migrations.test.ts writes it.

CREATE SCHEMA outdial;

CREATE FUNCTION outdial.ledger_append(entries json, now_ms double precision) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  appended bigint;
BEGIN
  INSERT INTO outdial.decisions (
    id, at, expires_at, phase, call, tenant, is_allowed, reasons, policy_version, policy_hash, time_zone_version, numbers_version, region, line_type,
    of, outcome, contact_id, detail, subject, number_hash
  )
  SELECT
    id, to_timestamp(now_ms / 1000), to_timestamp(ceil((now_ms + "keptForMs") / 60000) * 60), phase, call, tenant, "isAllowed", reasons, "policyVersion",
    "policyHash", "timeZoneVersion", "numbersVersion", region, "lineType", of, outcome, "contactId", detail, subject, "numberHash"
  FROM json_to_recordset(entries) AS entry (
    id uuid, "keptForMs" double precision, phase text, call text, tenant text, "isAllowed" boolean, reasons text[], "policyVersion" text, "policyHash" text,
    "timeZoneVersion" text, "numbersVersion" text, region text, "lineType" text, of uuid, outcome text, "contactId" text, detail jsonb, subject text,
    "numberHash" text
  )
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS appended = ROW_COUNT;
  IF appended < json_array_length(entries) THEN
    -- A row that was there may be on this server alone. Its lock is written and waited for.
    PERFORM FROM outdial.decisions
    WHERE id IN (SELECT (entry ->> 'id')::uuid FROM json_array_elements(entries) AS entry)
    FOR KEY SHARE;
  END IF;
END
$$;

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
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
  one json;
  behind_ms double precision;
  stands record;
BEGIN
  PERFORM outdial.ledger_lock((
    SELECT json_agg(locked)
    FROM json_array_elements(commits) AS entry,
      LATERAL (
        SELECT write AS locked FROM json_array_elements(entry -> 'writes') AS write
        UNION ALL
        SELECT json_build_object('key', json_build_object('kind', 'count', 'id', step ->> 'id'))
        FROM json_array_elements(coalesce(entry -> 'counts', '[]')) AS step
        UNION ALL
        SELECT json_build_object('key', json_build_object('kind', 'call', 'id', decision ->> 'call'), 'next', decision ->> 'id')
        FROM json_array_elements(coalesce(entry -> 'decisions', '[]')) AS decision
      ) AS locks
  ));
  now_ms := outdial.ledger_now_ms(given_now_ms);
  FOR one IN SELECT json_array_elements(commits) LOOP
    behind_ms := now_ms - (one ->> 'computedAtMs')::double precision;
    IF one -> 'counts' IS NULL THEN
      SELECT written.done, written.records INTO done, records
      FROM outdial.ledger_write(one -> 'writes', record_format, behind_ms BETWEEN -most_ahead_ms AND most_behind_ms, now_ms) AS written;
    ELSE
      SELECT * INTO stands FROM outdial.ledger_counted(one -> 'counts', now_ms);
      SELECT written.done, json_build_object('records', written.records, 'counted', stands.counted) INTO done, records
      FROM outdial.ledger_write(
        one -> 'writes', record_format, NOT stands.is_full AND behind_ms BETWEEN -most_ahead_ms AND most_behind_ms, now_ms
      ) AS written;
      IF done THEN
        PERFORM outdial.ledger_count(one -> 'counts', now_ms);
      END IF;
    END IF;
    IF done AND one -> 'decisions' IS NOT NULL THEN
      PERFORM outdial.ledger_append(one -> 'decisions', now_ms);
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

CREATE FUNCTION outdial.ledger_count(counts json, now_ms double precision) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  step json;
  does text;
  at_time double precision;
  kept_ms double precision;
  gone record;
  at_position bigint;
BEGIN
  FOR step IN SELECT json_array_elements(counts) LOOP
    does := step ->> 'does';
    at_time := now_ms + CASE does WHEN 'hold' THEN (step ->> 'holdMs')::double precision ELSE 0 END;
    -- For as long as the last one that was dialed was to be kept, where that is longer: a shorter window takes nothing from a longer one. In whole minutes, as it was rounded up.
    SELECT greatest((step ->> 'keptForMs')::double precision, max(floor((extract(epoch FROM last.expires_at) * 1000 - last.at_ms) / 60000) * 60000))
    INTO kept_ms
    FROM (
      SELECT expires_at, at_ms FROM outdial.counted_calls WHERE id = step ->> 'id' AND NOT is_held ORDER BY at_ms DESC, position DESC LIMIT 1
    ) AS last;
    -- It leaves its place: a call that is dialed again counts anew, and one that was dialed too long ago is held.
    DELETE FROM outdial.counted_calls
    WHERE id || ' ' || call = (step ->> 'id') || ' ' || (step ->> 'call')
      AND (does = 'release' OR NOT is_held AND (does = 'count' OR at_ms <= now_ms - kept_ms))
    RETURNING is_held, at_ms, position INTO gone;
    IF NOT gone.is_held THEN
      UPDATE outdial.counted_calls
      SET position = position - 1
      WHERE id = step ->> 'id' AND NOT is_held AND (at_ms, position) > (gone.at_ms, gone.position);
    END IF;
    CONTINUE WHEN does = 'release';
    at_position := NULL;
    IF does = 'count' THEN
      SELECT coalesce(
        (
          SELECT position + 1
          FROM outdial.counted_calls
          WHERE id = step ->> 'id' AND NOT is_held AND at_ms <= now_ms
          ORDER BY at_ms DESC, position DESC
          LIMIT 1
        ),
        (SELECT position FROM outdial.counted_calls WHERE id = step ->> 'id' AND NOT is_held ORDER BY at_ms, position LIMIT 1),
        1
      )
      INTO at_position;
      -- Only where the clock went back, as it may in a failover.
      UPDATE outdial.counted_calls SET position = position + 1 WHERE id = step ->> 'id' AND NOT is_held AND at_ms > now_ms;
    END IF;
    INSERT INTO outdial.counted_calls AS old (id, call, is_held, at_ms, expires_at, position)
    VALUES (
      step ->> 'id', step ->> 'call', does = 'hold', at_time,
      to_timestamp(ceil((at_time + CASE does WHEN 'hold' THEN 0 ELSE kept_ms END) / 60000) * 60), at_position
    )
    -- A call that was dialed stays so where it is held again while it counts, and one that is held for longer stays that.
    ON CONFLICT ((id || ' ' || call)) DO UPDATE
    SET is_held = excluded.is_held, at_ms = CASE WHEN excluded.is_held THEN greatest(old.at_ms, excluded.at_ms) ELSE excluded.at_ms END,
      expires_at = greatest(old.expires_at, excluded.expires_at), position = excluded.position
    WHERE old.is_held;
  END LOOP;
END
$$;

CREATE FUNCTION outdial.ledger_counted(counts json, now_ms double precision, OUT is_full boolean, OUT counted json) RETURNS record
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  SELECT coalesce(bool_or(step.is_full), false), coalesce(json_agg(step.limits ORDER BY step.at), '[]')
  INTO is_full, counted
  FROM (
    SELECT asked.at, bool_or(stands.calls >= stands.max) AS is_full,
      coalesce(json_agg(json_strip_nulls(json_build_object(
        'calls', stands.calls,
        'fewerAfterMs', CASE WHEN stands.calls >= stands.max AND stands.max > 0 THEN (
          -- So many of them must stop to count.
          SELECT ends.after_ms
          FROM (
            SELECT at_ms - now_ms AS after_ms
            FROM outdial.counted_calls
            WHERE id = asked.step ->> 'id' AND is_held AND at_ms > now_ms AND call <> asked.step ->> 'call'
            UNION ALL
            (
              SELECT at_ms + stands.within_ms - now_ms
              FROM outdial.counted_calls
              WHERE id = asked.step ->> 'id' AND NOT is_held AND at_ms > now_ms - stands.within_ms AND call <> asked.step ->> 'call'
              ORDER BY at_ms, position
              LIMIT stands.calls - stands.max + 1
            )
          ) AS ends
          ORDER BY ends.after_ms
          OFFSET stands.calls - stands.max
          LIMIT 1
        ) END
      )) ORDER BY stands.at) FILTER (WHERE stands.at IS NOT NULL), '[]') AS limits
    FROM json_array_elements(counts) WITH ORDINALITY AS asked (step, at)
    CROSS JOIN LATERAL (
      SELECT count(*) AS calls
      FROM outdial.counted_calls
      WHERE id = asked.step ->> 'id' AND is_held AND at_ms > now_ms AND call <> asked.step ->> 'call'
    ) AS held
    LEFT JOIN LATERAL (
      SELECT position
      FROM outdial.counted_calls
      WHERE id = asked.step ->> 'id' AND NOT is_held
      ORDER BY at_ms DESC, position DESC
      LIMIT 1
    ) AS last ON true
    LEFT JOIN outdial.counted_calls AS own ON own.id || ' ' || own.call = (asked.step ->> 'id') || ' ' || (asked.step ->> 'call') AND NOT own.is_held
    LEFT JOIN LATERAL (
      SELECT limits.at, limits.max, limits.within_ms,
        held.calls + coalesce(last.position - first.position + 1, 0) - coalesce(own.at_ms > now_ms - limits.within_ms, false)::int AS calls
      FROM (
        SELECT at, (asked_limit ->> 'max')::bigint AS max, (asked_limit ->> 'withinMs')::double precision AS within_ms
        FROM json_array_elements(coalesce(asked.step -> 'limits', '[]')) WITH ORDINALITY AS all_limits (asked_limit, at)
      ) AS limits
      LEFT JOIN LATERAL (
        SELECT position
        FROM outdial.counted_calls
        WHERE id = asked.step ->> 'id' AND NOT is_held AND at_ms > now_ms - limits.within_ms
        ORDER BY at_ms, position
        LIMIT 1
      ) AS first ON true
    ) AS stands ON true
    GROUP BY asked.at
  ) AS step;
END
$$;

CREATE FUNCTION outdial.ledger_delete_expired(most integer, given_now_ms double precision) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  -- Nobody who found a record there is still about to change it.
  over_at CONSTANT timestamptz := to_timestamp(outdial.ledger_now_ms(given_now_ms) / 1000) - interval '1 minute';
  deleted bigint;
  of_counts bigint;
  of_decisions bigint;
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
  DELETE FROM outdial.counted_calls
  WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM outdial.counted_calls
    WHERE expires_at < over_at
    ORDER BY expires_at
    LIMIT most - deleted
    FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS of_counts = ROW_COUNT;
  DELETE FROM outdial.decisions
  WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM outdial.decisions
    WHERE expires_at < over_at
    ORDER BY expires_at
    LIMIT most - deleted - of_counts
    FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS of_decisions = ROW_COUNT;
  RETURN deleted + of_counts + of_decisions;
END
$$;

CREATE FUNCTION outdial.ledger_lock(writes json) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM CASE WHEN is_changed THEN pg_advisory_xact_lock(lock_id) ELSE pg_advisory_xact_lock_shared(lock_id) END
  FROM (
    SELECT
      hashtextextended((one -> 'key' ->> 'kind') || ':' || (one -> 'key' ->> 'id'), 0) AS lock_id,
      bool_or(one -> 'next' IS NOT NULL OR one -> 'key' ->> 'kind' = 'count') AS is_changed
    FROM json_array_elements(writes) AS one
    GROUP BY lock_id
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

CREATE TABLE outdial.counted_calls (
    id text NOT NULL,
    call text NOT NULL,
    is_held boolean NOT NULL,
    at_ms double precision NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    "position" bigint
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.02');

CREATE TABLE outdial.decisions (
    "position" bigint NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    phase text NOT NULL,
    call text NOT NULL,
    tenant text NOT NULL,
    is_allowed boolean,
    reasons text[],
    policy_version text,
    policy_hash text,
    time_zone_version text,
    numbers_version text,
    region text,
    line_type text,
    of uuid,
    outcome text,
    contact_id text,
    detail jsonb NOT NULL,
    subject text,
    number_hash text,
    writer text,
    sequence bigint
)
WITH (autovacuum_vacuum_scale_factor='0.02');

ALTER TABLE outdial.decisions ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME outdial.decisions_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE outdial.migrations (
    id integer NOT NULL,
    name text NOT NULL,
    ran_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY outdial.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY outdial.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (kind, id);

ALTER TABLE ONLY outdial.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (id);

CREATE INDEX counted_calls_at ON outdial.counted_calls USING btree (id, is_held, at_ms, "position");

CREATE UNIQUE INDEX counted_calls_call ON outdial.counted_calls USING btree ((((id || ' '::text) || call)));

CREATE INDEX counted_calls_expires_at ON outdial.counted_calls USING btree (expires_at);

CREATE INDEX decisions_call ON outdial.decisions USING btree (call);

CREATE INDEX decisions_contact_id ON outdial.decisions USING btree (contact_id) WHERE (contact_id IS NOT NULL);

CREATE INDEX decisions_expires_at ON outdial.decisions USING btree (expires_at);

CREATE INDEX decisions_number_hash ON outdial.decisions USING btree (number_hash) WHERE (number_hash IS NOT NULL);

CREATE INDEX decisions_subject_at ON outdial.decisions USING btree (subject, at) WHERE (subject IS NOT NULL);

CREATE INDEX decisions_tenant_at ON outdial.decisions USING btree (tenant, at);

CREATE INDEX ledger_expires_at ON outdial.ledger USING btree (expires_at);

REVOKE ALL ON FUNCTION outdial.ledger_append(entries json, now_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_commit(writes json, record_format smallint, computed_at_ms double precision, stale_after_ms double precision, notified_ids text[], given_now_ms double precision, OUT done boolean, OUT now_ms double precision, OUT records json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_commit_all(commits json, record_format smallint, most_behind_ms double precision, most_ahead_ms double precision, given_now_ms double precision, OUT done boolean, OUT now_ms double precision, OUT records json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_count(counts json, now_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_counted(counts json, now_ms double precision, OUT is_full boolean, OUT counted json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_delete_expired(most integer, given_now_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_lock(writes json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_now_ms(given_now_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_read(keys json, given_now_ms double precision, OUT now_ms double precision, OUT records json) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_record(asked_kind text, asked_id text, at_ms double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION outdial.ledger_write(writes json, record_format smallint, is_timely boolean, now_ms double precision, OUT done boolean, OUT records json) FROM PUBLIC;
