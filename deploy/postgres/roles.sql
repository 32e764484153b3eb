-- Three roles for a register, so that none may do more than its work asks for:
--
--   aciqplan_owner   makes the tables and changes them: `aciqplan migrate`
--   aciqplan_writer  reads and writes records, and adds to their history: `aciqplan load`
--   aciqplan_reader  reads: `aciqplan serve --read-only`, `export`, `snapshot`, `check --database`
--
-- A superuser runs it in the database of the register, after the first `aciqplan migrate`; it may be run again:
--   psql --set=ON_ERROR_STOP=1 --single-transaction --dbname=aciqplan --file=deploy/postgres/roles.sql
-- The roles have no passwords: `\password aciqplan_reader` in psql gives one.

DO $$
DECLARE
    role TEXT;
BEGIN
    FOREACH role IN ARRAY ARRAY['aciqplan_owner', 'aciqplan_writer', 'aciqplan_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
    END LOOP;
END $$;

-- Nobody makes anything here but the owner, who owns what is there, whoever made it.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO aciqplan_owner;
DO $$
DECLARE
    found RECORD;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO aciqplan_owner', found.tablename);
    END LOOP;
END $$;
ALTER FUNCTION public.fold(TEXT) OWNER TO aciqplan_owner;
ALTER DOMAIN public.ordered_text OWNER TO aciqplan_owner;

-- What is there, and what the owner will make.
GRANT USAGE ON SCHEMA public TO aciqplan_writer, aciqplan_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO aciqplan_writer, aciqplan_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO aciqplan_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE aciqplan_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO aciqplan_writer, aciqplan_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE aciqplan_owner IN SCHEMA public
    GRANT INSERT, UPDATE, DELETE ON TABLES TO aciqplan_writer;

-- The history is added to and not changed, and which tables there are only the owner says.
REVOKE UPDATE, DELETE ON public.revisions FROM aciqplan_writer;
REVOKE INSERT, UPDATE, DELETE ON public.__diesel_schema_migrations FROM aciqplan_writer;

-- Statistics after a large first load. Before version 17 only the owner gathers them at once; the server does by
-- itself a little later.
DO $$
BEGIN
    IF current_setting('server_version_num')::INTEGER >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO aciqplan_writer';
    END IF;
END $$;
