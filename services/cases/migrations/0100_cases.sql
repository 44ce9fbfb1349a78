-- Jobcenters, their staff, cases with dated profiles, episodes with their duties, and the timeline of each case.
-- Nothing is released: the first release squashes what changes until then.

CREATE TABLE jobcenters (
    jobcenter_id text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    display_name text NOT NULL,
    land text NOT NULL,
    municipality_key text,
    address_lines text[] NOT NULL,
    -- Teams for people under 25, each with the team that follows it (R125).
    youth_teams jsonb NOT NULL DEFAULT '[]',
    -- The last event that the workflow of the watch was sent; registration sends the first, which starts it.
    watch_seq bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    CONSTRAINT jobcenters_pkey PRIMARY KEY (jobcenter_id),
    CONSTRAINT jobcenters_land CHECK (land ~ '^[A-Z]{2}$'),
    CONSTRAINT jobcenters_municipality_key CHECK (municipality_key ~ '^[0-9]{8}$')
);
SELECT tenant_table('jobcenters', 'SELECT, INSERT, UPDATE');

CREATE TABLE staff_members (
    staff_member_id uuid NOT NULL,
    jobcenter_id text NOT NULL REFERENCES jobcenters,
    version bigint NOT NULL DEFAULT 1,
    subject text NOT NULL,
    display_name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    team text NOT NULL,
    functions text[] NOT NULL,
    -- Of a full post: the places of a case manager are counted by it (R168).
    full_time_percent integer NOT NULL DEFAULT 100 CONSTRAINT staff_members_full_time CHECK (full_time_percent BETWEEN 1 AND 100),
    created_at timestamptz NOT NULL,
    CONSTRAINT staff_members_pkey PRIMARY KEY (staff_member_id),
    -- For references that must stay within the tenant.
    CONSTRAINT staff_members_tenant UNIQUE (jobcenter_id, staff_member_id),
    CONSTRAINT staff_members_subject UNIQUE (jobcenter_id, subject)
);
CREATE INDEX staff_members_team ON staff_members (jobcenter_id, team, display_name, staff_member_id);
SELECT tenant_table('staff_members', 'SELECT, INSERT, UPDATE');

-- Versions of policies (R8). Those of the federation and of a Land have no jobcenter: `lotse migrate` loads them, every tenant reads
-- them, none writes them. What a version says is never changed; only its way to approval is written.
CREATE TABLE policies (
    policy_id uuid NOT NULL,
    jobcenter_id text REFERENCES jobcenters,
    land text,
    key text NOT NULL,
    number integer NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    state text NOT NULL CONSTRAINT policies_state CHECK (state IN ('DRAFT', 'VALIDATED', 'APPROVED', 'WITHDRAWN')),
    valid_from_on date NOT NULL,
    valid_to_on date,
    legal_basis text NOT NULL,
    unverified boolean NOT NULL DEFAULT false,
    note text NOT NULL,
    parameters jsonb NOT NULL,
    fact text NOT NULL,
    open_duties text NOT NULL,
    -- It sets nothing and ends what its jurisdiction set before.
    repeals boolean NOT NULL DEFAULT false,
    retroactive_reason text NOT NULL DEFAULT '',
    drafter_id uuid,
    approver_id uuid,
    approved_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT policies_pkey PRIMARY KEY (policy_id),
    -- Whoever drafts and approves is of the jobcenter whose version it is.
    CONSTRAINT policies_drafter FOREIGN KEY (jobcenter_id, drafter_id) REFERENCES staff_members (jobcenter_id, staff_member_id),
    CONSTRAINT policies_approver FOREIGN KEY (jobcenter_id, approver_id) REFERENCES staff_members (jobcenter_id, staff_member_id),
    CONSTRAINT policies_number UNIQUE NULLS NOT DISTINCT (jobcenter_id, land, key, number),
    CONSTRAINT policies_scope CHECK (jobcenter_id IS NULL OR (land IS NULL AND drafter_id IS NOT NULL)),
    CONSTRAINT policies_days CHECK (valid_from_on <= valid_to_on),
    CONSTRAINT policies_four_eyes CHECK (approver_id <> drafter_id),
    CONSTRAINT policies_approved CHECK (
        jobcenter_id IS NULL OR (state = 'APPROVED') = (approver_id IS NOT NULL AND approved_at IS NOT NULL)
    )
);

