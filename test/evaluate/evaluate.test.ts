import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { evaluatorOf, type Evaluator, type PolicySet } from '../../src/evaluate/evaluate.js'
import type { Policy, Resource } from '../../src/model.js'
import { relate, worldWithStandIns, type Related } from '../../src/relate/relate.js'
import { check, distribution } from '../gate.js'
import { workload } from '../manifests.js'
import { environment, EVERY, resource } from '../resources.js'

const policies = ['x/one', 'x/two', 'x/three']

/** Three policies for Deployments, and one more for whatever has a pod. */
const set: PolicySet = {
  policies: [...policies, 'x/pod'].map((id) => ({ id }) as Policy),
  kinds: {
    'Deployment.apps': { calls: [{ entrypoint: 'kinds/Deployment', policies }], pod: true },
    pod: { calls: [{ entrypoint: 'kinds/pod', policies: ['x/pod'] }] },
    'Widget.example.com': { calls: [{ entrypoint: 'kinds/Widget', policies: ['x/one'] }] },
  },
  entrypoints: Object.fromEntries([...policies, 'x/pod'].map((id) => [id, `each/${id}`])),
}

const says = (message: string) => [[{ path: ['spec'], message }]]
const silent = [[]]

const deployment = resource(workload())

function relatedOf(
  one: Resource,
  ...others: readonly Resource[]
): { readonly related: Related; readonly resources: readonly Resource[] } {
  const world = worldWithStandIns([one, ...others], EVERY)
  const related = [...relate(world)].find((each) => each.resource.object === one.object)
  if (related === undefined) throw new Error('not related')
  return { related, resources: world.resources }
}

function evaluateWith(answers: { readonly [entrypoint: string]: unknown }, one = deployment) {
  const calls: string[] = []
  const evaluator: Evaluator = (entrypoint) => {
    calls.push(entrypoint)
    const answer = answers[entrypoint]
    // What opa-wasm throws is not always an Error.
    if (typeof answer === 'string' || answer instanceof Error) throw answer as Error
    return answer
  }
  const { related, resources } = relatedOf(one)
  return { calls, ...evaluatorOf(set, evaluator)(related, { environment: EVERY, resources }) }
}

describe('one call a resource', () => {
  test('gives what each policy says, in its order', () => {
    const { calls, findings, by, unjudged } = evaluateWith({ 'kinds/Deployment': [says('a'), silent, says('c')] })
    expect(calls).toEqual(['kinds/Deployment'])
    expect(
      findings.map(({ policy, message, path, elsewhere, fix }) => [policy, message, path, elsewhere, fix]),
    ).toEqual([
      ['x/one', 'a', ['spec'], false, null],
      ['x/three', 'c', ['spec'], false, null],
    ])
    expect([by, unjudged]).toEqual([policies, []])
  })

  test('a policy that does not apply gives no evidence', () => {
    const { by } = evaluateWith({
      'kinds/Deployment': [[[], [], []], [[], [], [true]], silent],
    })
    expect(by).toEqual(['x/two', 'x/three'])
  })

  test('a kind of its own with a pod is judged as both; one that nothing judges, by none', () => {
    const widget = (spec: string): Resource =>
      resource(`apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: ${spec}\n`)
    const answers = { 'kinds/Widget': [silent], 'kinds/pod': [says('p')] }
    const { calls } = evaluateWith(answers, widget('{template: {spec: {containers: [{name: a, image: a}]}}}'))
    expect(calls).toEqual(['kinds/Widget', 'kinds/pod'])
    expect(evaluateWith(answers, widget('{}')).calls).toEqual(['kinds/Widget'])
    const unknown = resource('apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: w}\n')
    expect(evaluateWith(answers, unknown)).toMatchObject({ calls: [], findings: [], by: [] })
  })

  test('references become places; one to the resource itself is none', () => {
    const policy = resource(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {}\n',
    )
    const { related, resources } = relatedOf(deployment, policy)
    const [self, other] = [related.resource.id, resources.findIndex(({ kind }) => kind === 'NetworkPolicy')]
    const ref = (id: number) => ({ id, kind: 'any', namespace: null, name: 'any', path: ['spec'] })
    const answer = [[[{ path: [], message: 'm', related: [ref(self), ref(other), ref(999)] }]], silent, silent]
    const { findings } = evaluatorOf(set, () => answer)(related, { environment: EVERY, resources })
    expect(findings[0]?.related.map((place) => [place.resource.name, place.path])).toEqual([['p', ['spec']]])
  })
})

