/** GitHub's published description of its REST interface: what a request and an answer have to look like. */
import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

interface Referable {
  readonly $ref?: string
}

interface Parameter extends Referable {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
}

interface Content {
  readonly 'application/json'?: {
    readonly examples?: { readonly [name: string]: Referable & { readonly value?: unknown } }
  }
}

interface Answer extends Referable {
  readonly content?: Content
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: { readonly [status: string]: Answer }
}

interface Description {
  readonly paths: { readonly [template: string]: { readonly [method: string]: Operation } }
}

/** An operation as one request asks for it. */
export interface Asked {
  readonly id: string
  /** What is wrong with the request; null where nothing is. */
  readonly problem: string | null
  /** By the names of the template. */
  readonly parameters: { readonly [name: string]: string }
  /** What is wrong with an answer. */
  readonly problemOf: (status: number, body: unknown) => string | null
  /** The published example of an answer. */
  readonly example: (status: number) => unknown
}

export interface OpenApi {
  /** null: there is no such operation. */
  readonly asked: (method: string, url: URL, body: unknown) => Asked | null
}

export function githubDescription(): OpenApi {
  const file = 'node_modules/@octokit/openapi/generated/api.github.com.json'
  const description = JSON.parse(readFileSync(file, 'utf8')) as Description
  const ajv = new Ajv({ strict: false, validateSchema: false, coerceTypes: 'array', allErrors: true, logger: false })
  addFormats.default(ajv)
  ajv.addSchema({ ...description, $id: 'github' } as object)
  const compiled = new Map<string, ValidateFunction>()
  const problemAt = (pointer: string, value: unknown): string | null => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `github#${pointer}` })
    compiled.set(pointer, validate)
    return validate(value) === true ? null : ajv.errorsText(validate.errors)
  }
  const resolved = <Found extends Referable>(found: Found): { readonly found: Found; readonly at: string | null } =>
    found.$ref === undefined
      ? { found, at: null }
      : { found: valueAt(description, found.$ref.slice(1)) as Found, at: found.$ref.slice(1) }

  return {
    asked(method, url, body) {
      const all = Object.keys(description.paths).flatMap((template) => {
        const parameters = match(template, url.pathname)
        const operation = description.paths[template]?.[method.toLowerCase()]
        return parameters === null || operation === undefined ? [] : [{ template, parameters, operation }]
      })
      // A template with fewer blanks says more.
      const [best] = all.sort((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)
      if (best === undefined) return null
      const { template, parameters, operation } = best
      const pointer = `/paths/${escaped(template)}/${method.toLowerCase()}`
      const problems = (operation.parameters ?? []).flatMap((each, i) => {
        const { found, at } = resolved(each)
        const given =
          found.in === 'path' ? parameters[found.name] : found.in === 'query' ? url.searchParams.get(found.name) : null
        if (given === null || given === undefined) return found.required === true ? [`${found.name} is missing`] : []
        const problem = problemAt(`${at ?? `${pointer}/parameters/${i}`}/schema`, [given][0])
        return problem === null ? [] : [`${found.name}: ${problem}`]
      })
      const known = new Set((operation.parameters ?? []).map((each) => resolved(each).found.name))
      for (const name of url.searchParams.keys()) if (!known.has(name)) problems.push(`there is no parameter ${name}`)
      if (operation.requestBody !== undefined) {
        const problem = problemAt(`${pointer}/requestBody/content/application~1json/schema`, body)
        if (problem !== null) problems.push(`body: ${problem}`)
      }
      const answerOf = (status: number): { readonly found: Answer; readonly at: string } | null => {
        const answer = operation.responses[String(status)]
        if (answer === undefined) return null
        const { found, at } = resolved(answer)
        return { found, at: at ?? `${pointer}/responses/${status}` }
      }
      return {
        id: operation.operationId,
        problem: problems.length === 0 ? null : problems.join('; '),
        parameters,
        problemOf(status, answered) {
          const answer = answerOf(status)
          // What every operation may answer, its own description need not say.
          if (answer === null)
            return status >= 400 ? problemAt('/components/schemas/basic-error', answered) : `no answer ${status}`
          if (answer.found.content?.['application/json'] === undefined) return null
          return problemAt(`${answer.at}/content/application~1json/schema`, structuredClone(answered))
        },
        example(status) {
          const examples = answerOf(status)?.found.content?.['application/json']?.examples ?? {}
          const [first] = Object.values(examples)
          return first === undefined ? null : structuredClone(resolved(first).found.value)
        },
      }
    },
  }
}

/** `{ref}` holds a branch's slashes, any other blank is one segment. */
function match(template: string, path: string): { readonly [name: string]: string } | null {
  const names: string[] = []
  const pattern = template.replace(/[.]/g, '\\.').replace(/\{([^}]+)\}/g, (_, name: string) => {
    names.push(name)
    return name === 'ref' ? '(.+)' : '([^/]+)'
  })
  const found = new RegExp(`^${pattern}$`).exec(path)
  return found === null
    ? null
    : Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? '')]))
}

const escaped = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))

function valueAt(root: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, step) => (value as { readonly [key: string]: unknown })[step], root)
}