-- The way of a version, whoever writes it: no step is left out, and none leads back. What is approved was validated before.
CREATE FUNCTION policies_way() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (('DRAFT', 'VALIDATED'), ('VALIDATED', 'APPROVED'), ('DRAFT', 'WITHDRAWN'), ('VALIDATED', 'WITHDRAWN'))
    THEN
        RAISE EXCEPTION 'policies_way: a version does not go from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'policies_way';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER policies_way BEFORE UPDATE ON policies FOR EACH ROW EXECUTE FUNCTION policies_way();

-- A day belongs to one version. What is approved gives way to one that begins later and is approved after it; one that comes after it
-- may not name a last day that is taken already, unless by a repeal. Of those that begin on one day the highest number counts and the
-- others count no more, so that no constraint between two rows alone could tell.
CREATE FUNCTION policies_overlap() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF NEW.state <> 'APPROVED' THEN
        RETURN NEW;
    END IF;
    -- Of two at the same time the second one waits, and sees the first.
    PERFORM pg_advisory_xact_lock(hashtextextended(format('jobcenters/%s/policies/%s', NEW.jobcenter_id, NEW.key), 0));
    IF EXISTS (
        SELECT FROM policies other
        WHERE other.state = 'APPROVED'
          AND other.key = NEW.key
          AND other.jobcenter_id IS NOT DISTINCT FROM NEW.jobcenter_id
          AND other.land IS NOT DISTINCT FROM NEW.land
          AND NEW.valid_from_on < other.valid_from_on
          AND other.valid_from_on <= NEW.valid_to_on
          AND NOT other.repeals
          AND NOT EXISTS (
              SELECT FROM policies correction
              WHERE correction.state = 'APPROVED'
                AND correction.key = other.key
                AND correction.jobcenter_id IS NOT DISTINCT FROM other.jobcenter_id
                AND correction.land IS NOT DISTINCT FROM other.land
                AND correction.valid_from_on = other.valid_from_on
                AND correction.number > other.number
          )
    )
    THEN
        RAISE EXCEPTION 'policies_overlap: another version claims days of version % of %', NEW.number, NEW.key
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'policies_overlap';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER policies_overlap BEFORE INSERT OR UPDATE ON policies FOR EACH ROW EXECUTE FUNCTION policies_overlap();
SELECT tenant_table('policies', 'SELECT, INSERT, UPDATE (version, state, approver_id, approved_at)');
DO $$
BEGIN
    EXECUTE format('CREATE POLICY shipped ON policies FOR SELECT TO lotse_%s USING (jobcenter_id IS NULL)', current_schema());
    -- Whoever got hold of the service's role still cannot begin with an approved version.
    EXECUTE format(
        'CREATE POLICY drafted ON policies AS RESTRICTIVE FOR INSERT TO lotse_%s WITH CHECK (state = ''DRAFT'')',
        current_schema()
    );
    EXECUTE format(
        'CREATE POLICY settled ON policies AS RESTRICTIVE FOR UPDATE TO lotse_%s USING (state IN (''DRAFT'', ''VALIDATED'')) WITH CHECK (true)',
        current_schema()
    );
    -- The owner, who loads what a release ships, passes no wall but this one.
    EXECUTE format('CREATE POLICY release ON policies TO %I USING (jobcenter_id IS NULL)', current_user);
END
$$;

