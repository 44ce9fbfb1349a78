-- Templates and letters. A new service: there is no old binary to survive.

-- Published wordings, the same for all jobcenters: loaded by `lotse migrate`, never changed.
CREATE TABLE templates (
    code text NOT NULL,
    version integer NOT NULL CONSTRAINT templates_version CHECK (version > 0),
    kind text NOT NULL CONSTRAINT templates_kind CHECK (kind IN ('REVIEW_INVITATION', 'CLOSING')),
    title text NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT templates_pkey PRIMARY KEY (code, version)
);

DO $$
BEGIN
    EXECUTE format('GRANT SELECT ON templates TO lotse_%s', current_schema());
END
$$;

-- Letters to the person of a case: dates, codes, sizes and digests. Content is under encryption only, names and addresses never.
CREATE TABLE letters (
    jobcenter_id text NOT NULL,
    case_id uuid NOT NULL,
    letter_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT letters_kind CHECK (kind IN ('REVIEW_INVITATION', 'CLOSING')),
    cause text NOT NULL,
    -- A procedure wanted it: then there is one per cause, kind and issue. An episode that was reopened ends again, which is the next issue.
    wanted_issue integer CONSTRAINT letters_wanted_issue CHECK (wanted_issue > 0),
    state text NOT NULL CONSTRAINT letters_state CHECK (state IN ('REQUESTED', 'RENDERED', 'READY_TO_POST', 'POSTED', 'FAILED')),
    version bigint NOT NULL CONSTRAINT letters_version CHECK (version > 0),
    event_seq bigint NOT NULL CONSTRAINT letters_event_seq CHECK (event_seq >= 0),
    draft_ciphertext bytea,
    draft_key_id text,
    draft_key bytea,
    template_code text,
    template_version integer,
    written_on date,
    officer_id uuid,
    file_object text,
    file_key_id text,
    file_key bytea,
    file_size_bytes bigint,
    file_sha256 bytea CONSTRAINT letters_file_sha256 CHECK (octet_length(file_sha256) = 32),
    offered_on date,
    reminders integer NOT NULL CONSTRAINT letters_reminders CHECK (reminders >= 0),
    posted_on date,
    deemed_notice_on date,
    -- By which version of the rule that day was computed; the day of the posting chose it.
    notice_rule_version text,
    failure text CONSTRAINT letters_failure CHECK (failure IN ('FIELDS_NOT_PRINTABLE', 'FACTS_MISSING', 'TEMPLATE_FAULTY')),
    created_at timestamptz NOT NULL,
    CONSTRAINT letters_pkey PRIMARY KEY (jobcenter_id, letter_id),
    CONSTRAINT letters_template_fkey FOREIGN KEY (template_code, template_version) REFERENCES templates (code, version),
    -- What somebody wrote lies here only until the letter is made.
    CONSTRAINT letters_draft_while_requested CHECK (
        num_nonnulls(draft_ciphertext, draft_key_id, draft_key) = CASE WHEN state = 'REQUESTED' THEN 3 ELSE 0 END
    ),
    CONSTRAINT letters_file_once_rendered CHECK (
        num_nonnulls(template_code, template_version, written_on, file_object, file_key_id, file_key, file_size_bytes, file_sha256)
        = CASE WHEN state IN ('RENDERED', 'READY_TO_POST', 'POSTED') THEN 8 ELSE 0 END
    ),
    -- Who posts it, or repairs why it failed, when that is known.
    CONSTRAINT letters_officer_once_rendered CHECK (
        CASE state
            WHEN 'REQUESTED' THEN officer_id IS NULL
            WHEN 'FAILED' THEN true
            ELSE officer_id IS NOT NULL
        END
    ),
    CONSTRAINT letters_offer_once_ready CHECK ((state IN ('READY_TO_POST', 'POSTED')) = (offered_on IS NOT NULL)),
    CONSTRAINT letters_posting_once_posted CHECK (
        num_nonnulls(posted_on, deemed_notice_on, notice_rule_version) = CASE WHEN state = 'POSTED' THEN 3 ELSE 0 END
    ),
    CONSTRAINT letters_failure_once_failed CHECK ((state = 'FAILED') = (failure IS NOT NULL))
);
CREATE UNIQUE INDEX letters_wanted_once ON letters (jobcenter_id, cause, kind, wanted_issue) WHERE wanted_issue IS NOT NULL;
-- Those that lie in the post room.
CREATE INDEX letters_waiting ON letters (jobcenter_id, letter_id) WHERE state = 'READY_TO_POST';
CREATE INDEX letters_by_case ON letters (jobcenter_id, case_id, created_at DESC, letter_id DESC);
SELECT tenant_table('letters', 'SELECT, INSERT, UPDATE');

-- `lotse reconcile` starts every open delivery again, as the relay's role: it sees which letters are open in the cell, and of them
-- nothing but their ids.
DO $$
BEGIN
    EXECUTE format(
        'CREATE POLICY reconcile ON letters FOR SELECT TO lotse_%s_relay USING (state IN (''REQUESTED'', ''RENDERED'', ''READY_TO_POST''))',
        current_schema()
    );
    EXECUTE format('GRANT SELECT (jobcenter_id, case_id, letter_id, state) ON letters TO lotse_%s_relay', current_schema());
END
$$;
