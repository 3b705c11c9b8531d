/** What happens when the reports' user logs in: refused where there is no fit replica, given its time-out, and put behind everything else. */
import type { Plan } from '../../plan/types.ts'
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import { identifier, literal } from './sql-text.ts'

/** Settings of a class of our own, which the function below reads: they change with a reload. */
export const reportSettings = ({ database: { reports } }: Plan): Readonly<Record<string, string>> => ({
  'regrow.reports_fallback': reports.fallback,
  'regrow.reports_max_lag': `${reports.maxLagMs}ms`,
  'regrow.reports_statement_timeout': `${reports.statementTimeoutMs}ms`,
})

const GIVE_WAY_SCRIPT = '/etc/regrow/give-way.sh'

/**
 * SCHED_IDLE: a backend that burns its processor time gives way at once to whatever else wants to run, the receiver of the primary's
 * writes first of all. And one processor is never theirs, where there are two: what is scheduled there needs no one to give way.
 */
export const giveWayFile = (): ManifestFile => textFile(GIVE_WAY_SCRIPT, `#!/bin/sh
# Puts the process $1 behind all others. What can't be done here is no reason to refuse a report.
cat >/dev/null
processors=$(nproc)
chrt --idle --pid 0 "$1" >/dev/null 2>&1
[ "$processors" -lt 2 ] || taskset --cpu-list --pid "0-$((processors - 2))" "$1" >/dev/null 2>&1
exit 0
`, { mode: '0755' })

/**
 * Parallel workers would be the postmaster's children and not stand back, so a report has none. The trigger must write nothing, for it
 * also runs on a standby (PostgreSQL's manual, "Event Trigger on Database Login Events").
 */
export function renderReportLogin({ database: { reportsUser } }: Plan): string {
  const user = identifier(reportsUser)
  return `ALTER ROLE ${user} SET default_transaction_read_only = on;
ALTER ROLE ${user} SET max_parallel_workers_per_gather = 0;

CREATE OR REPLACE FUNCTION public.regrow_report_login() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF session_user <> ${literal(reportsUser)} THEN RETURN; END IF;
  IF NOT pg_is_in_recovery() AND current_setting('regrow.reports_fallback', true) IS DISTINCT FROM 'primary' THEN
    RAISE EXCEPTION 'no replica is fit for reports: none is within % of the primary', current_setting('regrow.reports_max_lag', true)
      USING ERRCODE = 'cannot_connect_now';
  END IF;
  PERFORM set_config('statement_timeout', coalesce(current_setting('regrow.reports_statement_timeout', true), '60s'), false);
  EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'exec ${GIVE_WAY_SCRIPT} ' || pg_backend_pid());
END $$;
REVOKE ALL ON FUNCTION public.regrow_report_login() FROM PUBLIC;
DROP EVENT TRIGGER IF EXISTS regrow_report_login;
CREATE EVENT TRIGGER regrow_report_login ON login EXECUTE FUNCTION public.regrow_report_login();
ALTER EVENT TRIGGER regrow_report_login ENABLE ALWAYS;
`
}