CREATE TABLE cases (
    case_id uuid NOT NULL,
    jobcenter_id text NOT NULL REFERENCES jobcenters,
    version bigint NOT NULL DEFAULT 1,
    given_name text NOT NULL,
    family_name text NOT NULL,
    born_on date NOT NULL,
    customer_number text NOT NULL,
    address_lines text[] NOT NULL,
    benefit_unit_number text NOT NULL,
    team text NOT NULL,
    placement_officer_id uuid NOT NULL REFERENCES staff_members,
    case_manager_id uuid REFERENCES staff_members,
    current_episode_id uuid,
    -- How often another officer became the one who leads, and what was decided on the team (R125).
    contact_changes integer NOT NULL DEFAULT 0,
    team_decisions jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    CONSTRAINT cases_pkey PRIMARY KEY (case_id),
    CONSTRAINT cases_customer_number UNIQUE (jobcenter_id, customer_number)
)
-- Every episode writes its case: a row with room on its page keeps its entries in all four indexes.
WITH (fillfactor = 80);
CREATE INDEX cases_team ON cases (jobcenter_id, team, case_id DESC);
CREATE INDEX cases_placement_officer ON cases (jobcenter_id, placement_officer_id, case_id DESC);
-- Members of a Bedarfsgemeinschaft are found by its number.
CREATE INDEX cases_benefit_unit ON cases (jobcenter_id, benefit_unit_number);
SELECT tenant_table('cases', 'SELECT, INSERT, UPDATE');

-- From here on a row belongs to a case, and through it to a registered jobcenter: a reference of its own would have every command
-- lock the one row of the jobcenter.

-- Dated profiles (R54): rows are added, never changed.
CREATE TABLE profiles (
    profile_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    case_id uuid NOT NULL REFERENCES cases,
    profile_type text NOT NULL,
    established_on date NOT NULL,
    needs jsonb NOT NULL,
    CONSTRAINT profiles_pkey PRIMARY KEY (profile_id)
);
CREATE INDEX profiles_case ON profiles (jobcenter_id, case_id, established_on DESC, profile_id DESC);
SELECT tenant_table('profiles', 'SELECT, INSERT');

-- What a case is found by, beside its numbers: a table of its own, so that the dear indexes of search are written when a case is registered
-- or profiled and not whenever an episode moves it. pg_trgm is a trusted extension: whoever owns the database may create it. It lies in
-- this schema, because no other service searches.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE case_search (
    case_id uuid NOT NULL REFERENCES cases,
    jobcenter_id text NOT NULL,
    team text NOT NULL,
    -- Folded: small letters without marks, words with one blank between them.
    names text NOT NULL,
    -- Of the latest profile, those that may be searched.
    needs text NOT NULL,
    words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('pg_catalog.german', needs)) STORED,
    CONSTRAINT case_search_pkey PRIMARY KEY (case_id)
);
CREATE INDEX case_search_team ON case_search (jobcenter_id, team);
-- What was written last waits in a list that every search reads: it is kept short.
CREATE INDEX case_search_names ON case_search USING gin (names gin_trgm_ops) WITH (gin_pending_list_limit = 64);
CREATE INDEX case_search_words ON case_search USING gin (words) WITH (gin_pending_list_limit = 64);
SELECT tenant_table('case_search', 'SELECT, INSERT, UPDATE (team, needs)');

-- How well a name fits and how well words do, as one number: a thousand and more for a name, less for words, nothing for what does not fit.
CREATE FUNCTION search_score(names text, words tsvector, spoken text, meant tsquery) RETURNS integer
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN word_similarity(spoken, names) >= 0.45 THEN 1000 + round(1000 * word_similarity(spoken, names))::integer
        WHEN words @@ meant THEN least(999, 1 + round(1000 * ts_rank(words, meant))::integer)
    END
$$;

-- Finds in a team. The operators of trigrams and of full text are not leakproof, so that row-level security keeps PostgreSQL from asking their
-- indexes: this function stands behind that wall, as the owner, and keeps the tenant out of the caller's hands by asking for it itself. A
-- plan is made for each question, because a rare name and a frequent one want another one.
CREATE FUNCTION search_team(asked_team text, spoken text, meant tsquery) RETURNS TABLE (found_id uuid, score integer)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET plan_cache_mode = force_custom_plan
SET pg_trgm.word_similarity_threshold = 0.45
AS $$
BEGIN
    RETURN QUERY
    SELECT s.case_id, search_score(s.names, s.words, spoken, meant)
    FROM case_search s
    WHERE s.jobcenter_id = current_setting('lotse.jobcenter', true) AND s.team = asked_team AND s.names %> spoken
    UNION
    SELECT s.case_id, search_score(s.names, s.words, spoken, meant)
    FROM case_search s
    WHERE s.jobcenter_id = current_setting('lotse.jobcenter', true) AND s.team = asked_team AND s.words @@ meant;
