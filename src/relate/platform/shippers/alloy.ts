/** Grafana Alloy's configuration syntax (https://grafana.com/docs/alloy/latest/get-started/configuration-syntax/). */
import type { Truth } from '../../../model.js'
import { objectOf, textOf, textsOf } from '../text.js'
import { given, type LogOutput, output, schemeOf, type ShipperConfig, switchOf } from './config.js'
import { lokiClient } from './promtail.js'

/** `loki.write "default" { … }`; an attribute that is no literal keeps its expression as `${…}`. */
interface Block {
  readonly name: string
  readonly attributes: { readonly [key: string]: string }
  readonly blocks: readonly Block[]
}

export function isAlloy(text: string): boolean {
  return /^\s*(loki|otelcol|discovery|prometheus|local)(\.\w+)+\s+"[^"]*"\s*\{/m.test(text)
}

export function readAlloy(text: string): ShipperConfig {
  const blocks = parse(text)
  const has = (...names: readonly string[]): boolean => blocks.some(({ name }) => names.includes(name))
  const files = blocks.filter(({ name }) => name === 'local.file_match' || name === 'otelcol.receiver.filelog')
  return {
    files: files.flatMap((block) =>
      [...(block.attributes['path_targets'] ?? block.attributes['include'] ?? '').matchAll(/"(\/[^"]*)"/g)].map(
        ([, path]) => path ?? '',
      ),
    ),
    containers: has('loki.source.kubernetes', 'loki.source.podlogs')
      ? 'api'
      : has('discovery.kubernetes') && has('loki.source.file')
        ? 'files'
        : null,
    outputs: blocks.flatMap(outputsOf),
  }
}

function outputsOf(block: Block): readonly LogOutput[] {
  if (block.name === 'loki.write')
    return children(block, 'endpoint').map((endpoint) => lokiClient(asSettings(endpoint)))
  const [, kind] = /^otelcol\.exporter\.(otlp|otlphttp|loki)$/.exec(block.name) ?? []
  if (kind === undefined || kind === 'loki') return []
  return children(block, 'client').map((client) => {
    const { endpoint, auth, tls } = asSettings(client)
    const addresses = textsOf(endpoint)
    const insecure = switchOf(objectOf(tls)['insecure'], 'no')
    const bare: Truth = insecure === 'unknown' ? insecure : insecure === 'yes' ? 'no' : 'yes'
    return output(kind, addresses, {
      tls: kind === 'otlp' ? bare : schemeOf(addresses, 'no'),
      verified: switchOf(objectOf(tls)['insecure_skip_verify'], 'no') === 'yes' ? 'no' : 'yes',
      authenticated: given(auth, textOf(objectOf(tls)['cert_file'])),
    })
  })
}

function children(block: Block, name: string): readonly Block[] {
  return block.blocks.filter((child) => child.name === name)
}

function asSettings(block: Block): { readonly [key: string]: unknown } {
  return {
    ...block.attributes,
    ...Object.fromEntries(block.blocks.map((child) => [child.name, { present: 'yes', ...asSettings(child) }])),
  }
}

/* ----------------------------------------------------------------- parse */

/** Blocks and attributes; expressions are kept as text, which is all that is asked of them. */
function parse(text: string): readonly Block[] {
  const tokens =
    text.match(/"(?:\\.|[^"\\])*"|`[^`]*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\]()=,]|[^\s{}[\]()=,"`]+|\n/g) ?? []
  const words = tokens.filter((token) => !token.startsWith('//') && !token.startsWith('/*'))
  return bodyOf(words, { at: 0 }).blocks
}

function bodyOf(words: readonly string[], cursor: { at: number }): Pick<Block, 'attributes' | 'blocks'> {
  const attributes: { [key: string]: string } = {}
  const blocks: Block[] = []
  while (cursor.at < words.length && words[cursor.at] !== '}') {
    const name = words[cursor.at++] ?? ''
    if (name === '\n' || name === ',') continue
    if (words[cursor.at] === '=') {
      cursor.at++
      attributes[name] = valueOf(expressionOf(words, cursor))
      continue
    }
    // A label may stand between the name and the block.
    if (words[cursor.at]?.startsWith('"') === true) cursor.at++
    if (words[cursor.at] !== '{') continue
    cursor.at++
    blocks.push({ name, ...bodyOf(words, cursor) })
    cursor.at++
  }
  return { attributes, blocks }
}

/** Up to the end of the line on which every bracket is closed. */
function expressionOf(words: readonly string[], cursor: { at: number }): string {
  const parts: string[] = []
  for (let depth = 0; cursor.at < words.length; cursor.at++) {
    const word = words[cursor.at] ?? ''
    if ('{[('.includes(word)) depth++
    else if (depth === 0 && (word === '\n' || word === '}' || word === ',')) break
    else if ('}])'.includes(word)) depth--
    if (word !== '\n') parts.push(word)
  }
  return parts.join(' ')
}

function valueOf(expression: string): string {
  const literal = /^"((?:\\.|[^"\\])*)"$|^`([^`]*)`$/.exec(expression)
  if (literal !== null) return literal[1] ?? literal[2] ?? ''
  return /^(true|false|-?\d[\w.]*)$/.test(expression) || /^[[{]/.test(expression) ? expression : `\${${expression}}`
}
