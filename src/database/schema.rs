//! The tables, as diesel sees them: what `migrations/` makes.

diesel::table! {
    revisions (number) {
        number -> BigInt,
        resource -> Text,
        record_id -> Text,
        action -> Text,
        at -> Timestamp,
        author -> Text,
        record -> Text,
    }
}

diesel::table! {
    descriptor (id) {
        id -> Integer,
        properties -> Text,
    }
}

diesel::table! {
    agencies (id) {
        id -> Text,
        country -> Nullable<Text>,
        name -> Text,
        name_key -> Text,
        short_name -> Nullable<Text>,
        kind -> Text,
        parent_id -> Nullable<Text>,
        successor_id -> Nullable<Text>,
        aliases -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sources (id) {
        id -> Text,
        title -> Text,
        title_key -> Text,
        kind -> Text,
        publisher_id -> Nullable<Text>,
        language -> Text,
        published_on -> Nullable<Date>,
        period -> Nullable<Text>,
        url -> Nullable<Text>,
        note -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        country -> Text,
        kind -> Text,
        title -> Text,
        title_key -> Text,
        start_year -> Integer,
        end_year -> Integer,
        adopted_on -> Nullable<Date>,
        adopted_by -> Nullable<Text>,
        legal_act -> Nullable<Text>,
        introduction -> Nullable<Text>,
        predecessor_id -> Nullable<Text>,
        source_id -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sections (id) {
        id -> Text,
        plan_id -> Text,
        parent_id -> Nullable<Text>,
        number -> Text,
        number_key -> Text,
        title -> Text,
        title_key -> Text,
        position -> Integer,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    measures (id) {
        id -> Text,
        plan_id -> Text,
        section_id -> Nullable<Text>,
        number -> Nullable<Text>,
        number_key -> Nullable<Text>,
        title -> Text,
        title_key -> Text,
        indicator -> Nullable<Text>,
        start_year -> Nullable<Integer>,
        end_year -> Nullable<Integer>,
        position -> Integer,
        source_id -> Text,
        locator -> Nullable<Text>,
        completion_self_reported -> Nullable<Text>,
        completion_independent -> Nullable<Text>,
        divergence -> Nullable<Integer>,
        last_status_year -> Nullable<Integer>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    assignments (id) {
        id -> Text,
        measure_id -> Text,
        measure_key -> Text,
        agency_id -> Text,
        role -> Text,
        position -> Integer,
        as_written -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    status_entries (id) {
        id -> Text,
        measure_id -> Text,
        measure_key -> Text,
        assessor_id -> Text,
        assessor_kind -> Text,
        year -> Integer,
        completion -> Nullable<Text>,
        missing_reason -> Nullable<Text>,
        basis -> Nullable<Text>,
        quote -> Nullable<Text>,
        statement -> Nullable<Text>,
        same_as -> Nullable<Text>,
        note -> Nullable<Text>,
        source_id -> Text,
        locator -> Nullable<Text>,
        published_on -> Nullable<Date>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    obligations (id) {
        id -> Text,
        plan_id -> Text,
        number -> Text,
        number_key -> Text,
        text -> Text,
        recurrence -> Nullable<Text>,
        due_month -> Nullable<Integer>,
        due_day -> Nullable<Integer>,
        position -> Integer,
        source_id -> Text,
        locator -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    obligation_parties (id) {
        id -> Text,
        obligation_id -> Text,
        obligation_key -> Text,
        agency_id -> Text,
        role -> Text,
        force -> Nullable<Text>,
        position -> Integer,
        as_written -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    activities (id) {
        id -> Text,
        project -> Text,
        number -> Text,
        number_key -> Text,
        title -> Text,
        title_key -> Text,
        tasks -> Text,
        state -> Nullable<Text>,
        organisation_id -> Nullable<Text>,
        position -> Integer,
        source_id -> Text,
        locator -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    activity_links (id) {
        id -> Text,
        activity_id -> Text,
        activity_key -> Text,
        measure_id -> Nullable<Text>,
        section_id -> Nullable<Text>,
        as_written -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    figures (id) {
        id -> Text,
        project -> Text,
        label -> Text,
        value -> BigInt,
        unit -> Text,
        position -> Integer,
        source_id -> Text,
        locator -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    memberships (id) {
        id -> Text,
        body_id -> Text,
        agency_id -> Text,
        role -> Text,
        position -> Integer,
        as_written -> Text,
        source_id -> Text,
        locator -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    measure_links (id) {
        id -> Text,
        earlier_id -> Text,
        later_id -> Text,
        later_key -> Text,
        kind -> Text,
        ground -> Text,
        earlier_ground -> Text,
        basis -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    acronyms (id) {
        id -> Text,
        country -> Nullable<Text>,
        short -> Text,
        expansion -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    search_documents (number) {
        number -> BigInt,
        resource -> Text,
        record_id -> Text,
        title -> Text,
        summary -> Text,
        body -> Text,
    }
}

diesel::table! {
    search_words (word) {
        word -> Text,
        stem -> Text,
    }
}

diesel::table! {
    search_rules (number) {
        number -> Integer,
    }
}

diesel::table! {
    withdrawals (id) {
        id -> Text,
        resource -> Text,
        record_id -> Text,
        reason -> Text,
        successor_id -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

// A record is read together with the version of the register that it is of.
diesel::allow_tables_to_appear_in_same_query!(agencies, revisions);
diesel::allow_tables_to_appear_in_same_query!(sources, revisions);
diesel::allow_tables_to_appear_in_same_query!(plans, revisions);
diesel::allow_tables_to_appear_in_same_query!(sections, revisions);
diesel::allow_tables_to_appear_in_same_query!(measures, revisions);
diesel::allow_tables_to_appear_in_same_query!(measure_links, revisions);
diesel::allow_tables_to_appear_in_same_query!(assignments, revisions);
diesel::allow_tables_to_appear_in_same_query!(status_entries, revisions);
diesel::allow_tables_to_appear_in_same_query!(obligations, revisions);
diesel::allow_tables_to_appear_in_same_query!(obligation_parties, revisions);
diesel::allow_tables_to_appear_in_same_query!(activities, revisions);
diesel::allow_tables_to_appear_in_same_query!(activity_links, revisions);
diesel::allow_tables_to_appear_in_same_query!(figures, revisions);
diesel::allow_tables_to_appear_in_same_query!(memberships, revisions);
diesel::allow_tables_to_appear_in_same_query!(acronyms, revisions);
diesel::allow_tables_to_appear_in_same_query!(withdrawals, revisions);
diesel::joinable!(status_entries -> measures (measure_id));
diesel::allow_tables_to_appear_in_same_query!(measures, status_entries);
