import { expect, test } from '@jest/globals'
import { decide, type Decision } from '../../src/decide/decide.js'
import { defaults } from '../../src/config.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { locatorOf, type Locate } from '../../src/locate/locate.js'
import type { Finding, Judgement } from '../../src/model.js'
import { assemble } from '../../src/report/assemble.js'
import { text } from '../../src/report/text.js'
import { distribution } from '../gate.js'
import { EVERY, resource } from '../resources.js'

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: cart}\nspec:\n  hostNetwork: true\n  hostPID: true\n'

/** A report of one finding that blocks and one that advises, and the places that were looked up for it. */
async function reported() {
  const own = resource(POD)
  const finding = (policy: string, field: string): Finding => ({
    policy,
    resource: own,
    environment: EVERY,
    path: ['spec', field],
    message: `it has ${field}`,
    fix: null,
    elsewhere: false,
    related: [],
  })
  const { set, frameworks } = distribution()
  const judgement: Judgement = {
    sources: [],
    inputs: new Map(),
    ignored: [],
    renders: 1,
    resources: [own],
    findings: [
      finding('least-privilege/host-namespaces', 'hostPID'),
      finding('least-privilege/image-digest', 'hostNetwork'),
    ],
    unknowns: [],
    unjudged: [],
    exercised: new Map(),
    unknownKinds: new Map(),
  }
  const policies = new Map(set.policies.map((policy) => [policy.id, policy]))
  const decision: Decision = decide(judgement, null, policies, defaults)
  const tree = memoryTree({ [own.origin.file]: POD })
  const lookUp = await locatorOf(tree, [], { trace: fails, kustomize: fails }, [])
  const asked: string[] = []
  const locate: Locate = (place) => {
    asked.push(String(place.path.at(-1)))
    return lookUp(place)
  }
  const shown = (file: string): string => file
  const config = defaults
  const report = assemble({ judgement, decision, policies: set.policies, frameworks, config, notes: [], locate, shown })
  return { report, asked }
}

const fails = (): Promise<never> => Promise.reject(new Error('this test has no engines'))

test('what only advises is placed when somebody asks where it is, and once', async () => {
  const { report, asked } = await reported()
  expect(report.findings.map(({ status }) => status)).toEqual(['blocking', 'advisory'])
  expect(asked).toEqual([])
  const plain = { colour: false, width: 80, verbose: false, source: () => null }
  expect(text(report, plain)).toContain('1 finding advises')
  expect(asked).toEqual(['hostPID'])
  const lines = report.findings.map(({ location, annotation, related, add }) => [
    location.line,
    annotation.line,
    related,
    add,
  ])
  expect(lines).toEqual([
    [6, 6, [], null],
    [5, 5, [], null],
  ])
  expect(asked).toEqual(['hostPID', 'hostNetwork'])
})

test('a copy and JSON hold the places', async () => {
  const { report } = await reported()
  const [, advice] = report.findings
  expect({ ...advice }).toMatchObject({ location: { line: 5 }, add: null })
  expect(JSON.parse(JSON.stringify(advice))).toMatchObject({
    location: { line: 5 },
    annotation: { line: 5 },
    related: [],
    add: null,
  })
})
