#!/usr/bin/env node
// Bundles the entries with ncc into dist/: the command line, the Action, the engines' worker and Rego's, one file each. The frameworks go
// along as JSON. What an entry loads when it is asked for lies beside it (`cli.123.mjs`). The engines and the policies are built by their own scripts.
// Modules are called `.mjs`: `cli.js` is CommonJS, which Node starts in 20 ms less.
//
//   node scripts/build-dist.mjs [--out DIR]
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformFileSync } from '@swc/core'
import { load } from 'js-yaml'

const out = process.argv.includes('--out') ? process.argv[process.argv.indexOf('--out') + 1] : 'dist'
const run = (file, ...args) =>
  execFileSync(process.execPath, [file, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })

for (const folder of ['build/src', 'build/ncc']) rmSync(folder, { recursive: true, force: true })
// Only the types are stripped here; that they are right is a check of its own.
for (const file of readdirSync('src', { recursive: true }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
)) {
  const target = join('build/src', file.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(
    target,
    transformFileSync(join('src', file), {
      swcrc: true,
      sourceMaps: false,
      minify: true,
      jsc: { minify: { compress: false, mangle: false, format: { asciiOnly: true, comments: false } } },
    }).code,
  )
}
for (const file of readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.json')))
  cpSync(join('src', file), join('build/src', file))

/**
 * V8 compiles a function in parentheses at once, and parses the body of any other twice, of an arrow function always: with
 * all of a bundle's modules that is 30 ms of every start (bench/README.md).
 */
function compiledAtOnce(code) {
  const eager = code.replace(/^\/\*\*\*\/ \(\(([^()]*)\) => \{$/gm, '/***/ (function($1) {')
  if (eager === code && code.includes('__webpack_modules__')) throw new Error('ncc writes modules in another way')
  return eager
}

/** A module's code as a function of what a script has not: `src/launch.ts` calls it. */
function asScript(code) {
  const parts = [
    ['#!/usr/bin/env node\n', ''],
    ['import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";\n', ''],
    ['import("./" + __nccwpck_require__.u(chunkId))', '__load("./" + __nccwpck_require__.u(chunkId))'],
  ]
  for (const [part] of parts)
    if (code.split(part).length !== 2) throw new Error(`ncc writes another bundle: it has not one ${part}`)
  const body = parts.reduce((text, [part, other]) => text.replace(part, () => other), code)
  const script = body.replaceAll('import.meta.url', '__url')
  if (/\bimport\.meta\b|^(?:import|export)\b/m.test(script)) throw new Error('what is left of the bundle is a module')
  // ASCII, which is read at once: of anything else V8 makes a string of two bytes a character, one by one, in 10 ms.
  const ascii = script.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `(async function (__WEBPACK_EXTERNAL_createRequire, __url, __load) {"use strict";\n${ascii}\n})\n`
}

/** opa-wasm loads a reader of YAML at its start, for builtins that the bundled policies never call. */
function withoutYaml(code) {
  const needed = /const yaml = __nccwpck_require__\((\d+)\);(?=\s*\/\/ see: https:\/\/eemeli\.org)/
  if (!needed.test(code) && code.includes('"yaml.unmarshal"')) throw new Error('opa-wasm loads yaml in another way')
  const lazily = (name) => `${name}: (value) => __nccwpck_require__($1).${name}(value)`
  return code.replace(needed, `const yaml = { ${lazily('parse')}, ${lazily('stringify')} };`)
}

/** ncc calls every entry's chunks alike: `123.index.js`. */
function ownChunks(entry, code) {
  const name = '"" + chunkId + ".index.js"'
  const parts = code.split(name)
  if (parts.length > 2) throw new Error(`${entry} names its chunks in ${parts.length - 1} places`)
  return parts.join(`"${entry}." + chunkId + ".mjs"`)
}

function writeLaunched(script) {
  writeFileSync(join(out, 'cli.script.js'), script)
  const digest = createHash('sha256').update(script).digest('hex').slice(0, 32)
  const launcher = transformFileSync('build/src/launch.js', {
    minify: true,
    sourceMaps: false,
    module: { type: 'commonjs', ignoreDynamic: true, noInterop: true },
    jsc: { target: 'es2022', minify: { compress: false, mangle: false } },
  }).code
  if (launcher.split('SCRIPT_DIGEST').length !== 2) throw new Error('src/launch.ts has no place for the digest')
  writeFileSync(join(out, 'cli.js'), `#!/usr/bin/env node\n${launcher.replace('SCRIPT_DIGEST', digest)}\n`)
}

mkdirSync(out, { recursive: true })
// Chunks are called by numbers: those of another build would stay.
for (const name of readdirSync(out).filter((file) => /^[a-z-]+\.\d+\.m?js$/.test(file))) rmSync(join(out, name))
for (const [entry, source] of [
  ['cli', 'cli.js'],
  ['action', 'action.js'],
  ['engine-worker', 'host/engine-worker.js'],
  ['rego-worker', 'host/rego-worker.js'],
]) {
  const folder = join('build/ncc', entry)
  run(
    'node_modules/@vercel/ncc/dist/ncc/cli.js',
    'build',
    join('build/src', source),
    '--out',
    folder,
    '--target',
    'es2022',
    '--license',
    'licenses.txt',
    '--quiet',
  )
  for (const name of readdirSync(folder)) {
    const [, chunk] = /^(\d+)\.index\.js$/.exec(name) ?? []
    // What is loaded when it is asked for has a file of its own, which must not be taken for another entry's.
    if (name === 'index.js') {
      const code = ownChunks(entry, withoutYaml(compiledAtOnce(readFileSync(join(folder, name), 'utf8'))))
      if (entry === 'cli') writeLaunched(asScript(code))
      else writeFileSync(join(out, `${entry}.mjs`), code)
    } else if (chunk !== undefined)
      writeFileSync(
        join(out, `${entry}.${chunk}.mjs`),
        withoutYaml(compiledAtOnce(readFileSync(join(folder, name), 'utf8'))),
      )
    else if (name === 'licenses.txt') cpSync(join(folder, name), join(out, `${entry}.licenses.txt`))
    else if (name !== 'package.json') throw new Error(`ncc wrote ${entry}/${name}, which nothing carries to dist/`)
  }
}
writeFileSync(
  join(out, 'package.json'),
  `${JSON.stringify({ type: 'commonjs', version: JSON.parse(readFileSync('package.json', 'utf8')).version })}\n`,
)
const frameworks = readdirSync('frameworks')
  .sort()
  .map((file) => load(readFileSync(join('frameworks', file), 'utf8')))
writeFileSync(join(out, 'frameworks.json'), `${JSON.stringify(frameworks, null, 1)}\n`)
