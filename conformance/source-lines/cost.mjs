// What locating costs: the processor time of a chart's renders, of the traces of its findings, and what the traces would
// cost at most: 3.5 of the renders that the findings come from, and two restricted renders a field. Calls run one by one.
//
//   node conformance/source-lines/cost.mjs CHART…
import { resolve } from 'node:path'
import { locatedIn, startEngines } from './gate.mjs'

const engines = startEngines({ workers: 1 })
for (const folder of process.argv.slice(2).map((each) => resolve(each))) {
  await measured(folder) // run in: the first render of a chart compiles what it needs
  const { helm, lines, trace, fields, renders } = await measured(folder)
  const restricted = renders === 0 ? 0 : (trace - lines) / renders
  console.log(
    `${folder}: renders ${helm} ms, lines alone ${lines} ms, with values ${trace} ms (${(trace / Math.max(1, helm)).toFixed(1)} ×); ${fields} fields, ${renders} restricted renders of ${restricted.toFixed(0)} ms; allowed ${(3.5 * helm + 2 * restricted * fields).toFixed(0)} ms`,
  )
}
await engines.close()

async function measured(folder) {
  const cost = { helm: 0, lines: 0, trace: 0, fields: 0, renders: 0 }
  let last = Promise.resolve()
  const oneByOne = (call) => (last = last.then(call, call))
  const timed = async (what, call) => {
    const begun = process.cpuUsage()
    const answer = await call()
    const { user, system } = process.cpuUsage(begun)
    cost[what] += Math.round((user + system) / 1000)
    return answer
  }
  await locatedIn(folder, {
    ...engines,
    helm: (request) => oneByOne(() => timed('helm', () => engines.helm(request))),
    trace: (request) =>
      oneByOne(async () => {
        await timed('lines', () => engines.trace({ ...request, fields: [] }))
        const answer = await timed('trace', () => engines.trace(request))
        cost.fields += request.fields.length
        cost.renders += answer.renders
        return answer
      }),
  })
  return cost
}
