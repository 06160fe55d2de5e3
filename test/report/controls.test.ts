import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import type { Policy } from '../../src/model.js'
import { controlsOf, legend, mappingProblem, tally, type Evidence, type Framework } from '../../src/report/controls.js'

const frameworks = readdirSync('frameworks').map(
  (file) => load(readFileSync(`frameworks/${file}`, 'utf8')) as Framework,
)

describe.each(frameworks.map((framework) => [framework.id, framework] as const))('%s', (id, framework) => {
  test('is whole', () => {
    expect(Object.keys(framework).sort()).toEqual([
      'controls',
      'disclaimer',
      'id',
      'reasons',
      'sources',
      'title',
      'version',
    ])
    expect(framework.disclaimer).not.toMatch(/compliant|certified|fulfil/i)
    expect(framework.disclaimer).toMatch(/gives? evidence/)
    expect(Object.keys(framework.sources)).toEqual(['B', 'P', 'D', 'K', 'J'])
  })

  test('every control has a title, and a known reason where it cannot be assessed', () => {
    const used = new Set<string>()
    for (const control of Object.values(framework.controls)) {
      expect(control.title).toMatch(/^\S.*\S$/)
      const reason = control['not-assessable']
      if (reason === undefined) continue
      expect(Object.keys(framework.reasons)).toContain(reason)
      used.add(reason)
    }
    expect([...used].sort()).toEqual(Object.keys(framework.reasons).sort())
    expect(id).toBe(framework.id)
  })
})

test('Annex A has 93 controls: 37 organisational, 8 of people, 14 physical, 34 technological', () => {
  const ids = Object.keys(frameworks.find(({ id }) => id === 'iso-27001-2022')?.controls ?? {})
  const expected = [37, 8, 14, 34].flatMap((n, theme) => Array.from({ length: n }, (_, i) => `A.${theme + 5}.${i + 1}`))
  expect(ids).toEqual(expected)
})

/** The METADATA of every policy, read from its Rego: what the build takes is the same comment. */
function mappings(): readonly { readonly policy: string; readonly controls: Policy['controls'] }[] {
  return readdirSync('policies', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'lib')
    .flatMap((family) =>
      readdirSync(`policies/${family.name}`).map((name) => `policies/${family.name}/${name}/policy.rego`),
    )
    .map((file) => {
      const comment = readFileSync(file, 'utf8').split(/^package /m)[0] ?? ''
      const yaml = comment.slice(comment.indexOf('# METADATA') + '# METADATA'.length).replace(/^# ?/gm, '')
      const { custom } = load(yaml) as { custom: { controls: Policy['controls'] } }
      return { policy: file, controls: custom.controls }
    })
}

test('every policy maps to controls that exist and can be assessed, with a known source', () => {
  const all = mappings()
  expect(all.length).toBeGreaterThan(0)
  const problems = all.flatMap(({ policy, controls }) =>
    Object.entries(controls).flatMap(([id, own]) => {
      const framework = frameworks.find((f) => f.id === id)
      if (framework === undefined) return [`${policy}: no framework ${id}`]
      return Object.entries(own).flatMap(([control, source]) => {
        const problem = mappingProblem(framework, control, source)
        return problem === null ? [] : [`${policy}: ${problem}`]
      })
    }),
  )
  expect(problems).toEqual([])
})

const framework: Framework = {
  id: 'f',
  title: 'F',
  version: '1',
  disclaimer: '',
  sources: { J: 'Ours', P: 'Theirs' },
  reasons: { people: 'A matter of people.' },
  controls: { c1: { title: 'One' }, c2: { title: 'Two' }, c3: { title: 'Three', 'not-assessable': 'people' } },
}

const policy = (id: string, controls: Policy['controls']): Policy => ({
  id,
  title: id,
  description: '',
  severity: 'high',
  stage: 1,
  judges: ['pod'],
  remediation: '',
  owner: 'app',
  aliases: [],
  controls,
  parameters: {},
  links: [],
})

describe('a control', () => {
  const a = policy('x/a', { f: { c1: 'P' } })
  const b = policy('x/b', { f: { c1: 'J', c2: 'J' } })
  const silent: Evidence = {
    policies: [a, b],
    findings: [],
    unknowns: [],
    unjudged: [],
    exercised: new Map([['x/a', 3]]),
  }
  const statuses = (changes: Partial<Evidence>) =>
    controlsOf([framework], { ...silent, ...changes }).map(({ status }) => status)

  test('has evidence only where a policy judged something; the others had nothing to judge', () => {
    expect(controlsOf([framework], silent)).toEqual([
      {
        framework: 'f',
        id: 'c1',
        title: 'One',
        sources: ['J', 'P'],
        status: 'evidence',
        policies: 2,
        findings: 0,
        unknowns: 0,
      },
      {
        framework: 'f',
        id: 'c2',
        title: 'Two',
        sources: ['J'],
        status: 'not-exercised',
        policies: 1,
        findings: 0,
        unknowns: 0,
      },
      {
        framework: 'f',
        id: 'c3',
        title: 'Three',
        sources: [],
        status: 'not-assessable',
        policies: 0,
        findings: 0,
        unknowns: 0,
      },
    ])
  })

  test('is a gap where a policy objects, whatever becomes of the finding', () => {
    expect(statuses({ findings: [{ policy: 'x/b' }] })).toEqual(['gap', 'gap', 'not-assessable'])
  })

  test('is a gap where a policy could not tell, or failed', () => {
    expect(statuses({ unknowns: [{ policy: 'x/a' }] })).toEqual(['gap', 'not-exercised', 'not-assessable'])
    expect(statuses({ unjudged: [{ policy: 'x/b' }, { policy: null }] })).toEqual(['gap', 'gap', 'not-assessable'])
  })

  test('has no evidence from a policy that is off', () => {
    expect(statuses({ policies: [b] })).toEqual(['not-exercised', 'not-exercised', 'not-assessable'])
    expect(statuses({ policies: [] })).toEqual(['not-exercised', 'not-exercised', 'not-assessable'])
  })

  test('that a policy invents is an error', () => {
    const cases: readonly (readonly [Policy['controls'], string])[] = [
      [{ f: { c9: 'J' } }, 'x/z: f has no control c9'],
      [{ f: { c3: 'J' } }, 'x/z: c3 of f is not assessable from manifests'],
      [{ f: { c1: 'Q' } }, 'x/z: f knows no source Q'],
      [{ f: { toString: 'J' } }, 'x/z: f has no control toString'],
    ]
    for (const [controls, message] of cases) {
      expect(() => controlsOf([framework], { ...silent, policies: [policy('x/z', controls)] })).toThrow(message)
    }
  })

  test('is counted by status, with the sources that were used', () => {
    const controls = controlsOf([framework], silent)
    expect(tally({ controls }, 'f')).toEqual({ gap: 0, evidence: 1, 'not-exercised': 1, 'not-assessable': 1 })
    expect(legend({ controls }, framework)).toBe('J: Ours; P: Theirs')
  })
})
