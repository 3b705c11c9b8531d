/** The checker, for drills, benchmarks and the command line: what others may rely on. */
export { startCheck, judgeSaved, type CheckOptions, type RunningCheck } from './start.ts'
export { checkTargets, type CheckTargets, type Endpoint } from './targets.ts'
export type { CheckCounters } from './counters.ts'
export type { CheckReport, Gap, ServerFigures, Verdict, Violation, ViolationKind, WatchFigures, WorkloadFigures } from './report.ts'
export { acknowledgedMs, judgeHistory, longestGap } from './judge.ts'
export { readHistory } from './history-file.ts'
export { WORKLOADS, type History, type HistoryRecord, type WorkloadName } from './history.ts'
