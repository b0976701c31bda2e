-- Where calls are counted, such as those of a tenant to a number: who waits or is being sent counts until at_ms, who was dialed counts from at_ms on.
CREATE TABLE outdial.counted_calls (
  id text NOT NULL,
  call text NOT NULL,
  is_held boolean NOT NULL,
  at_ms double precision NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (id, call)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX counted_calls_at ON outdial.counted_calls (id, is_held, at_ms);
CREATE INDEX counted_calls_expires_at ON outdial.counted_calls (expires_at);

-- How the limits of each step stand: [[{ calls, fewerAfterMs }]], in the order of `counts`, and whether one is reached. `counts`:
-- [{ id, call, does: 'hold' | 'count' | 'release', holdMs, keptForMs, limits: [{ withinMs, max }] }]; a call does not count against itself.
CREATE FUNCTION outdial.ledger_counted(counts json, now_ms double precision, OUT is_full boolean, OUT counted json)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  SELECT coalesce(bool_or(step.is_full), false), coalesce(json_agg(step.limits ORDER BY step.at), '[]')
  INTO is_full, counted
  FROM (
    SELECT asked.at, bool_or(stands.calls >= stands.max) AS is_full,
      coalesce(json_agg(json_strip_nulls(json_build_object(
        'calls', stands.calls,
        'fewerAfterMs', CASE WHEN stands.calls >= stands.max AND stands.max > 0 THEN stands.ends_ms[stands.calls - stands.max + 1] END
      )) ORDER BY stands.at) FILTER (WHERE stands.at IS NOT NULL), '[]') AS limits
    FROM json_array_elements(counts) WITH ORDINALITY AS asked (step, at)
    LEFT JOIN LATERAL (
      SELECT limits.at, (asked_limit ->> 'max')::int AS max, count(ends.after_ms)::int AS calls,
        array_agg(ends.after_ms ORDER BY ends.after_ms) AS ends_ms
      FROM json_array_elements(coalesce(asked.step -> 'limits', '[]')) WITH ORDINALITY AS limits (asked_limit, at)
      LEFT JOIN LATERAL (
        SELECT at_ms + CASE WHEN is_held THEN 0 ELSE (asked_limit ->> 'withinMs')::double precision END - now_ms AS after_ms
        FROM outdial.counted_calls
        WHERE id = asked.step ->> 'id' AND call <> asked.step ->> 'call'
          AND at_ms > CASE WHEN is_held THEN now_ms ELSE now_ms - (asked_limit ->> 'withinMs')::double precision END
      ) AS ends ON true
      GROUP BY limits.at, asked_limit ->> 'max'
    ) AS stands ON true
    GROUP BY asked.at
  ) AS step;
END
$$;

-- Makes the steps, whose ids are locked.
CREATE FUNCTION outdial.ledger_count(counts json, now_ms double precision)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  step json;
  held boolean;
  at_time double precision;
  kept_ms double precision;
BEGIN
  FOR step IN SELECT json_array_elements(counts) LOOP
    IF step ->> 'does' = 'release' THEN
      DELETE FROM outdial.counted_calls WHERE id = step ->> 'id' AND call = step ->> 'call';
      CONTINUE;
    END IF;
    held := step ->> 'does' = 'hold';
    at_time := now_ms + CASE WHEN held THEN (step ->> 'holdMs')::double precision ELSE 0 END;
    -- For as long as the last one that was dialed was to be kept, where that is longer: a shorter window takes nothing from a longer one. In whole minutes, as it was rounded up.
    SELECT greatest((step ->> 'keptForMs')::double precision, max(floor((extract(epoch FROM last.expires_at) * 1000 - last.at_ms) / 60000) * 60000))
    INTO kept_ms
    FROM (
      SELECT expires_at, at_ms FROM outdial.counted_calls WHERE id = step ->> 'id' AND NOT is_held ORDER BY at_ms DESC LIMIT 1
    ) AS last;
    INSERT INTO outdial.counted_calls AS old (id, call, is_held, at_ms, expires_at)
    VALUES (
      step ->> 'id', step ->> 'call', held, at_time,
      to_timestamp(ceil((at_time + CASE WHEN held THEN 0 ELSE kept_ms END) / 60000) * 60)
    )
    -- A call that was dialed stays so where it is held again while it counts, and one that is held for longer stays that.
    ON CONFLICT (id, call) DO UPDATE
    SET is_held = excluded.is_held, at_ms = CASE WHEN excluded.is_held THEN greatest(old.at_ms, excluded.at_ms) ELSE excluded.at_ms END,
      expires_at = greatest(old.expires_at, excluded.expires_at)
    WHERE old.is_held OR NOT excluded.is_held OR old.at_ms <= now_ms - kept_ms;
  END LOOP;
END
$$;

-- As before; and a commit may have `counts` beside its writes. Where it was not made, `records` is then { records, counted }.
CREATE OR REPLACE FUNCTION outdial.ledger_commit_all(
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
    RETURN NEXT;
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION outdial.ledger_delete_expired(most integer, given_now_ms double precision)
RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  -- Nobody who found a record there is still about to change it.
  over_at CONSTANT timestamptz := to_timestamp(outdial.ledger_now_ms(given_now_ms) / 1000) - interval '1 minute';
  deleted bigint;
  of_counts bigint;
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
  RETURN deleted + of_counts;
END
$$;

REVOKE ALL ON FUNCTION outdial.ledger_counted, outdial.ledger_count FROM PUBLIC;

-- Whoever uses the ledger may count calls.
DO $$
DECLARE
  grantee regrole;
BEGIN
  FOR grantee IN
    SELECT DISTINCT acl.grantee::regrole
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE pg_class.oid = 'outdial.ledger'::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee <> 0
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outdial.counted_calls TO %s', grantee);
    EXECUTE format('GRANT EXECUTE ON FUNCTION outdial.ledger_counted, outdial.ledger_count TO %s', grantee);
  END LOOP;
END
$$;
