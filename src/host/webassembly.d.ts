/**
 * WebAssembly as Node has it. TypeScript describes it only together with the
 * browser's whole DOM, which this program must not see.
 */
declare namespace WebAssembly {
  type ImportValue = ((...args: never[]) => unknown) | Memory
  type ModuleImports = Record<string, ImportValue>
  type Imports = Record<string, ModuleImports>
  type Exports = Record<string, unknown>

  class Module {
    constructor(bytes: BufferSource)
  }
  class Instance {
    constructor(module: Module, imports?: Imports)
    readonly exports: Exports
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number })
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  type BufferSource = ArrayBuffer | ArrayBufferView

  function compile(bytes: BufferSource): Promise<Module>
  function instantiate(module: Module, imports?: Imports): Promise<Instance>
}
