-- Notices to staff and their delivery by e-mail. A new service: there is no old binary to survive.

-- What somebody was told: kinds, dates and names of resources, never the person of a case. The text stays as it was first written.
CREATE TABLE notices (
    notice_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    staff_member_id uuid NOT NULL,
    version bigint NOT NULL CONSTRAINT notices_version CHECK (version > 0),
    template text NOT NULL,
    cause_resource text NOT NULL,
    cause_code text NOT NULL,
    subjects text[] NOT NULL CONSTRAINT notices_subjects CHECK (cardinality(subjects) BETWEEN 1 AND 5),
    due_on date,
    title text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT notices_pkey PRIMARY KEY (notice_id),
    -- Exactly once: however often a procedure asks.
    CONSTRAINT notices_once UNIQUE (jobcenter_id, cause_resource, cause_code, staff_member_id)
);
CREATE INDEX notices_inbox ON notices (jobcenter_id, staff_member_id, notice_id DESC);
CREATE INDEX notices_unread ON notices (jobcenter_id, staff_member_id, notice_id DESC) WHERE read_at IS NULL;
SELECT tenant_table('notices', 'SELECT, INSERT, UPDATE');

-- One e-mail per notice, written in the same transaction. `created_at` is business time, everything else machine time.
CREATE TABLE deliveries (
    delivery_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    notice_id uuid NOT NULL REFERENCES notices,
    staff_member_id uuid NOT NULL,
    team text NOT NULL,
    address text NOT NULL,
    version bigint NOT NULL CONSTRAINT deliveries_version CHECK (version > 0),
    state text NOT NULL CONSTRAINT deliveries_state CHECK (state IN ('PENDING', 'SENT', 'FAILED')),
    attempts integer NOT NULL CONSTRAINT deliveries_attempts CHECK (attempts >= 0),
    last_error text CONSTRAINT deliveries_last_error CHECK (last_error IN (
        'UNREACHABLE', 'TIMEOUT', 'DEFERRED', 'NOT_PROTECTED', 'ACCOUNT_REFUSED', 'REJECTED', 'ADDRESS_INVALID',
        'MESSAGE_FAULTY'
    )),
    last_reply_code integer CONSTRAINT deliveries_last_reply_code CHECK (last_reply_code BETWEEN 200 AND 599),
    next_attempt_at timestamptz,
    claimed_until timestamptz,
    sent_at timestamptz,
    created_at timestamptz NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id),
    CONSTRAINT deliveries_notice UNIQUE (notice_id),
    CONSTRAINT deliveries_next_while_pending CHECK ((state = 'PENDING') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT deliveries_sent_once_sent CHECK ((state = 'SENT') = (sent_at IS NOT NULL)),
    CONSTRAINT deliveries_error_once_failed CHECK (state <> 'FAILED' OR last_error IS NOT NULL)
);
CREATE INDEX deliveries_list ON deliveries (jobcenter_id, delivery_id DESC);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'PENDING';
CREATE INDEX deliveries_failed ON deliveries (jobcenter_id, delivery_id DESC) WHERE state = 'FAILED';
SELECT tenant_table('deliveries', 'SELECT, INSERT, UPDATE');

-- The courier carries what is committed to the mail server, for all jobcenters, under the role that carries outboxes elsewhere.
DO $$
BEGIN
    EXECUTE format('CREATE POLICY courier ON deliveries TO lotse_%s_relay USING (true)', current_schema());
    EXECUTE format('CREATE POLICY courier ON notices FOR SELECT TO lotse_%s_relay USING (true)', current_schema());
    EXECUTE format('GRANT SELECT, UPDATE ON deliveries TO lotse_%s_relay', current_schema());
    EXECUTE format('GRANT SELECT (notice_id, jobcenter_id, subjects, title, body) ON notices TO lotse_%s_relay', current_schema());
END
$$;