END
$$;
DO $$
BEGIN
    -- Nobody's temporary table or function takes the place of one of these.
    EXECUTE format('ALTER FUNCTION search_team SET search_path = %I, pg_temp', current_schema());
    REVOKE EXECUTE ON FUNCTION search_team FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION search_team TO lotse_%s', current_schema());
    -- The owner passes the wall for reading here, and nowhere else of people.
    EXECUTE format('CREATE POLICY search ON case_search FOR SELECT TO %I USING (true)', current_user);
END
$$;

-- One bFM period. The facts of each phase are one document, because a phase is read and decided as a whole;
-- what lists and rules ask for stands in columns.
-- Words that many commands write are domains, as in the tables of the platform.
CREATE DOMAIN episode_phase AS text CONSTRAINT episode_phase CHECK (VALUE IN ('PROPOSED', 'IN_DISCUSSION', 'WAITLISTED', 'REFUSED',
    'ENTRY_CONSULTATION', 'REFERRED_BACK', 'ASSESSMENT', 'PLANNING', 'DELIVERY', 'CLOSING', 'AFTERCARE', 'CLOSED'));
CREATE DOMAIN duty_state AS text CONSTRAINT duty_state CHECK (VALUE IN ('SCHEDULED', 'OPEN', 'DONE', 'MISSED', 'VOID'));

