/** The SQL that Patroni runs once on a new cluster: the application's database and its two users. Safe to run again. */
import type { RenderInput } from '../../render/input.ts'
import { REWIND_USER } from './names.ts'
import { renderReportLogin } from './report-login.ts'
import { identifier, literal } from './sql-text.ts'

export function renderBootstrapSql({ plan, secrets }: RenderInput): string {
  const { name, user, reportsUser } = plan.database
  const database = identifier(name)
  const reports = identifier(reportsUser)
  return `-- Passwords are in here: keep them out of the server's log, whatever its settings.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET password_encryption = 'scram-sha-256';

${role(user, secrets.passwords.postgresApp)}
${role(reportsUser, secrets.passwords.postgresReports)}

SELECT format('CREATE DATABASE %I OWNER %I', ${literal(name)}, ${literal(user)})
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(name)}) \\gexec
ALTER DATABASE ${database} OWNER TO ${identifier(user)};
-- Patroni gives it its password and its rights; a standby that rewinds must find a connection.
SELECT format('CREATE ROLE %I', ${literal(REWIND_USER)}) WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(REWIND_USER)}) \\gexec
GRANT pg_use_reserved_connections TO ${identifier(REWIND_USER)};
REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${reports};
GRANT pg_read_all_data TO ${reports};

\\connect ${database}
-- Reports may be wrong by a moment, but never write, never run for ever, and never slow down a write.
${renderReportLogin(plan)}`
}

const role = (name: string, password: string): string =>
  `SELECT format('CREATE ROLE %I', ${literal(name)}) WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(name)}) \\gexec
ALTER ROLE ${identifier(name)} WITH LOGIN PASSWORD ${literal(password)};`
