-- The tables every service has in its own schema: outbox, dead letters, idempotency keys, audit. And the one way to fence a tenant table.
-- Roles: lotse_<schema> serves commands and owns nothing; lotse_<schema>_relay carries the outbox and sees,
-- besides, what a service grants it by name: which procedures are open, and what its courier carries.

-- Fences a table: row-level security that binds the owner too, and the listed privileges for the service's role.
-- The tenant is the transaction's setting `lotse.jobcenter`; without it no row is visible.
CREATE FUNCTION tenant_table(fenced regclass, privileges text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', fenced);
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO lotse_%s USING (jobcenter_id = current_setting(''lotse.jobcenter'', true))',
        fenced, current_schema()
    );
    EXECUTE format('GRANT %s ON %s TO lotse_%s', privileges, fenced, current_schema());
END
$$;

-- Words of columns that every command writes are domains: PostgreSQL reads a table's CHECK anew for every statement, which costs as much
-- as the rest of a small insert, and keeps that of a domain.
CREATE DOMAIN outbox_kind AS text CONSTRAINT outbox_kind CHECK (VALUE IN ('start', 'signal'));
CREATE DOMAIN audit_outcome AS text CONSTRAINT audit_outcome CHECK (VALUE IN ('done', 'refused', 'read'));

-- What Temporal has still to hear, written in the transaction that changed the state; head rows leave first, per workflow.
CREATE TABLE outbox_events (
    workflow_id text NOT NULL,
    seq bigint NOT NULL,
    kind outbox_kind NOT NULL,
    jobcenter_id text NOT NULL,
    workflow_type text,
    task_queue text,
    signal_name text NOT NULL,
    payload jsonb NOT NULL,
    input jsonb,
    trace_context text,
    created_at timestamptz NOT NULL DEFAULT now(),
    available_at timestamptz NOT NULL DEFAULT now(),
    claimed_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    CONSTRAINT outbox_events_pkey PRIMARY KEY (workflow_id, seq),
    CONSTRAINT outbox_events_start CHECK (kind = 'signal' OR (workflow_type IS NOT NULL AND task_queue IS NOT NULL AND input IS NOT NULL))
);
CREATE INDEX outbox_events_available ON outbox_events (available_at);
SELECT tenant_table('outbox_events', 'INSERT');

CREATE TABLE dead_letters (
    LIKE outbox_events INCLUDING DEFAULTS,
    failed_at timestamptz NOT NULL,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (workflow_id, seq)
);
SELECT tenant_table('dead_letters', 'SELECT');

DO $$
BEGIN
    EXECUTE format('CREATE POLICY relay ON outbox_events TO lotse_%s_relay USING (true)', current_schema());
    EXECUTE format('CREATE POLICY relay ON dead_letters TO lotse_%s_relay USING (true)', current_schema());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_events, dead_letters TO lotse_%s_relay', current_schema());
END
$$;

-- A request seen before answers with the resource it made or changed (AIP-155).
CREATE TABLE idempotency_keys (
    jobcenter_id text NOT NULL,
    principal text NOT NULL,
    method text NOT NULL,
    request_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    resource text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (jobcenter_id, principal, method, request_id)
);
SELECT tenant_table('idempotency_keys', 'SELECT, INSERT');

-- Who did what on which ground; written once, never changed by a service.
CREATE TABLE audit_log (
    audit_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    actor_kind text NOT NULL,
    method text NOT NULL,
    resource text NOT NULL,
    outcome audit_outcome NOT NULL,
    legal_ground text NOT NULL,
    trace_id text NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (audit_id)
);
CREATE INDEX audit_log_resource ON audit_log (jobcenter_id, resource, at);
SELECT tenant_table('audit_log', 'INSERT');
