// What Rego modules read of their input, so that the gate hands over that and no more: writing an input and reading it
// again in WebAssembly is most of the work of an evaluation.
//
// It looks at the text, and rather finds too much: every `input` outside of a comment counts, with the keys that are
// written behind it, or given to object.get; where they end, in a variable or a function, all that lies below is read,
// and where it is only asked whether there is one (`== null`), nothing of it. Of a list whose items are gone through
// (`some item in input.list`), and of what has a name of its own (`it := input.this`), it is what is read of a variable of
// that name in any of the modules, as long as it is only handed to functions that call it so too.
//
// What stands nowhere but in a message, or as all that a finding is related to, is only repeated: whoever evaluates need not
// tell it apart.

const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const KEYS = String.raw`((?:\.[A-Za-z_]\w*|\[${STRING}\])*)`
const GIVEN = String.raw`(?<=\bobject\.get\(\w[^,()\s]*)(?:, (${STRING}|\[${STRING}(?:, ${STRING})*\]),)?`
const reference = (root) => new RegExp(String.raw`(?<![\w."])${root}\b${KEYS}(?:${GIVEN})?( [!=]= null\b)?`, 'g')

/** The key of all items of a list. */
const ITEMS = '[]'

const withoutComments = (text) => text.replaceAll(/^\s*#.*$/gm, '')

/**
 * Each mention of `root`: the keys behind it, whether what lies there is read or only asked for, and the variable that
 * goes through its items, or stands for it.
 */
function references(text, root) {
  const code = withoutComments(text)
  return [...code.matchAll(reference(root))].map((match) => {
    const [mention, keys, given, isNull] = match
    const path = [
      ...[...keys.matchAll(/\.(\w+)|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, word, quoted]) => word ?? JSON.parse(quoted)),
      ...(given === undefined ? [] : [JSON.parse(given)].flat()),
    ]
    const [, item, alias] =
      /\b(?:some|every) (\w+) in $|^\s*(\w+) := $/m.exec(lastLine(code.slice(0, match.index))) ?? []
    const behind = code.slice(match.index + mention.length)
    const isWhole = given === undefined && /^\s*(?:$|\n|\}|;)/.test(behind)
    const read =
      isNull === undefined && (given === undefined ? useOf(lastLine(code.slice(0, match.index)), behind) : true)
    return { path, read, ...(isWhole ? { item, alias } : {}) }
  })
}

/** What of a finding repeats what it is given, as `src/evaluate` knows it: texts, and the list of what it is related to. */
const IN_TEXT = /"(?:message|remediation|advises)": \$"(?:[^"\\{}]|\\.|\{[^"{}]*\})*\{$/
const AS_TEXT = /"(?:message|remediation|advises)": $/
const AS_REFS = /"related": $/

/** How a mention is used, by what stands before it on its line and behind it: `text`, `refs`, or true for whatever it is. */
function useOf(before, behind) {
  if (IN_TEXT.test(before) && behind.startsWith('}')) return 'text'
  const isAll = /^\s*[,}]/.test(behind)
  return isAll && AS_TEXT.test(before) ? 'text' : isAll && AS_REFS.test(before) ? 'refs' : true
}

const lastLine = (text) => text.slice(text.lastIndexOf('\n') + 1)

/** What stands in the braces of template strings is code, all else in strings is none. */
const withoutStrings = (code) =>
  code
    .replaceAll(/\$"((?:[^"\\{]|\\.|\{[^}]*\})*)"/g, (_, text) =>
      [...text.matchAll(/\{([^}]*)\}/g)].map(([, part]) => ` ${part} `).join(),
    )
    .replaceAll(new RegExp(STRING, 'g'), '""')

/** Whether modules use a variable only by its keys, and hand it only to functions of theirs that call it the same. */
function isKnownByItsKeys(texts, variable) {
  const codes = texts.map((text) => withoutStrings(withoutComments(text)))
  const named = (name, at) => {
    const heads = codes.flatMap((code) => [...code.matchAll(new RegExp(String.raw`^${name}\(([^()]*)\)`, 'gm'))])
    return (
      heads.length > 0 && heads.every(([, parameters]) => [variable, '_'].includes(parameters.split(',')[at]?.trim()))
    )
  }
  return codes.every((code) =>
    [...code.matchAll(new RegExp(String.raw`(?<![\w.])${variable}\b(?![\w.[])`, 'g'))].every(({ index }) => {
      const before = code.slice(0, index)
      if (/\b(?:some|every) $/.test(before) && /^\w+ in\b/.test(code.slice(index))) return true
      if (/^\s*$/.test(lastLine(before)) && /^\w+ := /.test(code.slice(index))) return true
      const [, name, given] = /(?:^|[^\w.])(?:\w+\.)*(\w+)\(([^()]*)$/.exec(before) ?? []
      return name !== undefined && named(name, given.split(',').length - 1)
    }),
  )
}

/**
 * A function of files: what they read together, with all modules that they refer to. It gives key → what is read below,
 * or `true` where that is everything.
 *
 * @param {Record<string, string>} modules path → text
 */
export function readsIn(modules) {
  const known = Object.entries(modules).map(([file, text]) => ({
    file,
    name: /^package\s+([\w.]+)/m.exec(text)[1].split('.'),
    text,
    input: references(text, 'input'),
    data: references(text, 'data'),
  }))
  const isWithin = (path, other) => other.every((key, i) => i >= path.length || path[i] === key)
  return (files) => {
    const reached = new Set(known.filter(({ file }) => files.includes(file)))
    for (const { data } of reached)
      for (const { path } of data) for (const each of known) if (isWithin(path, each.name)) reached.add(each)
    const texts = [...reached].map(({ text }) => text)
    const ofVariable = memoized((variable) =>
      isKnownByItsKeys(texts, variable)
        ? texts.flatMap((text) => references(text, variable)).filter(({ path }) => path.length > 0)
        : null,
    )
    /** `within`: the variables that stand for what this is a part of. */
    const expanded = ({ path, read, item, alias }, within) => {
      const variable = item ?? alias
      const parts = variable === undefined || within.includes(variable) ? null : ofVariable(variable)
      if (parts === null) return [{ path, read }]
      const held = item === undefined ? path : [...path, ITEMS]
      return [
        { path: held, read: false },
        ...parts
          .flatMap((part) => expanded(part, [...within, variable]))
          .map((part) => ({ path: [...held, ...part.path], read: part.read })),
      ]
    }
    return [...reached]
      .flatMap(({ input }) => input)
      .flatMap((mention) => expanded(mention, []))
      .reduce((tree, { path, read }) => joined(tree, path, read), {})
  }
}

/** Paths as a tree: what lies below one that is read whole adds nothing. */
function joined(tree, [key, ...rest], read) {
  if (tree === true) return true
  if (key === undefined) return read === false ? tree : together(tree, read)
  // What is repeated and looked into as well is read.
  if (typeof tree === 'string') return true
  return { ...tree, [key]: joined(Object.hasOwn(tree, key) ? tree[key] : {}, rest, read) }
}

/** What two sets of modules read that have nothing to do with each other. */
export function together(one, other) {
  if (one === other) return one
  const isEmpty = (tree) => typeof tree === 'object' && Object.keys(tree).length === 0
  if (isEmpty(one)) return other
  if (isEmpty(other)) return one
  if (typeof one !== 'object' || typeof other !== 'object') return true
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(keys.map((key) => [key, together(one[key] ?? {}, other[key] ?? {})]))
}

function memoized(work) {
  const known = new Map()
  return (key) => {
    if (!known.has(key)) known.set(key, work(key))
    return known.get(key)
  }
}
