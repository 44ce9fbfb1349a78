//! All that a service has stored, as something to compare: a fingerprint of each table of its schema, and the rows of its audit.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgPool};

/// What is stored at one moment, seen past every wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    tables: BTreeMap<String, String>,
    audit: Vec<Entry>,
}

/// One row of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) outcome: String,
    pub(crate) method: String,
    pub(crate) resource: String,
}

impl Ledger {
    /// Takes the fingerprints of all tables of the pool's schema; only the ledger of migrations is left out.
    ///
    /// # Panics
    /// When the database fails, or has no tables.
    pub async fn take(owner: &PgPool) -> Self {
        let tables: Vec<String> = sqlx::query_scalar(
            r"
            SELECT tablename::text
            FROM pg_tables
            WHERE schemaname = current_schema() AND tablename NOT IN ('_sqlx_migrations', 'audit_log')
            ORDER BY tablename
            ",
        )
        .fetch_all(owner)
        .await
        .expect("the tables");
        assert!(!tables.is_empty(), "the schema has tables");
        let prints: Vec<String> = tables
            .iter()
            .map(|table| {
                format!("SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
            })
            .collect();
        let prints: Vec<(String, String)> =
            sqlx::query_as(AssertSqlSafe(prints.join(" UNION ALL "))).fetch_all(owner).await.expect("fingerprints");
        let audited: bool = sqlx::query_scalar("SELECT to_regclass('audit_log') IS NOT NULL")
            .fetch_one(owner)
            .await
            .expect("whether there is an audit");
        let audit: Vec<(String, String, String)> = if audited {
            sqlx::query_as("SELECT outcome, method, resource FROM audit_log ORDER BY at, audit_id")
                .fetch_all(owner)
                .await
                .expect("the audit")
        } else {
            // The clock of a desk keeps none.
            Vec::new()
        };
        let audit = audit.into_iter().map(|(outcome, method, resource)| Entry { outcome, method, resource });
        Self { tables: prints.into_iter().collect(), audit: audit.collect() }
    }

    /// The tables that differ from an earlier moment, the audit aside.
    pub(crate) fn changed(&self, before: &Self) -> Vec<&str> {
        let differs = |table: &&String| before.tables.get(*table) != self.tables.get(*table);
        self.tables.keys().filter(differs).map(String::as_str).collect()
    }

    /// The rows of audit added since an earlier moment; `None` when one of those before was changed.
    pub(crate) fn audited_since(&self, before: &Self) -> Option<&[Entry]> {
        self.audit.strip_prefix(before.audit.as_slice())
    }

    /// Says in what this moment differs from an earlier one beside the audit; empty when in nothing.
    pub(crate) fn difference(&self, before: &Self, audited: usize, outcome: &str) -> String {
        let changed = self.changed(before);
        if !changed.is_empty() {
            return format!("changed {}", changed.join(", "));
        }
        match self.audited_since(before) {
            None => "changed the audit".to_owned(),
            Some(rows) if rows.len() != audited || rows.iter().any(|row| row.outcome != outcome) => {
                format!("left {rows:?} in the audit, not {audited} rows '{outcome}'")
            }
            Some(_) => String::new(),
        }
    }
}
