import { afterAll, describe, expect, test } from '@jest/globals'
import { chart, startTestEngines, tree } from './engines.js'

const { engines, start, close } = startTestEngines({ workers: 1 })
afterAll(close)

const GOOD = chart({ 'templates/a.yaml': 'a: {{ .Release.Name }}\n' })
const ENDLESS = chart({ 'templates/a.yaml': '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}' })
const DOUBLING = '{{ $x := "xxxxxxxxxxxxxxxx" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}x: {{ $x }}'

describe('a template that does not end', () => {
  test('is stopped at the limit of time, and the next call works', async () => {
    const limited = start({ timeLimitMs: 3000 })
    const result = await limited.helm({ files: ENDLESS })
    expect(result.error).toMatchObject({ stage: 'limit', message: 'the limit of 3 seconds was reached' })
    expect((await limited.helm({ files: GOOD })).documents).toHaveLength(1)
    await limited.close()
    // Well before a minute, jest's own limit.
  }, 20_000)

  test('does not hold up or spoil the calls beside it', async () => {
    const limited = start({ timeLimitMs: 4000, workers: 2 })
    const endless = limited.helm({ files: ENDLESS })
    const others = await Promise.all([1, 2, 3].map(() => limited.helm({ files: GOOD })))
    for (const { error } of others) expect(error).toBeNull()
    expect((await endless).error?.stage).toBe('limit')
    await limited.close()
  })
})

describe('a template that eats memory', () => {
  test.each([
    ['one text that doubles', DOUBLING],
    ['one list of a hundred million', '{{ range until 100000000 }}{{ end }}'],
  ])('is stopped at the limit of memory: %s', async (_, template) => {
    const result = await engines.helm({ files: chart({ 'templates/a.yaml': template }) })
    expect(result.error).toMatchObject({ stage: 'limit', message: 'the limit of memory was reached' })
    expect((await engines.helm({ files: GOOD })).documents).toHaveLength(1)
  })
})

describe('a template that includes itself', () => {
  test('ends in Helm’s own error, and leaves the engine as it was', async () => {
    const files = chart({ 'templates/a.yaml': '{{ define "a" }}{{ include "a" . }}{{ end }}x: {{ include "a" . }}\n' })
    const { error } = await engines.helm({ files })
    expect(error?.stage).toBe('template')
    expect(error?.message).toContain('rendering template has a nested reference name: a: unable to execute template')
    expect(error).toMatchObject({ file: 'templates/a.yaml', line: 1 })
    expect((await engines.helm({ files: GOOD })).error).toBeNull()
  })
})

describe('other input that is out of bounds', () => {
  test('a YAML bomb in the values', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]\n`,
    )
    const files = chart({
      'values.yaml': `l0: &l0 x\n${levels.join('')}`,
      'templates/a.yaml': 'a: {{ .Values.l12 | len }}\n',
    })
    const { error } = await engines.helm({ files })
    expect(error).not.toBeNull()
    expect((await engines.helm({ files: GOOD })).error).toBeNull()
  })

  test('bytes that are no text, and an empty chart', async () => {
    const files = [...chart({}), { name: 'templates/a.yaml', content: new Uint8Array([0xff, 0xfe, 0, 1, 2]) }]
    expect((await engines.helm({ files })).error).not.toBeNull()
    expect((await engines.helm({ files: [] })).error).toMatchObject({
      stage: 'chart',
      message: 'Chart.yaml file is missing',
    })
    expect((await engines.kustomize({ root: 'nowhere', files: tree({}) })).error).not.toBeNull()
  })
})

describe('closing', () => {
  test('fails what is under way and what comes later, and leaves no worker', async () => {
    const closing = start()
    const running = closing.helm({ files: ENDLESS })
    const waiting = closing.helm({ files: GOOD })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await closing.close()
    expect((await running).error).toMatchObject({ stage: 'engine', message: 'the engines were closed' })
    expect((await waiting).error).toMatchObject({ stage: 'engine', message: 'the engines were closed' })
    expect((await closing.helm({ files: GOOD })).error).toMatchObject({ stage: 'engine' })
    await closing.close()
  })

  test('an engine that is not there is an answer', async () => {
    const nowhere = start({ directory: 'dist/nowhere' })
    expect((await nowhere.helm({ files: GOOD })).error?.message).toMatch(/^the engine cannot be loaded: .*ENOENT/)
    await nowhere.close()
  })
})
