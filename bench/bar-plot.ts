/** Pure: horizontal bars in groups as SVG, each with its figure beside it; the longest takes the whole width. */
import { STYLE } from './strip-plot.ts'

export interface Bar {
  readonly name: string
  readonly colour: string
  readonly value: number
  readonly says: string
}

export interface BarPlot {
  readonly title: string
  readonly caption: string
  readonly groups: readonly { readonly name: string; readonly bars: readonly Bar[] }[]
}

const [WIDTH, LEFT, RIGHT, TOP, GROUP, ROW, BOTTOM] = [760, 290, 130, 44, 26, 20, 34]

export function barPlot({ title, caption, groups }: BarPlot): string {
  const longest = Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)))
  const widthOf = (value: number): number => (longest === 0 ? 0 : Math.round((value / longest) * (WIDTH - LEFT - RIGHT) * 10) / 10)
  const lines: string[] = []
  let y = TOP
  for (const { name, bars } of groups) {
    y += GROUP
    lines.push(`<text x="16" y="${y - 6}">${name}</text>`)
    for (const bar of bars) {
      lines.push(`<text x="32" y="${y + 14}" class="s">${bar.name}</text><rect x="${LEFT}" y="${y + 3}" width="${widthOf(bar.value)}" height="14" fill="${bar.colour}"/><text x="${LEFT + widthOf(bar.value) + 8}" y="${y + 14}" class="s">${bar.says}</text>`)
      y += ROW
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + BOTTOM}" width="${WIDTH}" height="${y + BOTTOM}" role="img" aria-label="${title}">
${STYLE}
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="26" class="t">${title}</text>
${lines.join('\n')}
<text x="16" y="${y + 22}" class="s">${caption}</text>
</svg>
`
}
