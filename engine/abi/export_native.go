//go:build !wasip1

package abi

// Serve does nothing outside of WebAssembly: tests call the handlers directly.
func Serve(Handler, int64) {}
