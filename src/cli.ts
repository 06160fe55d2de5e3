#!/usr/bin/env node
/**
 * The command line: arguments in, text and an exit code out. Everything else is `run`. What `check` does not need is loaded
 * when it is asked for: a plain repository is judged in the time that loading it all would take.
 */
import { writeFileSync } from 'node:fs'
import { explain, UnknownPolicy } from './report/explain.js'
import { terminal, type Printer } from './report/terminal.js'
import { argumentsOf, asksForHelp } from './host/arguments.js'
import { fileProblem } from './host/file-error.js'
import { folderOf, versionOf } from './host/here.js'
import { GateError } from './host/gate-error.js'
import { defaults } from './config.js'
import { loadDistribution, type Distribution } from './configured.js'
import type { Report } from './report/report.js'
import { ALONE, open, run, type Opened, type RunResult, type Start } from './run.js'
import { suggestion } from './shape.js'

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv
  const distribution = folderOf(import.meta.url)
  if (command !== undefined && asksForHelp(argv)) return help(command)
  switch (command) {
    case 'check':
      return check(rest, distribution)
    case 'connections':
    case 'permissions':
    case 'mtls': {
      const progress = progressOn(process.stderr)
      const { relateCommand } = await import('./host/relate-command.js')
      const { text, unjudged } = await relateCommand(command, rest, process.cwd(), distribution, progress)
      await write(text)
      for (const line of unjudged) process.stderr.write(`${line}\n`)
      return unjudged.length === 0 ? 0 : 1
    }
    case 'fix': {
      const { fixCommand } = await import('./host/fix-command.js')
      const { text, summary } = await fixCommand(rest, process.cwd(), distribution, progressOn(process.stderr))
      await write(text)
      for (const line of summary) process.stderr.write(`${line}\n`)
      return 0
    }
    case 'render': {
      const { renderCommand } = await import('./host/render-command.js')
      await write(await renderCommand(rest, process.cwd(), distribution))
      return 0
    }
    case 'init':
    case 'baseline': {
      const { baselineCommand, initCommand } = await import('./host/init-command.js')
      const work = command === 'init' ? initCommand : baselineCommand
      await write(await work(rest, process.cwd(), distribution, progressOn(process.stderr)))
      return 0
    }
    case 'test': {
      const { testCommand } = await import('./host/test-command.js')
      const { text, passed } = await testCommand(rest, process.cwd(), distribution)
      await write(text)
      return passed ? 0 : 1
    }
    case 'explain': {
      const { positionals } = argumentsOf('explain', { args: rest, allowPositionals: true, options: {} })
      const loaded = loadDistribution(distribution)
      const { policies, config } = await hereOr(loaded)
      await write(explain(positionals, policies, config))
      return 0
    }
    case '--version':
    case 'version':
      process.stdout.write(`ringfence ${versionOf(distribution)}\n`)
      return 0
    case 'help':
      return help(rest[0])
    case undefined:
      process.stderr.write((await import('./host/usage.js')).USAGE)
      return 2
    default:
      throw await noCommand(command)
  }
}

/** How all of it is used, or one command. */
async function help(command: string | undefined): Promise<number> {
  const { USAGE, usageOf } = await import('./host/usage.js')
  const isAll = command === undefined || command === 'help' || command.startsWith('-')
  const usage = isAll ? USAGE : usageOf(command)
  if (usage === null) throw await noCommand(command ?? '')
  await write(usage)
  return 0
}

async function noCommand(command: string): Promise<GateError> {
  const { commands } = await import('./host/usage.js')
  return new GateError(
    `no command ${JSON.stringify(command)}${suggestion(command, commands())}; \`ringfence --help\` lists them`,
  )
}

/** What the repository says of the policies; what is bundled alone where that cannot be read. */
async function hereOr(loaded: Distribution): Promise<Pick<Opened, 'policies' | 'config'>> {
  const asked = { cwd: process.cwd(), paths: ['.'], config: null }
  try {
    return await open({ ...asked, each: false, stage: '', failOn: '', tightenOnly: false }, loaded)
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    process.stderr.write(`ringfence: not of this repository, whose configuration cannot be read: ${error.message}\n`)
    return { policies: loaded.set.policies, config: defaults }
  }
}

