// Edits of one line of a template, and of one key of a values file.

/** What stands for a text that no chart has. */
export const FOREIGN = 'zq7'

/** Ways to change what one line of a template puts out, best first; each gives the whole text, or null. */
export function templateMutations(text, { line, column, endColumn }) {
  const lines = text.split('\n')
  const own = lines[line - 1] ?? ''
  const withLine = (changed) => [...lines.slice(0, line - 1), ...(changed === null ? [] : [changed]), ...lines.slice(line)].join('\n')
  const marked = own.slice(column - 1, endColumn - 1)
  const key = /^(["']?)([A-Za-z_][\w./-]*)\1(?=\s*:)/.exec(marked)
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  return [
    ['key renamed', key === null ? null : withLine(own.slice(0, column - 1) + key[0].replace(key[2], key[2] + FOREIGN) + own.slice(column - 1 + key[0].length))],
    ['text changed', /^\s*(?:- )?[\w./-]+$/.test(own) ? withLine(own.trimEnd() + FOREIGN) : null],
    ['item replaced', /^\s*- /.test(own) && !own.includes('{{') ? withLine(own.replace(/- .*$/, `- ${FOREIGN}`)) : null],
    ['flow replaced', /^[\w.-]+$/.test(marked) ? withLine(own.slice(0, column - 1) + marked + FOREIGN + own.slice(endColumn - 1)) : null],
    ['line deleted', withLine(null)],
    ['action deleted', withoutAction(text, start, own)],
    ['action replaced', replacedAction(text, start, own)],
  ].filter(([, changed]) => changed !== null && changed !== text)
}

function actionAt(text, start, own) {
  const open = own.indexOf('{{')
  if (open < 0) return null
  const from = start + open
  const close = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[^])*?\}\}/.exec(text.slice(from + 2))
  return close === null ? null : { from, to: from + 2 + close[0].length }
}

function withoutAction(text, start, own) {
  const at = actionAt(text, start, own)
  return at === null ? null : text.slice(0, at.from) + text.slice(at.to)
}

function replacedAction(text, start, own) {
  const at = actionAt(text, start, own)
  return at === null ? null : `${text.slice(0, at.from)}{{- "\\n" }}${text.slice(at.to)}`
}

/** Other values for one; a true one may gate its resource, and a text is true as well. */
export function changesOf(value) {
  if (value === true) return [false, FOREIGN]
  if (value === false) return [true]
  if (typeof value === 'number') return [value + 1]
  if (value === null || value === undefined || value === '') return [FOREIGN, true, 91_827, '9.17.3']
  if (typeof value !== 'string') return []
  if (value === 'true' || value === 'false') return [value === 'true' ? 'false' : 'true']
  if (/^\d+$/.test(value)) return [String(Number(value) + 1)]
  const quantity = /^(\d+)([A-Za-z]{1,2})$/.exec(value)
  return [...(quantity === null ? [] : [`${Number(quantity[1]) + 1}${quantity[2]}`]), value + FOREIGN, '9.17.3']
}

/** A values file that holds one key, over the values that are there: lists are replaced as a whole. */
export function layerWith(values, path, value) {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(values)) return values.map((item, i) => (i === Number(step) ? layerIn(item, rest, value) : item))
  const below = values !== null && typeof values === 'object' ? values[step] : undefined
  return { [step]: rest.length === 0 ? value : Array.isArray(below) ? layerIn(below, rest, value) : layerWith(below, rest, value) }
}

/** The same with all else kept. */
function layerIn(tree, path, value) {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(tree)) return tree.map((item, i) => (i === Number(step) ? layerIn(item, rest, value) : item))
  return { ...tree, [step]: layerIn(tree?.[step] ?? null, rest, value) }
}
