-- Locks the keys of changes until the transaction is done, also where a key has no row yet. Everybody locks in one order, so that nobody waits in a circle. A record that stays as it is, as the
-- pauses do that every call checks, is locked against changes alone, so that calls do not wait for each other. Counts are changed, and have no `next`.
CREATE OR REPLACE FUNCTION outdial.ledger_lock(writes json)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
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
