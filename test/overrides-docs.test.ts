/**
 * docs/overrides.md, run: what a block of YAML or Rego names in its first line is written, what a block of sh says is done,
 * and the block of text behind it is what it prints. `UPDATE_GOLDEN=1` writes what it prints into the page.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { artifact } from './extends/artifacts.js'
import { loopback, type Loopback } from './extends/registry.js'

const PAGE = 'docs/overrides.md'
const BLOCK = /^```(\w+)\n([\s\S]*?)^```$/gm
/** What the page writes for what is another one in each run. */
const REGISTRY = 'registry.example.com'
const DIGEST = `sha256:${'0'.repeat(64)}`
const EXPIRES = '2027-03-01'

let registry: Loopback
let folder: string
beforeAll(async () => {
  registry = await loopback()
  folder = mkdtempSync(join(tmpdir(), 'ringfence-docs-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  mkdirSync(join(folder, 'shop/.git'), { recursive: true })
  program('ringfence', `exec '${process.execPath}' '${resolve('dist/cli.js')}' "$@"`)
  // What it pushes the test puts into the registry: the last of two words, `NAME FILE:TYPE`.
  program('oras', `cp "\${3%%:*}" '${join(folder, 'pushed')}'`)
})
afterAll(async () => {
  await registry.stop()
  rmSync(folder, { recursive: true })
})

function program(name: string, script: string): void {
  const file = join(folder, 'bin', name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
}

/** Both streams, without the end of the line. */
function shell(script: string): Promise<string> {
  return new Promise((done) => {
    const env = {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      HOME: folder,
      RUNNER_TEMP: join(folder, 'cache'),
    }
    const child = spawn('sh', ['-c', `exec 2>&1\n${script}`], { cwd: join(folder, 'shop'), env })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('close', () => done(Buffer.concat(output).toString()))
  })
}

/** A day that waivers may end on, whenever the test is run. */
const soon = (): string => new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)

test('every block does what the page says', async () => {
  const page = readFileSync(PAGE, 'utf8')
  const ends = soon()
  let digest = DIGEST
  let printed = ''
  const told: string[] = []
  for (const [, language, text = ''] of page.matchAll(BLOCK)) {
    const real = text.replaceAll(REGISTRY, registry.host).replaceAll(DIGEST, digest).replaceAll(EXPIRES, ends)
    if (language === 'sh') {
      printed = await shell(real)
      if (text.includes('oras push')) {
        const content = readFileSync(join(folder, 'pushed'))
        const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip'
        digest = registry.put('platform/floor', artifact([{ mediaType, content }]), 'v1')
      }
    } else if (language === 'text') {
      const shown = printed
        .replaceAll(registry.host, REGISTRY)
        .replaceAll(digest, DIGEST)
        .replaceAll(digest.slice(0, 19), DIGEST.slice(0, 19))
        .replaceAll(ends, EXPIRES)
      if (process.env['UPDATE_GOLDEN'] === undefined) expect(shown).toBe(text)
      told.push(shown)
    } else {
      const name = /^# (\S+)\n/.exec(text)?.[1]
      expect(name).toBeDefined()
      const file = join(folder, 'shop', name!)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, real)
    }
  }
  expect(told.length).toBeGreaterThan(7)
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(
      PAGE,
      page.replace(BLOCK, (whole, language: string) =>
        language === 'text' ? `\`\`\`text\n${told.shift() ?? ''}\`\`\`` : whole,
      ),
    )
}, 120_000)
