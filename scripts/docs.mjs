// What the generators of documentation share: policies and frameworks as they are built, and pages that are written, or
// compared with what is written.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'

/** The METADATA of every policy. */
export const readPolicies = () => JSON.parse(readFileSync('dist/policies.json', 'utf8')).policies

/** Every framework, in the order of its file's name. */
export const readFrameworks = () =>
  readdirSync('frameworks')
    .sort()
    .map((file) => load(readFileSync(`frameworks/${file}`, 'utf8')))

/** A policy's page, below docs/policies/. */
export const pageOf = (id) => `${id}.md`

/**
 * Makes `folder` hold the pages (path in it → text) and nothing else. With `--check` on the command line it writes
 * nothing, names every difference, and fails.
 */
export function publish(folder, pages, script) {
  const check = process.argv.includes('--check')
  const old = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.md')) : []
  const problem = (path, what) => {
    console.error(`${join(folder, path)} ${what}: node ${script}`)
    process.exitCode = 1
  }
  for (const path of old.filter((known) => pages[known] === undefined)) {
    if (check) problem(path, 'is generated no more')
    else rmSync(join(folder, path))
  }
  for (const [path, page] of Object.entries(pages)) {
    const file = join(folder, path)
    if (!check) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, page)
    } else if (!existsSync(file)) problem(path, 'is missing')
    else if (readFileSync(file, 'utf8') !== page) problem(path, 'is stale')
  }
}
