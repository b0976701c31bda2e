-- How many calls were dialed within a window is the distance of two of them: each has a `position` in the order of at_ms, without gaps. A step costs as much however many calls count.
ALTER TABLE outdial.counted_calls ADD COLUMN position bigint;

UPDATE outdial.counted_calls AS one
SET position = ordered.position
FROM (
  SELECT id, call, row_number() OVER (PARTITION BY id ORDER BY at_ms, call) AS position
  FROM outdial.counted_calls
  WHERE NOT is_held
) AS ordered
WHERE one.id = ordered.id AND one.call = ordered.call;

DROP INDEX outdial.counted_calls_at;
CREATE INDEX counted_calls_at ON outdial.counted_calls (id, is_held, at_ms, position);

-- One expression, so that no plan finds the calls of an id by it. A column would have the table rewritten, which looks empty then to what runs meanwhile.
ALTER TABLE outdial.counted_calls DROP CONSTRAINT counted_calls_pkey;
CREATE UNIQUE INDEX counted_calls_call ON outdial.counted_calls ((id || ' ' || call));

-- As before.
CREATE OR REPLACE FUNCTION outdial.ledger_counted(counts json, now_ms double precision, OUT is_full boolean, OUT counted json)
LANGUAGE plpgsql STABLE AS $$
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

-- As before, and keeps the positions.
CREATE OR REPLACE FUNCTION outdial.ledger_count(counts json, now_ms double precision)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
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

-- PostgreSQL guesses that there are a hundred counts with a hundred limits each, and compiles (JIT) for a twentieth of a second what takes a tenth of a millisecond. And a plan
-- is kept for as long as its connection, also one that was made while a table was empty: it must be good for a full one.
ALTER FUNCTION outdial.ledger_commit_all SET jit = off;
ALTER FUNCTION outdial.ledger_commit_all SET enable_seqscan = off;
ALTER FUNCTION outdial.ledger_commit_all SET enable_bitmapscan = off;
