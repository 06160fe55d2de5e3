type Reads = true | { readonly [key: string]: Reads }

export function readsIn(modules: { readonly [file: string]: string }): (files: readonly string[]) => Reads

export function together(one: Reads, other: Reads): Reads