async function check(args: string[], distribution: URL): Promise<number> {
  const { values, positionals } = argumentsOf('check', {
    args,
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      output: { type: 'string' },
      config: { type: 'string' },
      stage: { type: 'string' },
      'fail-on': { type: 'string' },
      base: { type: 'string' },
      each: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      fixes: { type: 'boolean', default: false },
    },
  })
  const print = await printerOf(values.format)
  const { base } = values
  const outcome = await run({
    cwd: process.cwd(),
    paths: positionals.length === 0 ? ['.'] : positionals,
    each: values.each,
    config: values.config ?? null,
    stage: values.stage ?? '',
    failOn: values['fail-on'] ?? '',
    tightenOnly: false,
    distribution,
    ...(values.fixes ? { fixes: { isWanted: (await import('./mend/report.js')).isMendable } } : {}),
    onProgress: progressOn(process.stderr),
    ...(base === undefined ? {} : { start: startingAt(base, values.config === undefined) }),
  })
  const toTerminal = values.output === undefined && process.stdout.isTTY
  const report = base === undefined ? outcome.report : await withOpenings(outcome)
  const text = print(report, {
    policies: outcome.policies,
    linesOf: outcome.linesOf,
    version: versionOf(distribution),
    prefix: outcome.prefix,
    now: new Date().toISOString(),
    uuid: () => crypto.randomUUID(),
    colour: toTerminal && process.env['NO_COLOR'] === undefined,
    width: process.stdout.columns ?? 100,
    verbose: values.verbose,
  })
  if (values.output === undefined) await write(text)
  else writeTo(values.output, text)
  return outcome.report.outcome === 'pass' ? 0 : 1
}

async function withOpenings({ report, worlds }: RunResult): Promise<Report> {
  const [{ withOpened }, all] = await Promise.all([import('./report/opened.js'), worlds()])
  return withOpened(report, all)
}

async function printerOf(format: string): Promise<Printer> {
  if (format === 'text') return terminal
  const { FORMATS } = await import('./report/formats.js')
  const print = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined
  if (print === undefined) throw new GateError(`--format ${format}: there are ${Object.keys(FORMATS).join(', ')}`)
  return print
}

/** A configuration that was asked for by name is the one that lies here. */
function startingAt(ref: string, ownRules: boolean): (root: string) => Promise<Start> {
  return async (root) => {
    const [{ gitTree }, { changedSince }] = await Promise.all([
      import('./host/git-tree.js'),
      import('./host/changed.js'),
    ])
    const base = gitTree(root, ref)
    return { ...ALONE, base, rules: ownRules ? base : null, changed: changedSince(root, ref) }
  }
}

/** A line that is overwritten, only where a person sees it and only once the work is long. */
function progressOn(stream: NodeJS.WriteStream): (step: string) => void {
  if (!stream.isTTY) return () => undefined
  const started = performance.now()
  process.once('exit', () => stream.write('\r\x1b[K'))
  return (step) => {
    if (performance.now() - started > 500) stream.write(`\r\x1b[K${step}`)
  }
}

/** Waits until a pipe has taken everything. Who closes it (`| head`) has read enough: that changes no exit code. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => {
      if (error == null || ('code' in error && error.code === 'EPIPE')) resolve()
      else reject(new GateError(`what was asked for cannot be printed: ${fileProblem(error)}`))
    }
    process.stdout.once('error', done)
    process.stdout.write(text, done)
  })
}

function writeTo(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new GateError(`--output ${file}: ${fileProblem(error)}`)
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (error instanceof GateError || error instanceof UnknownPolicy || usage)
    process.stderr.write(`ringfence: ${(error as Error).message}\n`)
  else
    process.stderr.write(
      `ringfence: internal error, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  process.exitCode = 2
}
// All is written. Without this Node takes its heap apart page by page, for a twentieth of the time that a large repository takes.
process.stderr.write('', () => process.exit())
