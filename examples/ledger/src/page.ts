/** The page that a person watches while things break: no build step, nothing from elsewhere, no data of its own. */

export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ledger</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --ink: #17211b; --soft: #64736a; --line: #dfe6e1; --paper: #f6f8f6; --card: #fff;
    --good: #1a8754; --slow: #c98a04; --bad: #cc3340; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6ede8; --soft: #93a299; --line: #2b352f; --paper: #111613; --card: #19201c;
    --good: #3ecf8e; --slow: #e8b33f; --bad: #ff6b75; } }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem }
  header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; flex-wrap: wrap }
  h1 { font-size: 1.1rem; margin: 0; letter-spacing: .02em }
  .soft, th { color: var(--soft); font-weight: normal }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem; margin-top: 1.25rem }
  .sum { font-size: 3rem; font-weight: 650; line-height: 1.1; font-variant-numeric: tabular-nums; margin: .2rem 0 }
  .ok { color: var(--good) } .bad { color: var(--bad) } .slow { color: var(--slow) }
  #strip { display: flex; gap: 2px; height: 34px; align-items: flex-end; margin: .6rem 0 .4rem }
  #strip i { flex: 1; min-width: 0; border-radius: 2px; background: var(--line); height: 6px }
  #strip i.ok { background: var(--good) } #strip i.slow { background: var(--slow) } #strip i.bad { background: var(--bad) }
  table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
  th { text-align: left; font-size: .85rem; padding-bottom: .3rem } td { padding: .3rem 0; border-top: 1px solid var(--line) }
  td:last-child, th:last-child { text-align: right }
  a { color: inherit }
  code { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere }
</style>
<main>
  <header>
    <h1>Ledger</h1>
    <span>served by <b id="machine">…</b> <span class="soft" id="session"></span></span>
  </header>
  <section class="card">
    <div class="soft">Sum of all balances</div>
    <div class="sum" id="sum">…</div>
    <div id="held" class="soft">Money moves, and none is made or lost: this number must never change.</div>
  </section>
  <section class="card">
    <div class="soft">The last minute, twice a second: how long each answer took</div>
    <div id="strip" role="img" aria-label="answers of the last minute"></div>
    <div id="verdict" aria-live="polite">…</div>
  </section>
  <section class="card">
    <table>
      <thead><tr><th>Latest transfers</th><th>From → to</th><th>Amount</th></tr></thead>
      <tbody id="transfers"><tr><td colspan="3" class="soft">none yet</td></tr></tbody>
    </table>
  </section>
  <p class="soft">Also here: <a href="/accounts">accounts</a>, <a href="/invariant">invariant</a>, <a href="/report">report</a> (from a replica), <a href="/healthz">healthz</a>.</p>
</main>
<script>
  const EVERY_MS = 500, LIMIT_MS = 4000, SLOW_MS = 300, KEEP = 120
  const $ = (id) => document.getElementById(id)
  const polls = []
  let longestMs = 0, failed = 0, lastGood = performance.now()

  const text = (tag, value, name) => { const e = document.createElement(tag); e.textContent = value; if (name) e.className = name; return e }

  function row(t) {
    const tr = document.createElement('tr'), id = document.createElement('td')
    id.append(text('code', t.id))
    tr.append(id, text('td', t.from + ' → ' + t.to), text('td', t.amount.toLocaleString('en')))
    return tr
  }

  function show(o) {
    $('machine').textContent = o.servedBy
    $('session').textContent = o.visitor ? '· session begun by ' + o.visitor.begunBy : ''
    $('sum').textContent = o.invariant.sum.toLocaleString('en')
    $('held').textContent = o.invariant.held ? 'Money moves, and none is made or lost: this number must never change.'
      : 'This should be ' + o.invariant.expected.toLocaleString('en') + '!'
    $('held').className = o.invariant.held ? 'soft' : 'bad'
    if (o.transfers.length) $('transfers').replaceChildren(...o.transfers.map(row))
  }

  function draw() {
    const bars = Array.from({ length: KEEP }, (_, n) => {
      const poll = polls[polls.length - KEEP + n], bar = document.createElement('i')
      if (!poll) return bar
      bar.className = poll.ok ? (poll.ms > SLOW_MS ? 'slow' : 'ok') : 'bad'
      bar.style.height = Math.max(4, Math.min(34, 4 + Math.sqrt(poll.ms) * 1.2)) + 'px'
      bar.title = (poll.ok ? poll.by : poll.why) + ', ' + Math.round(poll.ms) + ' ms'
      return bar
    })
    $('strip').replaceChildren(...bars)
  }

  function verdict() {
    const waiting = performance.now() - lastGood
    const away = waiting > 1500
    $('verdict').className = away ? 'bad' : failed ? 'slow' : 'ok'
    $('verdict').textContent = away ? 'No good answer for ' + (waiting / 1000).toFixed(1) + ' s …'
      : 'Answering. Longest gap ' + (longestMs / 1000).toFixed(1) + ' s, ' + failed + ' failed since this page was opened.'
  }

  async function poll() {
    const began = performance.now()
    const result = { ok: false, ms: 0, by: '', why: 'no answer' }
    try {
      const answer = await fetch('/overview', { signal: AbortSignal.timeout(LIMIT_MS) })
      const body = await answer.json()
      if (!answer.ok) throw new Error(body.error || 'HTTP ' + answer.status)
      show(body)
      result.ok = true
      result.by = body.servedBy
      longestMs = Math.max(longestMs, performance.now() - lastGood - EVERY_MS)
      lastGood = performance.now()
    } catch (error) { failed++; result.why = error.message }
    result.ms = performance.now() - began
    polls.push(result)
    if (polls.length > KEEP) polls.shift()
    draw()
  }

  setInterval(poll, EVERY_MS)
  setInterval(verdict, 100)
  poll()
</script>
</html>
`
