//! Table `notices`: written once per cause and recipient, marked as read once, listed by inbox.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{JobcenterName, NoticeName, StaffName};
use lotse_platform::{authorization::Authorized, failure::Failure, paging::Page, unit::Unit};
use uuid::Uuid;

use crate::{
    access::acts,
    domain::{
        cause::Cause,
        notice::{News, Notice},
    },
};

struct Row {
    notice_id: Uuid,
    version: i64,
    template: String,
    cause_resource: String,
    cause_code: String,
    subjects: Vec<String>,
    due_on: Option<jiff_sqlx::Date>,
    title: String,
    body: String,
    created_at: jiff_sqlx::Timestamp,
    read_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn read(self, owner: &StaffName) -> Result<Notice, Failure> {
        let defect = |what: &'static str| move || Failure::Defect(format!("a stored notice has no proper {what}"));
        let cause = Cause {
            resource: self.cause_resource.parse().map_err(|_| defect("cause")())?,
            code: self.cause_code.parse().map_err(|_| defect("cause")())?,
        };
        let subjects = self.subjects.iter().map(|subject| subject.parse());
        let news = News {
            cause,
            template: self.template.parse().map_err(|_| defect("template")())?,
            subjects: subjects.collect::<Result<_, _>>().map_err(|_| defect("subject")())?,
            due_on: self.due_on.map(jiff_sqlx::Date::to_jiff),
            at: self.created_at.to_jiff(),
        };
        Ok(Notice {
            name: NoticeName::new(owner.clone(), self.notice_id),
            version: self.version,
            news,
            title: self.title,
            body: self.body,
            read_at: self.read_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Writes a notice. False when its recipient was told about this cause before.
///
/// # Errors
/// When the database fails.
pub async fn insert(unit: &mut Unit, _: &Authorized<acts::CreateNotice>, notice: &Notice) -> Result<bool, Failure> {
    let subjects: Vec<String> = notice.news.subjects.iter().map(ToString::to_string).collect();
    let written = sqlx::query!(
        r"
        INSERT INTO notices (notice_id, jobcenter_id, staff_member_id, version, template, cause_resource, cause_code, subjects,
                             due_on, title, body, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT ON CONSTRAINT notices_once DO NOTHING
        ",
        notice.name.id(),
        notice.name.jobcenter().as_str(),
        notice.name.staff().id(),
        notice.version,
        notice.news.template.code(),
        notice.news.cause.resource.to_string(),
        notice.news.cause.code.as_str(),
        &subjects,
        notice.news.due_on.map(ToSqlx::to_sqlx) as _,
        notice.title,
        notice.body,
        notice.news.at.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// The names of all notices of a cause, by recipient.
///
/// # Errors
/// When the database fails.
pub async fn of_cause(
    unit: &mut Unit,
    _: &Authorized<acts::CreateNotice>,
    jobcenter: &JobcenterName,
    cause: &Cause,
) -> Result<Vec<NoticeName>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT staff_member_id, notice_id
        FROM notices
        WHERE jobcenter_id = $1 AND cause_resource = $2 AND cause_code = $3
        ORDER BY staff_member_id
        ",
        jobcenter.jobcenter().as_str(),
        cause.resource.to_string(),
        cause.code.as_str()
    )
    .fetch_all(unit.connection())
    .await?;
    let owner = |id| StaffName::new(jobcenter.clone(), id);
    Ok(rows.into_iter().map(|row| NoticeName::new(owner(row.staff_member_id), row.notice_id)).collect())
}

/// Reads a notice of an inbox.
///
/// # Errors
/// [`Failure::NotFound`] when the inbox has none of that name.
pub async fn load(unit: &mut Unit, name: &NoticeName) -> Result<Notice, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT notice_id, version, template, cause_resource, cause_code, subjects, due_on, title, body, created_at, read_at
        FROM notices
        WHERE notice_id = $1 AND jobcenter_id = $2 AND staff_member_id = $3
        ",
        name.id(),
        name.jobcenter().as_str(),
        name.staff().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.ok_or_else(|| Failure::NotFound { name: name.to_string() })?.read(name.staff())
}

/// Writes the moment of reading over the version that was read.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one.
pub async fn update_read(
    unit: &mut Unit,
    _: &Authorized<acts::MarkNoticeRead>,
    notice: Notice,
) -> Result<Notice, Failure> {
    let written = sqlx::query!(
        r"
        UPDATE notices
        SET version = version + 1, read_at = $4
        WHERE notice_id = $1 AND jobcenter_id = $2 AND version = $3
        ",
        notice.name.id(),
        notice.name.jobcenter().as_str(),
        notice.version,
        notice.read_at.map(ToSqlx::to_sqlx) as _
    )
    .execute(unit.connection())
    .await?;
    if written.rows_affected() == 0 {
        return Err(Failure::StaleEtag);
    }
    Ok(Notice { version: notice.version + 1, ..notice })
}

/// Lists an inbox, newest first, one more than the page shows.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    _: &Authorized<acts::ListNotices>,
    owner: &StaffName,
    unread_only: bool,
    page: &Page<Uuid>,
) -> Result<Vec<Notice>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT notice_id, version, template, cause_resource, cause_code, subjects, due_on, title, body, created_at, read_at
        FROM notices
        WHERE jobcenter_id = $1
          AND staff_member_id = $2
          AND (NOT $3 OR read_at IS NULL)
          AND ($4::uuid IS NULL OR notice_id < $4)
        ORDER BY notice_id DESC
        LIMIT $5
        ",
        owner.jobcenter().as_str(),
        owner.id(),
        unread_only,
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(|row| row.read(owner)).collect()
}
