import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "node:worker_threads"
const external_node_worker_threads_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");
;// CONCATENATED MODULE: ./build/src/host/wasi.js
/**
 * As much of WASI (preview 1) as a Go program needs that has no files, no
 * sockets, no clock and no chance: what it asks for is refused, or answered the
 * same way every time.
 */ const SUCCESS = 0;
const BAD_FILE = 8;
const NOT_SUPPORTED = 52;
const STDERR = 2;
const REALTIME = 0;
const CHARACTER_DEVICE = 2;
const CLOCK_EVENT = 0;
const ABSOLUTE_TIME = 1;
/**
 * The environment. Go numbers the functions of a WebAssembly program from
 * 0x12000000 on in steps of 0x10000, and reflection keeps these numbers where
 * the garbage collector expects pointers. In a heap of more than 300 MB some
 * are the address of memory that is free, and Go stops with «found bad pointer
 * in Go heap». With this it does not look.
 */ const ENVIRONMENT = new TextEncoder().encode('GODEBUG=invalidptr=0\0');
/**
 * How much later the monotonic clock is at each reading, in nanoseconds. Go
 * paces its scheduler by it; a clock that stood still would stop it.
 */ const TICK = 1000n;
const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
/** The program ended itself. Go does so when it panics or has no more memory. */ class ProgramExit extends Error {
    code;
    constructor(code){
        super(`the program ended with code ${code}`), this.code = code;
    }
}
/** @param limit how much output is kept, in bytes; the first and not the last, since Go says first what went wrong. */ function createWasi(limit) {
    let memory;
    let output = [];
    let kept = 0;
    let now = 0n;
    let elapsed = 0n;
    let random = createRandom(0);
    const view = ()=>new DataView(memory.buffer);
    const refuse = ()=>NOT_SUPPORTED;
    const write32 = (at, ...values)=>{
        const memoryView = view();
        values.forEach((value, i)=>memoryView.setUint32(at + 4 * i, value, true));
        return SUCCESS;
    };
    const functions = {
        // Go's logging library takes the program's name from argv[0] and fails without.
        args_sizes_get (count, size) {
            write32(count, 1);
            return write32(size, 2);
        },
        args_get (pointers, at) {
            write32(pointers, at);
            new Uint8Array(memory.buffer, at, 2).set([
                0x67,
                0
            ]); // "g"
            return SUCCESS;
        },
        environ_sizes_get (count, size) {
            write32(count, 1);
            return write32(size, ENVIRONMENT.length);
        },
        environ_get (pointers, at) {
            write32(pointers, at);
            new Uint8Array(memory.buffer, at, ENVIRONMENT.length).set(ENVIRONMENT);
            return SUCCESS;
        },
        clock_time_get (clock, _precision, at) {
            if (clock !== REALTIME) elapsed += TICK;
            view().setBigUint64(at, clock === REALTIME ? now : elapsed, true);
            return SUCCESS;
        },
        random_get (at, length) {
            random(new Uint8Array(memory.buffer, at, length));
            return SUCCESS;
        },
        fd_write (file, vectors, count, writtenAt) {
            let total = 0;
            const memoryView = view();
            for(let i = 0; i < count; i++){
                const from = memoryView.getUint32(vectors + 8 * i, true);
                const length = memoryView.getUint32(vectors + 8 * i + 4, true);
                if (file <= STDERR && kept < limit) {
                    const part = new Uint8Array(memory.buffer, from, Math.min(length, limit - kept)).slice();
                    output.push(part);
                    kept += part.length;
                }
                total += length;
            }
            return write32(writtenAt, total);
        },
        fd_fdstat_get (file, at) {
            if (file > STDERR) return BAD_FILE;
            new Uint8Array(memory.buffer, at, 24).fill(0);
            view().setUint8(at, CHARACTER_DEVICE);
            return SUCCESS;
        },
        fd_fdstat_set_flags: ()=>SUCCESS,
        fd_prestat_get: ()=>BAD_FILE,
        fd_prestat_dir_name: ()=>BAD_FILE,
        fd_close: ()=>SUCCESS,
        sched_yield: ()=>SUCCESS,
        // Nothing to wait for ever happens here but time, which a wait makes pass.
        poll_oneoff (subscriptions, events, count, happened) {
            const memoryView = view();
            for(let i = 0; i < count; i++){
                const subscription = subscriptions + SUBSCRIPTION_BYTES * i;
                const event = events + EVENT_BYTES * i;
                new Uint8Array(memory.buffer, event, EVENT_BYTES).fill(0);
                memoryView.setBigUint64(event, memoryView.getBigUint64(subscription, true), true);
                const kind = memoryView.getUint8(subscription + 8);
                memoryView.setUint8(event + 10, kind);
                if (kind === CLOCK_EVENT) {
                    const until = memoryView.getBigUint64(subscription + 24, true);
                    const absolute = (memoryView.getUint16(subscription + 40, true) & ABSOLUTE_TIME) !== 0;
                    if (!absolute) elapsed += until;
                    else if (until > elapsed) elapsed = until;
                }
            }
            return write32(happened, count);
        },
        proc_exit (code) {
            throw new ProgramExit(code);
        }
    };
    return {
        imports: new Proxy(functions, {
            get: (known, name)=>known[String(name)] ?? refuse
        }),
        attach (instanceMemory) {
            memory = instanceMemory;
        },
        begin (moment) {
            now = BigInt(Math.round(moment.now * 1e9));
            random = createRandom(moment.seed);
            output = [];
            kept = 0;
        },
        written: ()=>Buffer.concat(output).toString('utf8')
    };
}
/** Fills arrays with the bytes of splitmix32: even, repeatable, and secret to nobody. */ function createRandom(seed) {
    let state = seed >>> 0;
    const next = ()=>{
        state = state + 0x9e3779b9 >>> 0;
        let z = state;
        z = Math.imul(z ^ z >>> 16, 0x21f0aaad);
        z = Math.imul(z ^ z >>> 15, 0x735a2d97);
        return (z ^ z >>> 15) >>> 0;
    };
    return (into)=>{
        for(let i = 0; i < into.length; i++)into[i] = next() >>> 24;
    };
}

