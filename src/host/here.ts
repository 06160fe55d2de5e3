import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The folder of a module, by its `import.meta.url`. Not `new URL('./', …)`: ncc would take that for a file to bundle. */
export const folderOf = (moduleUrl: string): URL => pathToFileURL(`${dirname(fileURLToPath(moduleUrl))}/`)

/** Ringfence's own version, as it was built into `distribution`. */
export const versionOf = (distribution: URL): string =>
  (JSON.parse(readFileSync(new URL('package.json', distribution), 'utf8')) as { version: string }).version
