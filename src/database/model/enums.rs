//! Enumerations: the words that a column may hold where only certain ones are known, each with what it means.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! vocabulary {
    ($($(#[$about:meta])* $name:ident { $($word:ident = $text:literal,)* })*) => {$(
        $(#[$about])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, AsExpression, FromSqlRow,
        )]
        #[diesel(sql_type = Text)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($word,)*
        }

        impl $name {
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }

        impl<B: Backend> ToSql<Text, B> for $name
        where
            str: ToSql<Text, B>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, B>) -> serialize::Result {
                <str as ToSql<Text, B>>::to_sql(self.as_str(), out)
            }
        }

        impl<B: Backend> FromSql<Text, B> for $name
        where
            String: FromSql<Text, B>,
        {
            fn from_sql(bytes: B::RawValue<'_>) -> deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                match text.as_str() {
                    $($text => Ok(Self::$word),)*
                    _ => Err(format!("`{text}` is no {}", stringify!($name)).into()),
                }
            }
        }
    )*};
}

vocabulary! {
    /// What sort of plan it is.
    PlanKind {
        NationalActionPlan = "national_action_plan",
        Strategy = "strategy",
    }
    /// What sort of body it is; `group` stands for several bodies named together.
    AgencyKind {
        President = "president",
        Government = "government",
        Ministry = "ministry",
        StateCommittee = "state_committee",
        StateAgency = "state_agency",
        StateService = "state_service",
        Commission = "commission",
        Parliament = "parliament",
        Court = "court",
        Prosecutor = "prosecutor",
        Ombudsman = "ombudsman",
        Audit = "audit",
        CentralBank = "central_bank",
        StateFund = "state_fund",
        LocalExecutive = "local_executive",
        Municipality = "municipality",
        StateCompany = "state_company",
        Education = "education",
        PublicCouncil = "public_council",
        Ngo = "ngo",
        Media = "media",
        International = "international",
        Platform = "platform",
        Group = "group",
        Other = "other",
    }
    /// What sort of document it is.
    SourceKind {
        Decree = "decree",
        Plan = "plan",
        Report = "report",
        ProjectReport = "project_report",
        Strategy = "strategy",
    }
    /// Whether the plan orders the body to act, or recommends it.
    AssignmentRole {
        Executor = "executor",
        Recommended = "recommended",
    }
    /// How far a measure came, in the levels of the Independent Reporting Mechanism.
    Completion {
        NotStarted = "not_started",
        Limited = "limited",
        Substantial = "substantial",
        Complete = "complete",
        Withdrawn = "withdrawn",
    }
    /// Why an entry gives no level.
    MissingReason {
        NotReported = "not_reported",
        NotReviewed = "not_reviewed",
        NotApplicable = "not_applicable",
        Unclear = "unclear",
    }
    /// Whether the source states the level in so many words, or it was coded from what it says.
    Basis {
        Stated = "stated",
        Coded = "coded",
    }
    /// Who judges: the government of itself, an independent reviewer, civil society or the press.
    AssessorKind {
        SelfReport = "self_report",
        Independent = "independent",
        CivilSociety = "civil_society",
        Media = "media",
    }
    /// How often a duty falls due.
    Recurrence {
        Once = "once",
        Yearly = "yearly",
        Continuous = "continuous",
    }
    /// Whether the body bears the duty, or receives what is done.
    PartyRole {
        Addressee = "addressee",
        Recipient = "recipient",
    }
    /// Whether the body is bound, or only recommended to act.
    Force {
        Binding = "binding",
        Recommended = "recommended",
    }
    /// How far an activity is, as its report says.
    ActivityState {
        Planned = "planned",
        UnderWay = "under_way",
        Done = "done",
    }
    /// As what a body sits in another.
    MembershipRole {
        StateBody = "state_body",
        Parliament = "parliament",
        Ngo = "ngo",
        Coordinator = "coordinator",
    }
    /// How a measure of a later plan follows one of an earlier plan.
    LinkKind {
        Continues = "continues",
        Splits = "splits",
        Merges = "merges",
    }
    /// What happened to a record.
    Action {
        Created = "created",
        Corrected = "corrected",
        Withdrawn = "withdrawn",
    }
}
