-- Providers, their offers, referrals and reports. A new service: there is no old binary to survive.

CREATE TABLE providers (
    jobcenter_id text NOT NULL,
    provider_id uuid NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    display_name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    address_lines text[] NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT providers_pkey PRIMARY KEY (jobcenter_id, provider_id),
    CONSTRAINT providers_display_name UNIQUE (jobcenter_id, display_name)
);
SELECT tenant_table('providers', 'SELECT, INSERT');

CREATE TABLE offers (
    jobcenter_id text NOT NULL,
    provider_id uuid NOT NULL,
    offer_id uuid NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    title text NOT NULL,
    service_type text NOT NULL CONSTRAINT offers_service_type CHECK (service_type IN (
        'CHILDCARE', 'CARE_OF_RELATIVES', 'DEBT_COUNSELLING', 'PSYCHOSOCIAL_CARE', 'ADDICTION_COUNSELLING',
        'HOUSING_ADVICE', 'LIFE_ADVICE', 'HEALTH_ADVICE', 'ACTIVATION', 'HOLISTIC_SUPPORT', 'OTHER'
    )),
    legal_basis text NOT NULL,
    places integer NOT NULL CONSTRAINT offers_places CHECK (places >= 0),
    waiting_weeks integer NOT NULL CONSTRAINT offers_waiting_weeks CHECK (waiting_weeks >= 0),
    created_at timestamptz NOT NULL,
    CONSTRAINT offers_pkey PRIMARY KEY (jobcenter_id, offer_id),
    CONSTRAINT offers_provider_fkey FOREIGN KEY (jobcenter_id, provider_id) REFERENCES providers (jobcenter_id, provider_id)
);
CREATE INDEX offers_by_provider ON offers (jobcenter_id, provider_id, offer_id DESC);
SELECT tenant_table('offers', 'SELECT, INSERT');