;// CONCATENATED MODULE: ./build/src/host/engine-worker.js
/**
 * The worker's side of `engines.ts`: one instance of one engine, which answers
 * one request after the other. It is a program of its own, bundled as
 * `dist/engine-worker.js`.
 *
 * An instance that has trapped, or has ended itself, cannot be trusted with
 * another request. The worker says so and waits to be terminated.
 */ 

/** How much of an engine's stderr is kept, in bytes. */ const WRITTEN_LIMIT = 16 * 1024;
const port = external_node_worker_threads_namespaceObject.parentPort;
if (!port) throw new Error('engine-worker.js is a worker of engines.ts');
port.once('message', (start)=>{
    const wasi = createWasi(WRITTEN_LIMIT);
    wasi.begin({
        now: 0,
        seed: 0
    });
    const failed = (error)=>post(crash(error, wasi.written()));
    let engine;
    try {
        engine = instantiate(start, wasi);
    } catch (error) {
        failed(error);
        return;
    }
    post({
        kind: 'ready'
    });
    port.on('message', ({ request, now, seed })=>{
        wasi.begin({
            now,
            seed
        });
        try {
            const response = answer(engine, request);
            post({
                kind: 'answer',
                response,
                written: wasi.written(),
                memory: engine.memory.buffer.byteLength
            }, [
                response.buffer
            ]);
        } catch (error) {
            failed(error);
        }
    });
});
function post(message, transfer = []) {
    port.postMessage(message, transfer);
}
/** The engine has been run in when it was built (engine/tools/preinitialize.mjs): there is nothing to start. */ function instantiate(start, wasi) {
    const instance = new WebAssembly.Instance(start.module, {
        wasi_snapshot_preview1: wasi.imports,
        // Called only once the engine runs, so it is there by then.
        ringfence: fileFunctions(start, ()=>engine.memory.buffer)
    });
    const engine = instance.exports;
    wasi.attach(engine.memory);
    return engine;
}
function answer(engine, request) {
    const at = engine.alloc(request.length) >>> 0;
    new Uint8Array(engine.memory.buffer, at, request.length).set(request);
    const from = engine.call() >>> 0;
    return new Uint8Array(engine.memory.buffer, from, engine.outlen() >>> 0).slice();
}
function crash(error, written) {
    const reason = error instanceof ProgramExit ? 'exit' : 'trap';
    return {
        kind: 'crash',
        reason,
        message: error instanceof Error ? error.message : String(error),
        written
    };
}
/**
 * The import module `ringfence`: the main thread's tree, read while Go waits.
 * See engine/render/host_wasip1.go.
 */ function fileFunctions({ files, signal }, memory) {
    const flag = new Int32Array(signal);
    const decoder = new TextDecoder();
    let held = new Uint8Array();
    const ask = (operation, at, length)=>{
        const path = decoder.decode(new Uint8Array(memory(), at, length));
        Atomics.store(flag, 0, 0);
        files.postMessage({
            operation,
            path
        });
        Atomics.wait(flag, 0, 0);
        // The answer is posted before the flag turns; on a busy machine it was seen to arrive a moment after.
        for(let answer = (0,external_node_worker_threads_namespaceObject.receiveMessageOnPort)(files);; answer = (0,external_node_worker_threads_namespaceObject.receiveMessageOnPort)(files)){
            if (answer !== undefined) return answer.message;
            Atomics.wait(flag, 0, 1, 1);
        }
    };
    const hold = ({ found, content })=>{
        held = content;
        return found === 0 ? -1 : content.length;
    };
    return {
        stat: (at, length)=>ask('stat', at >>> 0, length >>> 0).found,
        list: (at, length)=>hold(ask('list', at >>> 0, length >>> 0)),
        read: (at, length)=>hold(ask('read', at >>> 0, length >>> 0)),
        take (at) {
            new Uint8Array(memory(), at >>> 0, held.length).set(held);
            held = new Uint8Array();
        }
    };
}

