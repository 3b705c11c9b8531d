/** A metric as data: its name, what it means, and how it is read; and Prometheus's text format of a list of them. */

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** Names carry their unit and never a value of their own; what is unknown has no sample. */
export interface GaugeOf<S> {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly kind?: 'gauge' | 'counter'
  readonly read: (source: S) => readonly Sample[]
}

export const single = (value: number | null | undefined): readonly Sample[] => (value === null || value === undefined || Number.isNaN(value) ? [] : [[{}, value]])
export const flag = (value: boolean): number => (value ? 1 : 0)

const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function renderGauges<S>(gauges: readonly GaugeOf<S>[], source: S): string {
  const lines = gauges.flatMap(({ name, help, kind, read }) => {
    const samples = read(source).map(([labels, value]) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`)
      return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
    })
    return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind ?? 'gauge'}`, ...samples]
  })
  return `${lines.join('\n')}\n`
}
