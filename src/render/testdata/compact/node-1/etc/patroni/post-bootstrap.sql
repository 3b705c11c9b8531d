-- Passwords are in here: keep them out of the server's log, whatever its settings.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET password_encryption = 'scram-sha-256';

SELECT format('CREATE ROLE %I', 'app') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
ALTER ROLE "app" WITH LOGIN PASSWORD 'fake-app';
SELECT format('CREATE ROLE %I', 'reports') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reports') \gexec
ALTER ROLE "reports" WITH LOGIN PASSWORD 'fake-reports';
-- Reports may be wrong by a moment, but never write and never run for ever.
ALTER ROLE "reports" SET default_transaction_read_only = on;
ALTER ROLE "reports" SET statement_timeout = '60s';

SELECT format('CREATE DATABASE %I OWNER %I', 'ledger', 'app')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ledger') \gexec
ALTER DATABASE "ledger" OWNER TO "app";
REVOKE ALL ON DATABASE "ledger" FROM PUBLIC;
GRANT CONNECT ON DATABASE "ledger" TO "reports";
GRANT pg_read_all_data TO "reports";
