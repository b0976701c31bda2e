-- What was decided of each call, by what data, and what became of it: rows that are appended with the change of the call's record. `position` is their order, also where a clock went back.
CREATE TABLE outdial.decisions (
  position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
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
  -- Personal, and the only columns that ever change: null once they are erased.
  subject text,
  number_hash text,
  -- For a chain of hashes; null so far.
  writer text,
  sequence bigint
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX decisions_call ON outdial.decisions (call);
CREATE INDEX decisions_tenant_at ON outdial.decisions (tenant, at);
CREATE INDEX decisions_subject_at ON outdial.decisions (subject, at) WHERE subject IS NOT NULL;
CREATE INDEX decisions_number_hash ON outdial.decisions (number_hash) WHERE number_hash IS NOT NULL;
CREATE INDEX decisions_contact_id ON outdial.decisions (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX decisions_expires_at ON outdial.decisions (expires_at);

-- Appends rows of calls whose keys are locked. A row whose id is there already is left as it is.
CREATE FUNCTION outdial.ledger_append(entries json, now_ms double precision)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
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

CREATE OR REPLACE FUNCTION outdial.ledger_delete_expired(most integer, given_now_ms double precision)
RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
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

REVOKE ALL ON FUNCTION outdial.ledger_append FROM PUBLIC;

-- Whoever uses the ledger may append decisions, and change nothing of them but what is personal.
DO $$
DECLARE
  grantee regrole;
BEGIN
  FOR grantee IN
    SELECT DISTINCT acl.grantee::regrole
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE pg_class.oid = 'outdial.ledger'::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee <> 0
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, DELETE, UPDATE (subject, number_hash) ON outdial.decisions TO %s', grantee);
    EXECUTE format('GRANT EXECUTE ON FUNCTION outdial.ledger_append TO %s', grantee);
  END LOOP;
END
$$;
