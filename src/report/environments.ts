/**
 * What is told of several environments: text and diagrams have a section for each, rows of JSON name theirs. Of one
 * environment there is nothing to tell apart, and it is printed as it stands.
 */
import { jsonText, logLine, markdown, plain } from './escape.js'

/** How what `relate` found is printed. */
export const RELATE_FORMATS = ['text', 'json', 'mermaid'] as const
export type RelateFormat = (typeof RELATE_FORMATS)[number]

/** Lists of JSON, by their names; a text is a remark. */
export interface Rows {
  readonly [list: string]: readonly (object | string)[]
}

/** One environment, by its name, and what is told of it; a text ends in a newline. */
export interface Section<Content> {
  readonly environment: string
  readonly content: Content
}

/** A heading above each text; environments of which the same is told share one. */
export function textSections(sections: readonly Section<string>[]): string {
  return joined(sections, (names, content) => `${logLine(`ENVIRONMENT ${plain(names)}`)}\n\n${content}`)
}

/** Mermaid knows one diagram a text: several are Markdown, as GitHub shows it and Mermaid's own command line reads it. */
export function mermaidSections(sections: readonly Section<string>[]): string {
  return joined(sections, (names, content) => `## ${markdown(names)}\n\n\`\`\`mermaid\n${content}\`\`\`\n`)
}

function joined(sections: readonly Section<string>[], section: (names: string, content: string) => string): string {
  const [only, ...more] = sections
  if (only !== undefined && more.length === 0) return only.content
  const byContent = new Map<string, string[]>()
  for (const { environment, content } of sections)
    byContent.set(content, [...(byContent.get(content) ?? []), environment])
  return [...byContent].map(([content, names]) => section(names.join(', '), content)).join('\n')
}

/** The lists of all, one behind the other; of several, rows carry `environment` and remarks begin with it. */
export function jsonSections(sections: readonly Section<Rows>[]): string {
  const [only, ...more] = sections
  if (only !== undefined && more.length === 0) return jsonText(only.content)
  const lists = [...new Set(sections.flatMap(({ content }) => Object.keys(content)))]
  const rowsOf = (list: string): readonly (object | string)[] =>
    sections.flatMap(({ environment, content }) =>
      (content[list] ?? []).map((row) =>
        typeof row === 'string' ? `${environment}: ${row}` : { environment, ...row },
      ),
    )
  return jsonText(Object.fromEntries(lists.map((list) => [list, rowsOf(list)])))
}
