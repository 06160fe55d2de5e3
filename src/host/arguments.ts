/** The arguments of a command, as `parseArgs` reads them; it says which option was meant that there is none of. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { suggestion } from '../shape.js'
import { GateError } from './gate-error.js'

/** Throws `GateError` for an option that the command has not, and what `parseArgs` throws for the rest. */
export function argumentsOf<const Config extends ParseArgsConfig>(
  command: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const { args = [], options = {} } = config
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue
    const near = suggestion(
      token.rawName,
      Object.keys(options).map((name) => `--${name}`),
    )
    throw new GateError(
      `${command} has no option ${token.rawName}${near}; \`ringfence ${command} --help\` lists those that there are`,
    )
  }
  return parseArgs(config)
}

/** Whether arguments ask how a command is used: before a `--`, which makes files of what follows. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')
}