-- Referrals: dates and codes only. What a provider writes in words belongs into documents, under encryption.
CREATE TABLE referrals (
    jobcenter_id text NOT NULL,
    case_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    version bigint NOT NULL CONSTRAINT referrals_version CHECK (version > 0),
    event_seq bigint NOT NULL CONSTRAINT referrals_event_seq CHECK (event_seq >= 0),
    provider_id uuid NOT NULL,
    offer_id uuid NOT NULL,
    episode_id uuid NOT NULL,
    report_interval_months integer
        CONSTRAINT referrals_report_interval_months CHECK (report_interval_months BETWEEN 1 AND 6),
    -- The step of the plan that it is part of, by the keys of the goal and of the step within it.
    goal_key text,
    step_key text,
    unmet_need text CONSTRAINT referrals_unmet_need CHECK (unmet_need IN ('NO_OFFER', 'NO_PLACE', 'NO_MONEY', 'NO_ANSWER')),
    -- By which version of the rule time noted that no answer had come in time; the day of the sending chose it.
    silence_rule_version text,
    state text NOT NULL CONSTRAINT referrals_state CHECK (state IN (
        'DRAFT', 'SENT', 'NO_ANSWER', 'ACCEPTED', 'DECLINED', 'RUNNING', 'REPORT_DUE', 'COMPLETED', 'BROKEN_OFF', 'REVOKED'
    )),
    sent_on date,
    answered_on date,
    started_on date,
    -- The day of completion, break-off or revocation; a refusal ends on the day of its answer.
    closed_on date,
    reports integer NOT NULL CONSTRAINT referrals_reports CHECK (reports >= 0),
    -- Of the last report that was asked for and came: by when it was due, when it came, and by which version of the rule it was due; the
    -- first day of the service chose that.
    last_report_due_on date,
    last_report_on date,
    last_report_rule_version text,
    escalations integer NOT NULL CONSTRAINT referrals_escalations CHECK (escalations >= 0),
    last_escalated_on date,
    -- Why or with what it ended: the code belongs to the state.
    outcome text,
    created_at timestamptz NOT NULL,
    CONSTRAINT referrals_pkey PRIMARY KEY (jobcenter_id, referral_id),
    CONSTRAINT referrals_offer_fkey FOREIGN KEY (jobcenter_id, offer_id) REFERENCES offers (jobcenter_id, offer_id),
    CONSTRAINT referrals_plan_step CHECK ((goal_key IS NULL) = (step_key IS NULL)),
    CONSTRAINT referrals_sent CHECK (state IN ('DRAFT', 'REVOKED') OR sent_on IS NOT NULL),
    CONSTRAINT referrals_answered CHECK (
        state = 'REVOKED' OR (state IN ('DRAFT', 'SENT', 'NO_ANSWER')) = (answered_on IS NULL)
    ),
    CONSTRAINT referrals_started CHECK (
        (state IN ('RUNNING', 'REPORT_DUE', 'COMPLETED', 'BROKEN_OFF')) = (started_on IS NOT NULL)
    ),
    CONSTRAINT referrals_days CHECK (
        (answered_on IS NULL OR answered_on >= sent_on) AND (started_on IS NULL OR started_on >= answered_on)
    ),
    CONSTRAINT referrals_last_report CHECK (
        num_nonnulls(last_report_due_on, last_report_on, last_report_rule_version) = CASE WHEN reports > 0 THEN 3 ELSE 0 END
    ),
    CONSTRAINT referrals_closed CHECK ((state IN ('COMPLETED', 'BROKEN_OFF', 'REVOKED')) = (closed_on IS NOT NULL)),
    CONSTRAINT referrals_escalated CHECK (
        CASE state WHEN 'NO_ANSWER' THEN escalations > 0 WHEN 'REPORT_DUE' THEN true ELSE escalations = 0 END
        AND (escalations > 0) = (last_escalated_on IS NOT NULL)
    ),
    -- Without coalesce a missing outcome would be unknown, and so allowed.
    CONSTRAINT referrals_outcome CHECK (coalesce(
        CASE state
            WHEN 'DECLINED' THEN outcome IN ('NO_PLACE', 'WAITING_TOO_LONG', 'NOT_SUITABLE', 'NO_MONEY', 'OTHER')
            WHEN 'COMPLETED' THEN outcome IN ('ATTAINED', 'PARTLY_ATTAINED', 'NOT_ATTAINED')
            WHEN 'BROKEN_OFF' THEN outcome IN ('PERSON', 'PROVIDER', 'JOBCENTER', 'WORK_STARTED', 'OTHER')
            WHEN 'REVOKED' THEN outcome IN ('NEED_GONE', 'OTHER_OFFER', 'PERSON_WITHDREW', 'EPISODE_ENDED', 'ERROR')
            ELSE outcome IS NULL
        END, false)
    ),
    CONSTRAINT referrals_unmet_need_told CHECK (state NOT IN ('DECLINED', 'NO_ANSWER') OR unmet_need IS NOT NULL),
    -- A late refusal replaces the unmet need; that nobody had answered in time stays.
    CONSTRAINT referrals_silence CHECK (
        CASE
            WHEN state IN ('DRAFT', 'SENT') THEN silence_rule_version IS NULL
            WHEN state = 'NO_ANSWER' OR unmet_need = 'NO_ANSWER' THEN silence_rule_version IS NOT NULL
            ELSE true
        END
    )
);
-- Those whose workflows wait for a date that is computed when it is asked for.
CREATE INDEX referrals_waiting ON referrals (jobcenter_id, referral_id) WHERE state IN ('SENT', 'NO_ANSWER', 'RUNNING', 'REPORT_DUE');
CREATE INDEX referrals_by_case ON referrals (jobcenter_id, case_id, referral_id DESC);
SELECT tenant_table('referrals', 'SELECT, INSERT, UPDATE');

-- `lotse reconcile` starts every open procedure again, as the relay's role: it sees which referrals wait for something in the cell,
-- and of them nothing but their ids.
DO $$
BEGIN
    EXECUTE format(
        'CREATE POLICY reconcile ON referrals FOR SELECT TO lotse_%s_relay '
        'USING (state IN (''SENT'', ''NO_ANSWER'', ''ACCEPTED'', ''RUNNING'', ''REPORT_DUE''))',
        current_schema()
    );
    EXECUTE format('GRANT SELECT (jobcenter_id, case_id, referral_id, state) ON referrals TO lotse_%s_relay', current_schema());
END
$$;

CREATE TABLE referral_reports (
    jobcenter_id text NOT NULL,
    report_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    -- Number of the asked report it settled; empty for one that came unasked.
    slot integer CONSTRAINT referral_reports_slot CHECK (slot > 0),
    received_on date NOT NULL,
    attendance text NOT NULL CONSTRAINT referral_reports_attendance CHECK (attendance IN ('REGULAR', 'IRREGULAR', 'NONE')),
    progress text NOT NULL CONSTRAINT referral_reports_progress CHECK (progress IN ('ON_TRACK', 'DELAYED', 'AT_RISK')),
    new_needs boolean NOT NULL,
    expected_end_on date,
    created_at timestamptz NOT NULL,
    CONSTRAINT referral_reports_pkey PRIMARY KEY (jobcenter_id, report_id),
    CONSTRAINT referral_reports_once UNIQUE (jobcenter_id, referral_id, slot),
    CONSTRAINT referral_reports_referral_fkey FOREIGN KEY (jobcenter_id, referral_id)
        REFERENCES referrals (jobcenter_id, referral_id)
);
SELECT tenant_table('referral_reports', 'SELECT, INSERT');
