/** Tells which log shipper a file configures, by its shape, and reads it. */
import { parse as parseToml, TomlError } from 'smol-toml'
import { type CarriedFile, hasKey, parseYaml, type Parsed } from '../text.js'
import { isAlloy, readAlloy } from './alloy.js'
import { isElasticAgent, isFilebeat, readElasticAgent, readFilebeat } from './beats.js'
import { expanded, type ShipperConfig, type Variables } from './config.js'
import { isFluentBit, readFluentBit } from './fluent-bit.js'
import { isFluentd, readFluentd } from './fluentd.js'
import { isOpenTelemetry, readOpenTelemetry } from './opentelemetry.js'
import { isPromtail, readPromtail } from './promtail.js'
import { isVector, readVector } from './vector.js'

export type Tool =
  | 'Fluent Bit'
  | 'Fluentd'
  | 'Filebeat'
  | 'Elastic Agent'
  | 'Vector'
  | 'OpenTelemetry collector'
  | 'Promtail'
  | 'Grafana Alloy'

export type ReadConfig =
  | { readonly tool: Tool; readonly config: ShipperConfig; readonly error: null }
  | { readonly tool: Tool; readonly config: null; readonly error: string }

/** Which shipper's configuration a file is; null: nobody's that is known. Looks at the text alone, and quickly. */
export function toolOfText(text: string): Tool | null {
  if (isFluentBit(text)) return 'Fluent Bit'
  if (isFluentd(text)) return 'Fluentd'
  if (isAlloy(text)) return 'Grafana Alloy'
  if (isVector(text)) return 'Vector'
  if (isOpenTelemetry(text)) return 'OpenTelemetry collector'
  if (isPromtail(text)) return 'Promtail'
  if (isFilebeat(text)) return 'Filebeat'
  if (isElasticAgent(text)) return 'Elastic Agent'
  return null
}

/** Reads one file as its tool would, with the variables that are known. */
export function readConfig(tool: Tool, file: CarriedFile, variables: Variables): ReadConfig {
  const text = tool === 'Fluentd' ? file.text : expanded(file.text, variables)
  switch (tool) {
    case 'Fluent Bit': {
      const read = readFluentBit(text)
      return 'error' in read ? { tool, config: null, error: read.error } : { tool, config: read, error: null }
    }
    case 'Fluentd':
      return { tool, config: readFluentd(text, variables), error: null }
    case 'Grafana Alloy':
      return { tool, config: readAlloy(text), error: null }
    default: {
      const parsed = tool === 'Vector' && !hasKey(text, 'sinks') ? tomlOf(text) : parseYaml(text)
      return parsed.error === null
        ? { tool, config: READERS[tool](parsed.value), error: null }
        : { tool, config: null, error: parsed.error }
    }
  }
}

/** The tools whose configuration is a tree, as an operator's resource may hold it, too. */
export const READERS = {
  Filebeat: readFilebeat,
  'Elastic Agent': readElasticAgent,
  Vector: readVector,
  'OpenTelemetry collector': readOpenTelemetry,
  Promtail: readPromtail,
} as const

function tomlOf(text: string): Parsed {
  try {
    return { value: parseToml(text), error: null }
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown
    return { value: null, error: thrown.message.split('\n')[0] ?? 'invalid TOML' }
  }
}
