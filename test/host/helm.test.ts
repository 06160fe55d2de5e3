import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { rawHelmOutput } from '../../src/host/engines.js'
import type { HelmRequest, HelmResult } from '../../src/render/engines.js'
import { cases, chart, filesBelow, golden, startTestEngines } from './engines.js'

const { engines, close } = startTestEngines()
afterAll(close)

/** Helm's flags, as case.json gives them, as a request. */
function requestOf(folder: string, flags: readonly string[]): HelmRequest {
  const many: Record<string, string[]> = {
    set: [],
    setString: [],
    setJson: [],
    setLiteral: [],
    apiVersions: [],
    values: [],
  }
  const request: Record<string, unknown> = {}
  const rest = [...flags]
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const name = flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    if (name === 'includeCrds' || name === 'isUpgrade') request[name] = true
    else if (many[name]) many[name].push(rest.shift() ?? '')
    else request[name] = rest.shift()
  }
  const values = (many['values'] ?? []).map((name) => ({ name, content: readFileSync(join(folder, name)) }))
  return { files: filesBelow(folder), ...many, ...request, values }
}

describe('Helm renders the cases of test/charts as it did', () => {
  test.each(cases('helm'))('%s', async (name) => {
    const folder = join('test/charts/helm', name)
    const { helm } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as { helm: string[] }
    const result = await engines.helm(requestOf(join(folder, 'chart'), helm))
    const summary = {
      ...result,
      documents: result.documents.map(withoutText),
      skipped: result.skipped.map(withoutText),
    }
    if (result.error === null) {
      const text = rawHelmOutput(result.documents)
      expect(text).toBe(golden(join(folder, 'expected.yaml'), text))
    } else if (result.error.message.length > 10_000) {
      summary.error = { ...result.error, message: `${result.error.message.slice(0, 200)}…` }
    }
    const json = `${JSON.stringify(summary, null, 2)}\n`
    expect(json).toBe(golden(join(folder, 'expected.json'), json))
  })
})

function withoutText({ text, ...rest }: HelmResult['documents'][number]): object {
  return { ...rest, lines: text.split('\n').length }
}

describe('a render depends on its input alone', () => {
  const files = filesBelow('test/charts/helm/random/chart')

  test('the same again, whatever was rendered in between', async () => {
    const first = await engines.helm({ files })
    await engines.helm({
      files: chart({ 'templates/a.yaml': 'x: {{ randAlphaNum 100 }} {{ randInt 1 9 }} {{ uuidv4 }}\n' }),
    })
    const second = await engines.helm({ files })
    expect(second.documents).toEqual(first.documents)
  })

  test('another seed gives other values, another clock other dates', async () => {
    const template = chart({ 'templates/a.yaml': 'x: {{ randAlphaNum 10 }} {{ now | date "2006-01-02T15:04:05" }}\n' })
    const text = async (more: Partial<HelmRequest>): Promise<string | undefined> =>
      (await engines.helm({ files: template, ...more })).documents[0]?.text
    const usual = await text({})
    expect(usual).toMatch(/^x: [A-Za-z0-9]{10} 2026-01-01T00:00:00\n$/)
    expect(await text({ seed: 7 })).not.toBe(usual)
    expect(await text({ now: Date.UTC(2030, 4, 6) / 1000 })).toMatch(/ 2030-05-06T00:00:00\n$/)
  })

  test('the order of a map is sorted where Go would shuffle it', async () => {
    const template = chart({
      'templates/a.yaml': 'x: "{{ keys (dict "b" 1 "a" 2 "c" 3) }} {{ values (dict "b" 1 "a" 2 "c" 3) }}"\n',
    })
    const { documents } = await engines.helm({ files: template })
    expect(documents[0]?.text).toBe('x: "[a b c] [2 1 3]"\n')
  })
})

describe('where documents come from', () => {
  test('an alias, and a directory that is not called like its chart', async () => {
    const { documents, subcharts } = await engines.helm({
      files: chart({
        'Chart.yaml':
          'apiVersion: v2\nname: root\nversion: 1.0.0\ndependencies: [{name: part, version: "*", alias: other}]\n',
        'charts/somewhere/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 1.0.0\n',
        'charts/somewhere/templates/a.yaml': 'a: 1\n---\nb: 1\n',
      }),
    })
    expect(documents.map(({ template, file, index }) => [template, file, index])).toEqual([
      ['root/charts/other/templates/a.yaml', 'charts/somewhere/templates/a.yaml', 0],
      ['root/charts/other/templates/a.yaml', 'charts/somewhere/templates/a.yaml', 1],
    ])
    expect(subcharts).toMatchObject([{ directory: 'charts/somewhere', name: 'part', paths: ['root/charts/other'] }])
  })

  test('the order of the files that are handed in does not matter', async () => {
    const files = filesBelow('test/charts/helm/subcharts/chart')
    const [forward, backward] = await Promise.all([
      engines.helm({ files }),
      engines.helm({ files: [...files].reverse() }),
    ])
    expect(backward).toEqual(forward)
  })
})
