package main

import "unsafe"

// hostTree asks the host for files, one at a time. `list` and `read` leave the
// answer with the host and return its length, so that Go can make room for it;
// `take` copies it there.
type hostTree struct{}

//go:wasmimport ringfence stat
func hostStat(path unsafe.Pointer, length uint32) uint32

//go:wasmimport ringfence list
func hostList(path unsafe.Pointer, length uint32) int32

//go:wasmimport ringfence read
func hostRead(path unsafe.Pointer, length uint32) int32

//go:wasmimport ringfence take
func hostTake(to unsafe.Pointer)

func (hostTree) stat(path string) kind {
	return kind(hostStat(unsafe.Pointer(unsafe.StringData(path)), uint32(len(path))))
}

func (hostTree) list(path string) []string {
	joined, ok := taken(hostList(unsafe.Pointer(unsafe.StringData(path)), uint32(len(path))))
	if !ok || len(joined) == 0 {
		return nil
	}
	// Names are separated by the one character that no name can hold.
	return splitNames(string(joined))
}

func (hostTree) read(path string) ([]byte, bool) {
	return taken(hostRead(unsafe.Pointer(unsafe.StringData(path)), uint32(len(path))))
}

// taken fetches what the host holds ready. A negative length says that there is
// nothing.
func taken(length int32) ([]byte, bool) {
	if length < 0 {
		return nil, false
	}
	content := make([]byte, length)
	if length > 0 {
		hostTake(unsafe.Pointer(unsafe.SliceData(content)))
	}
	return content, true
}
