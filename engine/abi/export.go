//go:build wasip1

package abi

import (
	"runtime/debug"
	"unsafe"
)

var (
	handler Handler
	// The host reads and writes these two behind Go's back, so they stay
	// reachable until the next call.
	request, response []byte
)

// Serve names the handler that `call` runs. An engine does this in an init
// function: a reactor's main never runs.
//
// Half of a render would be garbage collection, which has one thread here. So
// the heap may grow to five times what is in use before it is collected, as
// long as it stays below softLimit bytes.
func Serve(h Handler, softLimit int64) {
	handler = h
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(softLimit)
}

//go:wasmexport alloc
func alloc(length uint32) uint32 {
	response = nil
	request = make([]byte, length)
	return address(request)
}

//go:wasmexport call
func call() uint32 {
	response = Handle(request, handler)
	request = nil
	return address(response)
}

//go:wasmexport outlen
func outlen() uint32 { return uint32(len(response)) }

func address(b []byte) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }
