import { describe, expect, test } from '@jest/globals'
import type { Resource } from '../../src/model.js'
import { relate, worldWithStandIns } from '../../src/relate/relate.js'
import { denyAll, workload, yaml } from '../manifests.js'
import { environment, EVERY, resource } from '../resources.js'

const namespace = (name: string): Resource =>
  resource(
    yaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    {},
    { namespace: '', namespaceStated: true },
  )

const inContext = (one: Resource): Resource => ({ ...one, origin: { ...one.origin, role: 'context' } })

const cart = resource(workload())
const nowhere = resource(workload({ name: 'web', namespace: null }), {}, { namespace: '~charts/web' })

describe('the world', () => {
  const standIns = (...resources: readonly Resource[]): readonly (readonly [string, string, string, boolean])[] =>
    worldWithStandIns(resources, EVERY)
      .resources.filter(({ declared }) => !declared)
      .map(({ kind, name, namespace: key, namespaceStated }) => [kind, name, key, namespaceStated])

  test('has a stand-in for each namespace that workloads use and nobody declares', () => {
    const web = resource(workload({ name: 'web' }))
    expect(standIns(cart, web)).toContainEqual(['Namespace', 'shop', 'shop', true])
    expect(standIns(cart, web).filter(([kind]) => kind === 'Namespace')).toHaveLength(1)
    expect(standIns(cart, namespace('shop')).filter(([kind]) => kind === 'Namespace')).toEqual([])
    // Only what runs somewhere needs a namespace.
    expect(standIns(resource(denyAll())).filter(([kind]) => kind === 'Namespace')).toEqual([])
  })

  test('a namespace that nobody stated has a stand-in without a name', () => {
    expect(standIns(nowhere)).toContainEqual(['Namespace', '', '~charts/web', false])
  })

  test('has one stand-in for the environment, where there is something to judge', () => {
    expect(standIns(cart, nowhere).filter(([kind]) => kind === 'Environment')).toHaveLength(1)
    expect(standIns()).toEqual([])
    expect(standIns(inContext(cart))).toEqual([])
  })

  test("what is missing comes from nobody's chart", () => {
    const vendored = resource(workload({ name: 'redis' }), {
      vendored: 'charts/redis',
      file: 'charts/redis/templates/redis.yaml',
    })
    const { resources } = worldWithStandIns([vendored, cart], EVERY)
    const missing = resources.filter(({ declared }) => !declared)
    expect(missing.map(({ kind, origin }) => [kind, origin.vendored])).toEqual([
      ['Namespace', null],
      ['Environment', null],
    ])
    expect(missing[1]?.origin.file).toBe('all.yaml')
  })

  test('numbers its resources by their place', () => {
    const { resources } = worldWithStandIns([cart, { ...nowhere, id: 77 }, resource(denyAll())], EVERY)
    expect(resources.map(({ id }) => id)).toEqual(resources.map((_, i) => i))
  })

  test('doubts what is written twice', () => {
    const policy = resource(denyAll())
    const forces = (...resources: readonly Resource[]): readonly string[] =>
      worldWithStandIns(resources, EVERY)
        .resources.filter(({ kind }) => kind === 'NetworkPolicy')
        .map(({ force }) => force.answer)
    expect(forces(policy, cart)).toEqual(['yes'])
    expect(forces(policy, resource(denyAll(), { file: 'other.yaml' }))).toEqual(['unknown', 'unknown'])
    expect(forces(policy, resource(denyAll({ namespace: 'other' })))).toEqual(['yes', 'yes'])
  })
})

describe('what a policy sees', () => {
  test('every resource that is judged, in order, and nothing of the context', () => {
    const world = worldWithStandIns([cart, inContext(nowhere), resource(denyAll())], environment('prod'))
    expect([...relate(world)].map((related) => related.resource.kind)).toEqual([
      'Deployment',
      'NetworkPolicy',
      'Namespace',
      'Environment',
    ])
  })

  test('the context is related all the same', () => {
    const isolated = (...around: readonly Resource[]): string | undefined => {
      const [first] = relate(worldWithStandIns([cart, ...around], EVERY))
      return first?.input.facts.network.workload?.ingressIsolated.answer
    }
    expect(isolated()).toBe('no')
    expect(isolated(inContext(resource(denyAll())))).toBe('yes')
  })

  test('facts of every area, whatever the resource', () => {
    const widget = resource('apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n')
    const facts = [...relate(worldWithStandIns([cart, widget], EVERY))].map(({ input }) =>
      Object.keys(input.facts).sort(),
    )
    for (const keys of facts)
      expect(keys).toEqual(['grants', 'mesh', 'network', 'platform', 'secrets', 'serviceAccount'])
  })

  test('the namespace, where somebody stated it', () => {
    const seen = (one: Resource): readonly unknown[] =>
      [...relate(worldWithStandIns([one], EVERY))]
        .slice(0, 1)
        .map(({ input }) => [input.namespace, input.declared, input.pod === null])
    expect(seen(cart)).toEqual([['shop', true, false]])
    expect(seen(nowhere)).toEqual([[null, true, false]])
    expect(seen(namespace('shop'))).toEqual([[null, true, true]])
  })

  test('an input for each pod, where a resource has several', () => {
    const job = (name: string): object => ({
      name,
      replicas: 1,
      template: { spec: { containers: [{ name, image: name }] } },
    })
    const set = resource(
      JSON.stringify({
        apiVersion: 'jobset.x-k8s.io/v1alpha2',
        kind: 'JobSet',
        metadata: { name: 'train', namespace: 'shop' },
        spec: { replicatedJobs: ['driver', 'worker'].map((name) => ({ name, template: { spec: { ...job(name) } } })) },
      }),
    )
    const pods = [...relate(worldWithStandIns([set], EVERY))].flatMap(({ resource: { kind }, input }) =>
      kind === 'JobSet' ? [input.pod?.containers.map(({ name }) => name)] : [],
    )
    expect(pods).toEqual([['driver'], ['worker']])
  })

  test('is plain data: policies get it as JSON', () => {
    const related = [...relate(worldWithStandIns([cart, nowhere, resource(denyAll())], EVERY))]
    for (const { input } of related) expect(JSON.parse(JSON.stringify(input))).toEqual(input)
  })
})
