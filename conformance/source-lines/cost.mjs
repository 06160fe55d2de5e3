// What locating costs: the processor time of a chart's renders, and of the traces of its findings, held against what they
// may cost: 3.5 of the renders that the findings come from, and two restricted renders a distinct field. Calls run one by
// one, the engine run in. A chart without findings must not be rendered again.
//
//   node conformance/source-lines/cost.mjs CHART…
//
// Prints a table, and fails where a chart costs more. `npm run build:dist` comes first; the charts are fetched, not committed.
import { basename, resolve } from 'node:path'
import { reportOn, startEngines } from './gate.mjs'

const engines = startEngines({ workers: 1 })
const heading = ['chart', 'renders', 'of them', 'lines alone', 'with the values', 'fields', 'restricted renders', 'of them, each', 'allowed', 'share']
console.log(`| ${heading.join(' | ')} |\n|${heading.map(() => '---|').join('')}`)
let over = 0
for (const folder of process.argv.slice(2).map((each) => resolve(each))) {
  await measured(folder) // run in: the first render of a chart compiles what it needs
  const { helm, renders, lines, trace, fields, restricted, asked } = await measured(folder)
  const alone = Math.min(...[(trace - lines) / restricted, median(asked)].filter((ms) => ms > 0))
  const allowed = fields === 0 ? 0 : 3.5 * helm + 2 * alone * fields
  if (trace > allowed) over++
  const name = folder.split("/").slice(-3).filter((part) => part !== "charts").slice(-2).join(": ")
  const each = fields === 0 ? '' : `${alone.toFixed(1)} ms`
  const share = fields === 0 ? '' : `${Math.round((100 * trace) / allowed)} %`
  const row = [name, `${helm.toFixed(0)} ms`, renders, `${lines.toFixed(0)} ms`, `${trace.toFixed(0)} ms`, fields, restricted, each, `${allowed.toFixed(0)} ms`, share]
  console.log(`| ${row.join(' | ')} |`)
}
await engines.close()
if (over > 0) {
  console.log(`\n${over} cost more than allowed`)
  process.exitCode = 1
}

/** Milliseconds of processor time, and counts. `asked` are restricted renders as calls of their own, one a template. */
async function measured(folder) {
  const cost = { helm: 0, renders: 0, lines: 0, trace: 0, fields: 0, restricted: 0, asked: [] }
  let last = Promise.resolve()
  const oneByOne = (call) => (last = last.then(call, call))
  const timed = async (call) => {
    const begun = process.cpuUsage()
    const answer = await call()
    const { user, system } = process.cpuUsage(begun)
    return [(user + system) / 1000, answer]
  }
  await reportOn(folder, {
    ...engines,
    helm: (request) =>
      oneByOne(async () => {
        const [ms, answer] = await timed(() => engines.helm(request))
        cost.helm += ms
        cost.renders++
        return answer
      }),
    trace: (request) =>
      oneByOne(async () => {
        const { documents, fields, ...render } = request
        const [lines] = await timed(() => engines.trace({ ...request, fields: [] }))
        for (const template of new Set(fields.map(({ document }) => documents[document].template))) {
          const [ms, { error }] = await timed(() => engines.helm({ ...render, files: restrictedTo(template, render.files) }))
          if (error === null) cost.asked.push(ms)
        }
        const [trace, answer] = await timed(() => engines.trace(request))
        cost.lines += lines
        cost.trace += trace
        cost.fields += fields.length
        cost.restricted += answer.renders
        return answer
      }),
  })
  return cost
}

/** The chart with one template and the partials. */
function restrictedTo(template, files) {
  const target = template.slice(template.indexOf('/') + 1)
  const isTemplate = (name) => /(^|\/)templates\//.test(name) && !basename(name).startsWith('_') && !name.endsWith('.tpl')
  return files.filter(({ name }) => !isTemplate(name) || name === target)
}

function median(all) {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
