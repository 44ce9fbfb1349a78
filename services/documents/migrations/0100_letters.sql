-- Templates and letters. A new service: there is no old binary to survive.

CREATE TABLE templates (
    code       text NOT NULL,
    version    integer NOT NULL,
    kind       text NOT NULL,
    title      text NOT NULL,
    source     text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT templates_pkey PRIMARY KEY (code, version),
    CONSTRAINT templates_kind_known CHECK (kind IN ('REVIEW_INVITATION', 'CLOSING')),
    CONSTRAINT templates_version_positive CHECK (version > 0)
);
COMMENT ON TABLE templates IS 'Published wordings, the same for all jobcenters; loaded by migrate, never changed.';

CREATE TABLE letters (
    jobcenter_id     text NOT NULL,
    letter_id        uuid NOT NULL,
    case_id          uuid NOT NULL,
    kind             text NOT NULL,
    cause            text NOT NULL,
    -- True when a procedure wanted it: then there is one per cause and kind.
    wanted           boolean NOT NULL,
    state            text NOT NULL,
    version          bigint NOT NULL,
    event_seq        bigint NOT NULL,
    draft_ciphertext bytea,
    draft_key_id     text,
    draft_key        bytea,
    template_code    text,
    template_version integer,
    written_on       date,
    officer_id       uuid,
    land             text,
    file_object      text,
    file_key_id      text,
    file_key         bytea,
    file_size_bytes  bigint,
    file_sha256      bytea,
    offered_on       date,
    reminders        integer NOT NULL,
    posted_on        date,
    deemed_notice_on date,
    failure          text,
    created_at       timestamptz NOT NULL,
    CONSTRAINT letters_pkey PRIMARY KEY (jobcenter_id, letter_id),
    CONSTRAINT letters_template_fkey FOREIGN KEY (template_code, template_version) REFERENCES templates (code, version),
    CONSTRAINT letters_kind_known CHECK (kind IN ('REVIEW_INVITATION', 'CLOSING')),
    CONSTRAINT letters_state_known CHECK (state IN ('REQUESTED', 'RENDERED', 'READY_TO_POST', 'POSTED', 'FAILED')),
    CONSTRAINT letters_failure_known
        CHECK (failure IN ('FIELDS_NOT_PRINTABLE', 'FACTS_MISSING', 'TEMPLATE_FAULTY')),
    -- What somebody wrote lies here only until the letter is made.
    CONSTRAINT letters_draft_while_requested
        CHECK ((state = 'REQUESTED') = (num_nonnulls(draft_ciphertext, draft_key_id, draft_key) = 3)
           AND num_nonnulls(draft_ciphertext, draft_key_id, draft_key) IN (0, 3)),
    CONSTRAINT letters_file_once_rendered
        CHECK (num_nonnulls(template_code, template_version, written_on, officer_id, land, file_object, file_key_id,
                            file_key, file_size_bytes, file_sha256)
               = CASE WHEN state IN ('RENDERED', 'READY_TO_POST', 'POSTED') THEN 10 ELSE 0 END),
    CONSTRAINT letters_offer_once_ready CHECK ((state IN ('READY_TO_POST', 'POSTED')) = (offered_on IS NOT NULL)),
    CONSTRAINT letters_posting_once_posted
        CHECK (num_nonnulls(posted_on, deemed_notice_on) = CASE WHEN state = 'POSTED' THEN 2 ELSE 0 END),
    CONSTRAINT letters_failure_once_failed CHECK ((state = 'FAILED') = (failure IS NOT NULL)),
    CONSTRAINT letters_digest_length CHECK (octet_length(file_sha256) = 32),
    CONSTRAINT letters_counts CHECK (version > 0 AND event_seq >= 0 AND reminders >= 0)
);
COMMENT ON TABLE letters IS 'Letters to the person of a case; content only under encryption, names and addresses never.';

CREATE UNIQUE INDEX letters_wanted_once ON letters (jobcenter_id, cause, kind) WHERE wanted;
CREATE INDEX letters_by_case ON letters (jobcenter_id, case_id, letter_id DESC);
CREATE INDEX letters_open ON letters (jobcenter_id, letter_id) WHERE state IN ('REQUESTED', 'RENDERED', 'READY_TO_POST');

ALTER TABLE letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE letters FORCE ROW LEVEL SECURITY;
CREATE POLICY letters_tenant ON letters
    USING (jobcenter_id = current_setting('lotse.jobcenter', true))
    WITH CHECK (jobcenter_id = current_setting('lotse.jobcenter', true));
