/** What a trial is about: an event under a steady load, or the throughput while nothing happens. */

export const EVENTS = ['entry-power-loss', 'app-power-loss', 'app-freeze', 'deploy', 'rollback'] as const
export type Event = (typeof EVENTS)[number]
export const SUBJECTS = ['throughput', ...EVENTS] as const
export type Subject = (typeof SUBJECTS)[number]

export const SUBJECT_NAMES: Readonly<Record<Subject, string>> = {
  throughput: 'Throughput',
  'entry-power-loss': 'Power loss of the active entry machine',
  'app-power-loss': 'Power loss of an app machine',
  'app-freeze': 'An app machine frozen',
  deploy: 'A deploy, machine by machine',
  rollback: 'A rollback, machine by machine',
}