describe('when the entrypoint fails, policy by policy', () => {
  const each = { 'each/x/one': [says('a')], 'each/x/three': [says('c')] }

  test.each<[string, unknown]>([
    ['an Error', new Error('div by zero')],
    ['a text', 'div by zero'],
    ['an object', { message: 'div by zero' }],
  ])('only the failing one is unjudged: %s', (_what, thrown) => {
    const evaluator: Evaluator = (entrypoint) => {
      if (entrypoint === 'kinds/Deployment' || entrypoint === 'each/x/two') throw thrown as Error
      return each[entrypoint as keyof typeof each]
    }
    const { related, resources } = relatedOf(resource(workload(), { file: 'a.yaml', source: 'a.yaml', line: 7 }))
    const evaluation = evaluatorOf(set, evaluator)(related, { environment: environment('prod'), resources })
    expect(evaluation.findings.map(({ policy }) => policy)).toEqual(['x/one', 'x/three'])
    expect(evaluation.by).toEqual(['x/one', 'x/three'])
    expect(evaluation.unjudged).toEqual([
      {
        file: 'a.yaml',
        line: 7,
        reason: 'x/two could not be evaluated on Deployment cart: div by zero',
        policy: 'x/two',
        source: 'a.yaml',
        environments: ['values-prod.yaml'],
      },
    ])
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['too little', [silent]],
    ['too much', [silent, silent, silent, silent]],
    ['no list', { findings: [] }],
    ['a policy without findings', [silent, [], silent]],
    ['a policy whose findings are no list', [silent, [{}], silent]],
    ['a policy that is undefined', [silent, null, silent]],
  ])('an entrypoint that gives %s has failed', (_what, answer) => {
    const { calls, findings, unjudged } = evaluateWith({ 'kinds/Deployment': answer, ...each, 'each/x/two': [silent] })
    expect(calls).toEqual(['kinds/Deployment', 'each/x/one', 'each/x/two', 'each/x/three'])
    expect(findings.map(({ message }) => message)).toEqual(['a', 'c'])
    expect(unjudged).toEqual([])
  })

  test('a policy that gives nothing is unjudged, never passed', () => {
    const { by, unjudged } = evaluateWith({ 'kinds/Deployment': undefined, ...each, 'each/x/two': undefined })
    expect(by).toEqual(['x/one', 'x/three'])
    expect(unjudged.map(({ policy, reason }) => [policy, reason])).toEqual([
      ['x/two', 'x/two could not be evaluated on Deployment cart: the policy gave no result'],
    ])
  })

  test('a policy without an entrypoint of its own is unjudged', () => {
    const { 'x/two': _two, ...entrypoints } = set.entrypoints
    const evaluator: Evaluator = (entrypoint) => {
      if (entrypoint === 'kinds/Deployment') throw new Error('no')
      return each[entrypoint as keyof typeof each]
    }
    const { related, resources } = relatedOf(deployment)
    const { unjudged } = evaluatorOf({ ...set, entrypoints }, evaluator)(related, { environment: EVERY, resources })
    expect(unjudged.map(({ policy }) => policy)).toEqual(['x/two'])
  })
})

test('what belongs to several environments is evaluated again only where its facts differ', () => {
  let calls = 0
  const evaluate = evaluatorOf(set, () => {
    calls++
    return [says('a'), [[], [{ path: [], message: 'u' }]], silent]
  })
  const { related, resources } = relatedOf(deployment)
  const [dev, prod] = ['dev', 'prod'].map((name) => evaluate(related, { environment: environment(name), resources }))
  expect(calls).toBe(1)
  expect(dev?.findings.map((finding) => finding.environment.name)).toEqual(['dev'])
  expect(prod?.findings.map((finding) => finding.environment.name)).toEqual(['prod'])
  expect(prod?.unknowns.map((unknown) => unknown.environment.name)).toEqual(['prod'])
  const isolated = structuredClone(related.input)
  if (isolated.facts.network.workload === null) throw new Error('a workload has facts')
  ;(isolated.facts.network.workload.ingressIsolated as { answer: string }).answer = 'yes'
  evaluate({ ...related, input: isolated }, { environment: environment('test'), resources })
  expect(calls).toBe(2)
})

test('policies are given what they read, and are asked again only where that differs', () => {
  const inputs: string[] = []
  const containers = { '[]': { role: true } } as const
  const reads = { declared: true, pod: { os: true, nothing: true, containers }, facts: { secrets: true } } as const
  const calls = [{ entrypoint: 'kinds/Deployment', policies, reads }]
  const kinds = { ...set.kinds, 'Deployment.apps': { calls, pod: true } }
  const evaluate = evaluatorOf({ ...set, kinds }, (_entrypoint, input) => {
    inputs.push(input)
    return [says('a'), silent, silent]
  })
  const one = relatedOf(deployment)
  const other = relatedOf(resource(workload({ name: 'other' })))
  const found = [one, other].flatMap(
    ({ related, resources }) => evaluate(related, { environment: EVERY, resources }).findings,
  )
  expect(inputs.map((input) => JSON.parse(input) as unknown)).toEqual([
    { declared: true, pod: { os: null, containers: [{ role: 'app' }] }, facts: { secrets: { written: [] } } },
  ])
  expect(found.map((finding) => finding.resource.name)).toEqual(['cart', 'other'])
})

