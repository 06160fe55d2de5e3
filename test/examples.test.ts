/**
 * The two shops of examples/, judged by the built command line as anybody would: the one has a defect for every policy,
 * the other has none. `UPDATE_GOLDEN=1` writes the shop's report and the table in examples/README.md anew.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'

const SHOP = 'examples/shop'
const HARDENED = 'examples/shop-hardened'
const README = 'examples/README.md'

/** Policies that no defect can be shown for, and why. */
const NO_DEFECT: ReadonlyMap<string, string> = new Map([
  [
    'default-deny/undeclared-connection',
    'it speaks only where the configuration declares flows, which is not supported yet',
  ],
])

interface Located {
  readonly policy: string
  readonly message: string
  readonly location: { readonly file: string; readonly line: number }
  readonly related: readonly { readonly file: string }[]
}

interface Report {
  readonly outcome: 'pass' | 'fail'
  readonly findings: readonly Located[]
  readonly unknowns: readonly unknown[]
  readonly unjudged: readonly unknown[]
}

function check(...args: string[]): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'check', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  expect(stderr).toBe('')
  return { status, stdout }
}

const updates = process.env['UPDATE_GOLDEN'] === '1'

describe('the shop', () => {
  let status: number | null
  let report: Report
  beforeAll(() => {
    const run = check(SHOP, '--format', 'json')
    status = run.status
    report = JSON.parse(run.stdout) as Report
  })

  test('is refused', () => {
    expect(status).toBe(1)
    expect(report.outcome).toBe('fail')
  })

  test('is judged as a whole', () => {
    expect(report.unjudged).toEqual([])
  })

  test('has a defect for every policy', () => {
    const { policies } = JSON.parse(readFileSync('dist/policies.json', 'utf8')) as { policies: { id: string }[] }
    const wanted = policies.map(({ id }) => id).filter((id) => !NO_DEFECT.has(id))
    expect(distinct(report.findings.map(({ policy }) => policy))).toEqual(wanted.sort())
  })

  test('says at every defect which policy it is about', () => {
    expect(distinct(commentsOf(SHOP).map(({ policy }) => policy))).toEqual(
      distinct(report.findings.map(({ policy }) => policy)),
    )
  })

  test('is told in words as always', () => {
    const { stdout } = check(SHOP)
    const golden = 'test/golden/examples/shop.txt'
    if (updates) {
      mkdirSync(dirname(golden), { recursive: true })
      writeFileSync(golden, stdout)
    }
    expect(stdout).toBe(readFileSync(golden, 'utf8'))
  })

  test('keeps its passwords to itself', () => {
    const { stdout } = check(SHOP, '--verbose')
    expect(`${stdout}${JSON.stringify(report)}`).not.toMatch(/pk-live-|Sommer-2026/)
  })

  test('has its defects in the table of the README', () => {
    const table = tableOf(report.findings)
    const before = readFileSync(README, 'utf8')
    const [start, end] = ['<!-- defects -->\n', '<!-- /defects -->']
    const [head, rest] = [before.indexOf(start) + start.length, before.indexOf(end)]
    if (updates) writeFileSync(README, before.slice(0, head) + table + before.slice(rest))
    expect(readFileSync(README, 'utf8').slice(head, -before.slice(rest).length)).toBe(table)
  })
})

describe('the hardened shop', () => {
  test('passes, and nothing is left to say', () => {
    const { status, stdout } = check(HARDENED, '--format', 'json')
    const { outcome, findings, unknowns, unjudged } = JSON.parse(stdout) as Report
    expect({ findings, unknowns, unjudged }).toEqual({ findings: [], unknowns: [], unjudged: [] })
    expect([status, outcome]).toEqual([0, 'pass'])
  })

  test('has the files of the shop', () => {
    expect(filesOf(HARDENED)).toEqual(filesOf(SHOP))
  })

  test('confesses to no defect', () => {
    expect(commentsOf(HARDENED)).toEqual([])
  })
})

/* ---------------------------------------------------------------- comments */

/** `# family/name: why it came to be`, in a file below a shop. */
interface Comment {
  readonly policy: string
  readonly file: string
  /** 1-based. */
  readonly line: number
}

function commentsOf(shop: string): readonly Comment[] {
  return filesOf(shop).flatMap((file) =>
    readFileSync(join(shop, file), 'utf8')
      .split('\n')
      .flatMap((text, i): readonly Comment[] => {
        const [, policy] =
          /^\s*# ((?:least-privilege|default-deny|mtls-strict|audit-logging)\/[a-z-]+): \S/.exec(text) ?? []
        return policy === undefined ? [] : [{ policy, file, line: i + 1 }]
      }),
  )
}

/** Relative to the shop, sorted. */
function filesOf(shop: string): readonly string[] {
  return readdirSync(shop, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(shop.length + 1))
    .sort()
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

/* ------------------------------------------------------------------- table */

/** A row a comment, with what the gate says there, or, where the cause lies in another file, what it says of that. */
function tableOf(findings: readonly Located[]): string {
  const rows = commentsOf(SHOP).map(({ policy, file, line }) => {
    const about = findings.filter((finding) => finding.policy === policy)
    const [nearest] = about.sort((a, b) => distance(a, file, line) - distance(b, file, line))
    return `| ${escaped(nearest?.message ?? '')} | \`${policy}\` | [${file}](shop/${file}#L${line}) |\n`
  })
  return `| defect | policy | file |\n|---|---|---|\n${rows.join('')}`
}

/** In lines; what is said of another file is far away, and nearer where it names this one or lies beside it. */
function distance({ location, related }: Located, file: string, line: number): number {
  const path = `${SHOP}/${file}`
  if (location.file === path) return Math.abs(location.line - line)
  if (related.some((place) => place.file === path)) return 1e6
  const folders = path.split('/')
  const apart = location.file.split('/').findIndex((folder, i) => folder !== folders[i])
  return 1e7 - apart
}

function escaped(message: string): string {
  return message.replace(/@sha256:[0-9a-f]{64}/g, '').replace(/[\\|*_<]/g, '\\$&')
}
