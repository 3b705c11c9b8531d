-- Passwords are in here: keep them out of the server's log, whatever its settings.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET password_encryption = 'scram-sha-256';

SELECT format('CREATE ROLE %I', 'app') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
ALTER ROLE "app" WITH LOGIN PASSWORD 'fake-app';
SELECT format('CREATE ROLE %I', 'reports') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reports') \gexec
ALTER ROLE "reports" WITH LOGIN PASSWORD 'fake-reports';

SELECT format('CREATE DATABASE %I OWNER %I', 'ledger', 'app')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ledger') \gexec
ALTER DATABASE "ledger" OWNER TO "app";
-- Patroni gives it its password and its rights; a standby that rewinds must find a connection.
SELECT format('CREATE ROLE %I', 'rewinder') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rewinder') \gexec
GRANT pg_use_reserved_connections TO "rewinder";
REVOKE ALL ON DATABASE "ledger" FROM PUBLIC;
GRANT CONNECT ON DATABASE "ledger" TO "reports";
GRANT pg_read_all_data TO "reports";

\connect "ledger"
-- Reports may be wrong by a moment, but never write, never run for ever, and never slow down a write.
ALTER ROLE "reports" SET default_transaction_read_only = on;
ALTER ROLE "reports" SET max_parallel_workers_per_gather = 0;

CREATE OR REPLACE FUNCTION public.regrow_report_login() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF session_user <> 'reports' THEN RETURN; END IF;
  IF NOT pg_is_in_recovery() AND current_setting('regrow.reports_fallback', true) IS DISTINCT FROM 'primary' THEN
    RAISE EXCEPTION 'no replica is fit for reports: none is within % of the primary', current_setting('regrow.reports_max_lag', true)
      USING ERRCODE = 'cannot_connect_now';
  END IF;
  PERFORM set_config('statement_timeout', coalesce(current_setting('regrow.reports_statement_timeout', true), '60s'), false);
  EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'exec /etc/regrow/give-way.sh ' || pg_backend_pid());
END $$;
REVOKE ALL ON FUNCTION public.regrow_report_login() FROM PUBLIC;
DROP EVENT TRIGGER IF EXISTS regrow_report_login;
CREATE EVENT TRIGGER regrow_report_login ON login EXECUTE FUNCTION public.regrow_report_login();
ALTER EVENT TRIGGER regrow_report_login ENABLE ALWAYS;