test('what is only repeated is put back into what was said of another', () => {
  const inputs: string[] = []
  const answer = { why: 'text', by: 'refs', answer: true } as const
  const reads = { facts: { network: { workload: { ingressIsolated: answer } } }, namespace: 'text' } as const
  const calls = [{ entrypoint: 'kinds/Deployment', policies, reads }]
  const kinds = { ...set.kinds, 'Deployment.apps': { calls, pod: true } }
  const evaluate = evaluatorOf({ ...set, kinds }, (_entrypoint, input) => {
    inputs.push(input)
    const { facts } = JSON.parse(input) as {
      facts: { network: { workload: { ingressIsolated: { [key: string]: string | null } } } }
    }
    const { why, by } = facts.network.workload.ingressIsolated
    const found = { path: [], message: `open: ${why}`, remediation: `close: ${why}`, related: by ?? [] }
    return [[[found], [{ path: [], message: `unsure: ${why}` }]], silent, silent]
  })
  const named = ['cart', 'cart \ue0020\ue003', 'check\ue002out'].map((why, i) => {
    const other = resource(`apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\n`)
    const { related, resources } = relatedOf(deployment, other)
    const by = [
      { id: resources.findIndex(({ kind }) => kind === 'Service'), kind: 'any', namespace: null, name: 'any' },
    ]
    const input = structuredClone(related.input) as unknown as { facts: { network: { workload: object } } }
    input.facts.network.workload = { ingressIsolated: { answer: 'no', why, by } }
    const own = { ...related, input: input as unknown as Related['input'] }
    const { findings, unknowns } = evaluate(own, { environment: EVERY, resources })
    return [
      ...findings.map((told) => [told.message, told.remediation, told.related.map((place) => place.resource.name)]),
      ...unknowns.map((told) => [told.message]),
    ]
  })
  expect(inputs).toHaveLength(1)
  expect(inputs[0]).not.toContain('cart')
  expect(named).toEqual(
    ['cart', 'cart \ue0020\ue003', 'check\ue002out'].map((why, i) => [
      [`open: ${why}`, `close: ${why}`, [`s${i}`]],
      [`unsure: ${why}`],
    ]),
  )
  // What is no text stands for more than its words.
  const { related, resources } = relatedOf(deployment)
  const input = structuredClone(related.input) as unknown as { facts: { network: { workload: object } } }
  input.facts.network.workload = { ingressIsolated: { answer: 'no', why: null, by: null } }
  evaluate({ ...related, input: input as unknown as Related['input'] }, { environment: EVERY, resources })
  expect(inputs).toHaveLength(2)
  expect(inputs[1]).toContain('"why":null,"by":null')
})

describe('with the built policies', () => {
  const BROKEN = 'least-privilege/host-ports'
  const bad = workload({
    security: { privileged: true, allowPrivilegeEscalation: null },
    container: { ports: [{ containerPort: 80, hostPort: 80 }] },
  })

  test('a broken policy costs only itself', async () => {
    const { set: built } = distribution()
    const tree = memoryTree({ 'cart.yaml': bad })
    const sound = await check(tree)
    expect(sound.findings.map(({ policy }) => policy)).toContain(BROKEN)
    const holding = Object.values(built.kinds)
      .flatMap(({ calls }) => calls)
      .filter((call) => call.policies.includes(BROKEN))
    const failing = [...holding.map(({ entrypoint }) => entrypoint), built.entrypoints[BROKEN]]
    const broken = await check(tree, {
      evaluate: (own) => (entrypoint, input) => {
        if (failing.includes(entrypoint)) throw new Error('boom')
        return own(entrypoint, input)
      },
    })
    const others = ({ policy }: { readonly policy: string }): boolean => policy !== BROKEN
    expect(broken.findings).toEqual(sound.findings.filter(others))
    expect(broken.unknowns).toEqual(sound.unknowns)
    expect(broken.unjudged).toEqual([
      {
        file: 'cart.yaml',
        line: 1,
        reason: `${BROKEN} could not be evaluated on Deployment cart: boom`,
        policy: BROKEN,
        source: 'cart.yaml',
        environments: [],
        existing: false,
      },
    ])
    expect(broken.outcome).toBe('fail')
  })

  test('what policies read is all that they need', async () => {
    const { set: built } = distribution()
    const examples = readdirSync('policies', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    )
    const tree = memoryTree(
      Object.fromEntries(
        examples.map((file) => [`${file.slice(0, -5)}/a.yaml`, readFileSync(join('policies', file), 'utf8')]),
      ),
    )
    const kinds = Object.fromEntries(
      Object.entries(built.kinds).map(([kind, entry]) => [
        kind,
        { ...entry, calls: entry.calls.map(({ reads: _reads, ...call }) => call) },
      ]),
    )
    const report = await check(tree)
    expect(report.findings.length).toBeGreaterThan(examples.length)
    expect(await check(tree, { set: { ...built, kinds } })).toEqual(report)
  })

  test('every policy has an entrypoint of its own that gives the same as its place in the kind', async () => {
    const tree = memoryTree({ 'cart.yaml': bad })
    const { set: built } = distribution()
    const kinds = new Set(Object.values(built.kinds).flatMap(({ calls }) => calls.map(({ entrypoint }) => entrypoint)))
    const alone = await check(tree, {
      evaluate: (own) => (entrypoint, input) => {
        if (kinds.has(entrypoint)) throw new Error('not this time')
        return own(entrypoint, input)
      },
    })
    expect(alone).toEqual(await check(tree))
  })
})