CREATE TABLE episodes (
    episode_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    case_id uuid NOT NULL REFERENCES cases,
    version bigint NOT NULL DEFAULT 1,
    phase episode_phase NOT NULL,
    facts jsonb NOT NULL,
    case_manager_id uuid REFERENCES staff_members,
    assigned_on date,
    -- The waiting list is ordered by it.
    waiting_since_on date,
    -- The specialised case manager of this jobcenter whose commission runs; they read the case.
    commissioned_id uuid REFERENCES staff_members,
    -- It is closed and nothing waits: what may still wait of a closed episode are the months after an integration into work.
    is_over boolean NOT NULL DEFAULT false,
    -- The last day of those months, and whether the person was employed in each of them, by what is known.
    employment_until_on date,
    employment text,
    previous_episode_id uuid REFERENCES episodes,
    generation integer NOT NULL DEFAULT 1,
    outbox_seq bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CONSTRAINT episodes_pkey PRIMARY KEY (episode_id),
    CONSTRAINT episodes_over CHECK (NOT is_over OR phase IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')),
    CONSTRAINT episodes_employment CHECK ((employment_until_on IS NULL) = (employment IS NULL)),
    CONSTRAINT episodes_employment_known CHECK (employment IN ('YES', 'NO', 'UNKNOWN')),
    CONSTRAINT episodes_waiting CHECK (phase <> 'WAITLISTED' OR (waiting_since_on IS NOT NULL AND case_manager_id IS NOT NULL))
);
CREATE INDEX episodes_case ON episodes (jobcenter_id, case_id, episode_id DESC);
CREATE INDEX episodes_case_manager ON episodes (jobcenter_id, case_manager_id, phase);
CREATE INDEX episodes_commissioned ON episodes (jobcenter_id, commissioned_id) WHERE commissioned_id IS NOT NULL;
CREATE INDEX episodes_waiting_list ON episodes (jobcenter_id, waiting_since_on, episode_id) WHERE phase = 'WAITLISTED';
CREATE INDEX episodes_employment_until ON episodes (jobcenter_id, employment_until_on) WHERE employment_until_on IS NOT NULL;
SELECT tenant_table('episodes', 'SELECT, INSERT, UPDATE');

-- Whose officer somebody is: the cases they place, those they manage, also by an older episode that is not over, and those of which they hold
-- a running commission. Beside the team it is the whole rule of who sees a case (`policy/cases.cedar`). A case manager is named for a case
-- only by its episode that is not over, so that episodes are asked and not cases.
CREATE FUNCTION cases_of(tenant text, placement_officer uuid, case_manager uuid) RETURNS SETOF uuid
LANGUAGE sql
STABLE
AS $$
    SELECT c.case_id
    FROM cases c
    WHERE c.jobcenter_id = tenant AND c.placement_officer_id = placement_officer
    UNION
    SELECT e.case_id
    FROM episodes e
    WHERE e.jobcenter_id = tenant AND e.case_manager_id = case_manager AND e.phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
    UNION
    SELECT e.case_id
    FROM episodes e
    WHERE e.jobcenter_id = tenant AND e.commissioned_id = case_manager
$$;

-- `lotse reconcile` starts the workflow of every episode again that is not over, as the relay's role: it sees which ones these are in the cell, and
-- of them nothing but their ids.
DO $$
BEGIN
    EXECUTE format(
        'CREATE POLICY reconcile ON episodes FOR SELECT TO lotse_%s_relay USING (NOT is_over)',
        current_schema()
    );
    EXECUTE format('GRANT SELECT (jobcenter_id, case_id, episode_id, generation, is_over) ON episodes TO lotse_%s_relay', current_schema());
END
$$;

-- The watch over a person: outside case management (R23), and until they are 25 for their team (R125). Whoever never had a complex profile and
-- was 25 when they came has no row.
CREATE TABLE watches (
    case_id uuid NOT NULL REFERENCES cases,
    jobcenter_id text NOT NULL,
    version bigint NOT NULL,
    facts jsonb NOT NULL,
    -- The day on which time has to do something with the check, the update of a plan or the team; nothing while none of them waits.
    next_step_on date,
    CONSTRAINT watches_pkey PRIMARY KEY (case_id)
)
-- The day of the next step moves at each of them: a row with room on its page keeps its entry in the other index.
WITH (fillfactor = 80);
-- What a sweep goes along: whose day comes first.
CREATE INDEX watches_next_step ON watches (jobcenter_id, next_step_on, case_id) WHERE next_step_on IS NOT NULL;
SELECT tenant_table('watches', 'SELECT, INSERT, UPDATE');

CREATE TABLE duties (
    duty_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    -- The case, kept for the worklist; the episode or the watch holds the reference.
    case_id uuid NOT NULL,
    -- Without one it is of a person outside case management: the check, or the update of a plan.
    episode_id uuid REFERENCES episodes,
    kind text NOT NULL,
    slot integer NOT NULL,
    -- A duty that a policy version took over stays as VOID; the one in its place has the next number.
    revision integer NOT NULL,
    state duty_state NOT NULL,
    opens_on date NOT NULL,
    target_on date NOT NULL,
    due_on date NOT NULL,
    overdue_after_on date NOT NULL,
    owner_id uuid REFERENCES staff_members,
    team text NOT NULL,
    facts jsonb NOT NULL,
    CONSTRAINT duties_pkey PRIMARY KEY (duty_id),
    CONSTRAINT duties_slot UNIQUE NULLS NOT DISTINCT (episode_id, case_id, kind, slot, revision)
);
-- The roads of the worklist: by owner, by team, by case, each in the order of the days to aim for. The last day in time stands in the key, so
-- that what is overdue is told apart without reading a row, and so does the day it is due, for lists up to a day. What is settled piles up for
-- years and stands apart.
CREATE INDEX duties_owner ON duties (jobcenter_id, owner_id, target_on, duty_id, overdue_after_on, due_on) WHERE state IN ('SCHEDULED', 'OPEN');
CREATE INDEX duties_team ON duties (jobcenter_id, team, target_on, duty_id, overdue_after_on, due_on) WHERE state IN ('SCHEDULED', 'OPEN');
CREATE INDEX duties_owner_settled ON duties (jobcenter_id, owner_id, target_on, duty_id, due_on) WHERE state IN ('DONE', 'MISSED', 'VOID');
CREATE INDEX duties_team_settled ON duties (jobcenter_id, team, target_on, duty_id, due_on) WHERE state IN ('DONE', 'MISSED', 'VOID');
CREATE INDEX duties_case ON duties (jobcenter_id, case_id);
SELECT tenant_table('duties', 'SELECT, INSERT, UPDATE');

-- How far the sweeps over the watches of a jobcenter have come: a row of its own, because it is locked while a page is taken, and commands give
-- their events a number on the row of the jobcenter.
CREATE TABLE watch_sweeps (
    jobcenter_id text NOT NULL REFERENCES jobcenters,
    -- The page that comes next, of steps or of notices, over all days.
    page integer NOT NULL CONSTRAINT watch_sweeps_page CHECK (page > 0),
    -- The last day whose notices are complete: what opens later on it is told on the day after.
    closed_on date,
    CONSTRAINT watch_sweeps_pkey PRIMARY KEY (jobcenter_id)
);
SELECT tenant_table('watch_sweeps', 'SELECT, INSERT, UPDATE');

-- What is still to be told of the steps that sweeps took; a row goes when everybody was told.
CREATE TABLE watch_notices (
    notice_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    kind text NOT NULL CONSTRAINT watch_notices_kind CHECK (kind IN ('OPENED', 'OVERDUE', 'STILL_OVERDUE')),
    tells_on date NOT NULL,
    -- Whom it is for: the owner of the duties, the lead of a team, or both.
    owner_id uuid REFERENCES staff_members,
    team text,
    -- The one duty it is about, if it is one.
    case_id uuid,
    duty_id uuid REFERENCES duties,
    duty_kind text,
    -- The earliest of its duties, and how many they are.
    due_on date NOT NULL,
    duties integer NOT NULL CONSTRAINT watch_notices_duties CHECK (duties > 0),
    CONSTRAINT watch_notices_pkey PRIMARY KEY (notice_id),
    CONSTRAINT watch_notices_told CHECK (
        CASE kind
            -- What nobody owns lies with the lead, duty by duty.
            WHEN 'OPENED' THEN (owner_id IS NULL) = (team IS NOT NULL) AND (owner_id IS NULL) = (duty_id IS NOT NULL)
            WHEN 'OVERDUE' THEN team IS NOT NULL AND duty_id IS NOT NULL
            ELSE owner_id IS NULL AND team IS NOT NULL AND duty_id IS NULL
        END
    ),
    -- One a day for each owner, one a week for each team, one for each duty.
    CONSTRAINT watch_notices_once UNIQUE NULLS NOT DISTINCT (jobcenter_id, tells_on, kind, owner_id, team, duty_id)
);
SELECT tenant_table('watch_notices', 'SELECT, INSERT, UPDATE (team, due_on, duties), DELETE');

-- The timeline: what happened, as a code with parameters; the words are rendered when it is read.
CREATE TABLE case_events (
    event_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    case_id uuid NOT NULL REFERENCES cases,
    happened_on date NOT NULL,
    code text NOT NULL,
    parameters jsonb NOT NULL,
    actor text NOT NULL,
    subject text NOT NULL,
    CONSTRAINT case_events_pkey PRIMARY KEY (event_id)
);
CREATE INDEX case_events_case ON case_events (jobcenter_id, case_id, event_id);
-- Figures count ranges of days. Entries come in the order of days: a summary of each stretch of pages is enough, and costs who writes next to
-- nothing.
CREATE INDEX case_events_days ON case_events USING brin (happened_on) WITH (autosummarize = on);
SELECT tenant_table('case_events', 'SELECT, INSERT');

-- Whether an entry tells of an end that was undone later (row 24), with the review it decided and those that were missed by it: figures do
-- not count it. From a technical end there is no other way back; from an end of care only that one leads to a phase of care. That a review was
-- missed is told of its duty, whose name begins with that of the episode.
CREATE FUNCTION is_undone(entry case_events) RETURNS boolean
LANGUAGE sql STABLE
RETURN CASE
    WHEN entry.code = 'EPISODE_ENDED_TECHNICALLY' OR entry.code = 'EPISODE_ENDED'
         OR (entry.code = 'REVIEW_DECIDED' AND entry.parameters ->> 'continued' = 'false')
         OR (entry.code = 'REVIEW_MISSED' AND entry.parameters ->> 'at_end' = 'true')
    THEN EXISTS (
        SELECT FROM case_events reopened
        WHERE reopened.jobcenter_id = entry.jobcenter_id
          AND reopened.case_id = entry.case_id
          AND reopened.event_id > entry.event_id
          AND (reopened.subject = entry.subject OR starts_with(entry.subject, reopened.subject || '/duties/'))
          AND reopened.code = 'EPISODE_REOPENED'
          AND (entry.code = 'EPISODE_ENDED_TECHNICALLY'
               OR reopened.parameters ->> 'phase' IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY'))
    )
    ELSE false
END;

-- How far the activation of a version has come in a jobcenter; before it begins there is no row. The cursor lies here and not with the
-- workflow, so that an activation whose workflow was lost goes on where it was.
CREATE TABLE policy_activations (
    jobcenter_id text NOT NULL REFERENCES jobcenters,
    policy_id uuid NOT NULL REFERENCES policies,
    state text NOT NULL CONSTRAINT policy_activations_state CHECK (state IN ('RUNNING', 'DONE')),
    -- The page that comes next, over all passes, what it goes through, and the one after which it begins.
    page integer NOT NULL,
    stage text NOT NULL CONSTRAINT policy_activations_stage CHECK (stage IN ('EPISODES', 'WATCHES', 'REFERRALS', 'LETTERS')),
    after_id uuid,
    -- What this pass has found to change; one that finds nothing is the last.
    found integer NOT NULL,
    began_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT policy_activations_pkey PRIMARY KEY (jobcenter_id, policy_id),
    CONSTRAINT policy_activations_done CHECK ((state = 'DONE') = (done_at IS NOT NULL))
);
SELECT tenant_table('policy_activations', 'SELECT, INSERT, UPDATE (state, page, stage, after_id, found, done_at)');

-- What a version did to open duties when it began. Their dates stand in their own rows: a duty that moved is void and keeps them. What siblings
-- compute of their records stands nowhere else, and is kept as they told it.
CREATE TABLE policy_changes (
    change_id uuid NOT NULL,
    jobcenter_id text NOT NULL,
    policy_id uuid NOT NULL,
    case_id uuid NOT NULL,
    -- Nothing for the check of a person outside case management, and for a record of a sibling.
    episode_id uuid REFERENCES episodes,
    -- Nothing for a record of a sibling.
    duty_id uuid REFERENCES duties,
    -- Name of a referral or a letter, whose dates a sibling computes, and its change as the contract tells it.
    record text,
    told bytea,
    -- The duty that came in its place.
    replacement_id uuid REFERENCES duties,
    effect text NOT NULL,
    becomes_overdue boolean NOT NULL,
    -- The days of its next escalation before and after, where the version sets how it escalates.
    escalates_before_on date,
    escalates_after_on date,
    happened_on date NOT NULL,
    CONSTRAINT policy_changes_pkey PRIMARY KEY (change_id),
    CONSTRAINT policy_changes_activation FOREIGN KEY (jobcenter_id, policy_id) REFERENCES policy_activations,
    -- Each duty moves once.
    CONSTRAINT policy_changes_once UNIQUE (jobcenter_id, policy_id, duty_id),
    CONSTRAINT policy_changes_told_once UNIQUE (jobcenter_id, policy_id, record),
    CONSTRAINT policy_changes_of_one CHECK ((duty_id IS NULL) = (record IS NOT NULL) AND (record IS NULL) = (told IS NULL))
);
CREATE INDEX policy_changes_policy ON policy_changes (jobcenter_id, policy_id, change_id);
SELECT tenant_table('policy_changes', 'SELECT, INSERT');

-- `lotse reconcile` starts what is still to be activated again, as the relay's role: it sees which versions take open duties over, in which
-- jobcenters they hold, and which activations are done.
DO $$
DECLARE
    relay text := format('lotse_%s_relay', current_schema());
BEGIN
    EXECUTE format('CREATE POLICY reconcile ON policies FOR SELECT TO %s USING (state = ''APPROVED'' AND open_duties = ''REPLAN'')', relay);
    EXECUTE format('GRANT SELECT (policy_id, jobcenter_id, land, key, valid_from_on, state, open_duties) ON policies TO %s', relay);
    EXECUTE format('CREATE POLICY reconcile ON jobcenters FOR SELECT TO %s USING (true)', relay);
    EXECUTE format('GRANT SELECT (jobcenter_id, land, created_at) ON jobcenters TO %s', relay);
    EXECUTE format('CREATE POLICY reconcile ON policy_activations FOR SELECT TO %s USING (true)', relay);
    EXECUTE format('GRANT SELECT (jobcenter_id, policy_id, state) ON policy_activations TO %s', relay);
END
$$;
