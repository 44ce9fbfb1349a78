//! Table `offers`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{OfferName, ProviderName};
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    paging::Page,
    unit::Unit,
};
use uuid::Uuid;

use crate::domain::vocabulary::ServiceType;

/// An offer as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: OfferName,
    /// Version of the record.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub service_type: ServiceType,
    /// The law that pays for it, as cited (R85).
    pub legal_basis: String,
    /// Places agreed.
    pub places: i32,
    /// Usual wait in weeks.
    pub waiting_weeks: i32,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Writes a new offer.
///
/// # Errors
/// When the database fails.
pub async fn insert<A: Act>(unit: &mut Unit, _proof: Authorized<A>, offer: &Offer) -> Result<(), Failure> {
    sqlx::query!(
        r"
        INSERT INTO offers (jobcenter_id, provider_id, offer_id, version, title, service_type, legal_basis, places,
                            waiting_weeks, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ",
        offer.name.jobcenter().as_str(),
        offer.name.provider().id(),
        offer.name.id(),
        offer.version,
        offer.title,
        offer.service_type.code(),
        offer.legal_basis,
        offer.places,
        offer.waiting_weeks,
        offer.created_at.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Whether the offer is registered.
///
/// # Errors
/// When the database fails.
pub async fn exists<A: Act>(unit: &mut Unit, _proof: Authorized<A>, name: &OfferName) -> Result<bool, Failure> {
    let found = sqlx::query_scalar!(
        r"
        SELECT offer_id
        FROM offers
        WHERE jobcenter_id = $1 AND offer_id = $2 AND provider_id = $3
        ",
        name.jobcenter().as_str(),
        name.id(),
        name.provider().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(found.is_some())
}

/// Reads an offer.
///
/// # Errors
/// [`Failure::NotFound`]; when the database fails.
pub async fn load<A: Act>(unit: &mut Unit, _proof: Authorized<A>, name: &OfferName) -> Result<Offer, Failure> {
    let row = sqlx::query!(
        r"
        SELECT version, title, service_type, legal_basis, places, waiting_weeks, created_at
        FROM offers
        WHERE jobcenter_id = $1 AND offer_id = $2 AND provider_id = $3
        ",
        name.jobcenter().as_str(),
        name.id(),
        name.provider().id()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    Ok(Offer {
        name: name.clone(),
        version: row.version,
        title: row.title,
        service_type: service_type(&row.service_type)?,
        legal_basis: row.legal_basis,
        places: row.places,
        waiting_weeks: row.waiting_weeks,
        created_at: row.created_at.to_jiff(),
    })
}

/// Lists the offers of a provider, newest first, one more than the page shows.
///
/// # Errors
/// When the database fails.
pub async fn list<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    provider: &ProviderName,
    page: &Page<Uuid>,
) -> Result<Vec<Offer>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT offer_id, version, title, service_type, legal_basis, places, waiting_weeks, created_at
        FROM offers
        WHERE jobcenter_id = $1 AND provider_id = $2 AND ($3::uuid IS NULL OR offer_id < $3)
        ORDER BY offer_id DESC
        LIMIT $4
        ",
        provider.jobcenter().as_str(),
        provider.id(),
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Offer {
                name: OfferName::new(provider.clone(), row.offer_id),
                version: row.version,
                title: row.title,
                service_type: service_type(&row.service_type)?,
                legal_basis: row.legal_basis,
                places: row.places,
                waiting_weeks: row.waiting_weeks,
                created_at: row.created_at.to_jiff(),
            })
        })
        .collect()
}

fn service_type(code: &str) -> Result<ServiceType, Failure> {
    code.parse().map_err(|_| Failure::Defect("a stored offer has no proper service type".to_owned()))
}
