//! The walls in the database: no service has a table through which one jobcenter could see or write what is another's.

use super::Ground;

/// Every table is bound to the tenant of the transaction, also for its owner. One that holds nothing of any jobcenter may do without,
/// when the service's roles can only read it. And no role of a service passes the walls: none owns anything or stands above them.
///
/// # Panics
/// With the names of the tables and roles for which that is not so.
pub async fn every_table_is_fenced<G: Ground>(ground: &G) {
    let owner = ground.service().owner();
    let schema = G::PACKAGE.split('.').nth(1).unwrap_or_default();
    let open: Vec<String> = sqlx::query_scalar(
        r"
        SELECT c.relname::text
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN (VALUES ('lotse_' || $1), ('lotse_' || $1 || '_relay')) AS r (role)
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
          AND (
              EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'jobcenter_id' AND NOT a.attisdropped)
              OR has_table_privilege(r.role, c.oid, 'DELETE, TRUNCATE')
              OR has_any_column_privilege(r.role, c.oid, 'INSERT, UPDATE')
          )
        ",
    )
    .bind(schema)
    .fetch_all(owner)
    .await
    .expect("the tables");
    assert!(open.is_empty(), "tables of {schema} without a wall: {open:?}");
    let fenced: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relforcerowsecurity",
    )
    .bind(schema)
    .fetch_one(owner)
    .await
    .expect("a count");
    // Outbox, dead letters, idempotency keys and audit are every service's.
    assert!(fenced > 4, "{schema} has {fenced} fenced tables: the schema is another one");
    let strong: Vec<String> = sqlx::query_scalar(
        r"
        SELECT r.rolname::text
        FROM pg_roles r
        WHERE r.rolname LIKE 'lotse%'
          AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid))
        ",
    )
    .fetch_all(owner)
    .await
    .expect("the roles");
    assert!(strong.is_empty(), "roles that pass the walls: {strong:?}");
}
