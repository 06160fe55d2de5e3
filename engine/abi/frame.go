// Package abi is the language the WebAssembly engines and their host share.
//
// A request and a response have one shape: four bytes (little endian) with the
// length of a JSON header, the header, and then raw bytes that the header
// describes. Files travel as raw bytes, since JSON would have to escape them.
//
// The host writes a request into the memory that `alloc` returns, calls `call`,
// which returns where the response lies, and reads `outlen` bytes from there
// before it calls again.
package abi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
)

// A File names a run of raw bytes behind the header. Files lie one after the
// other in the order in which the header lists them.
type File struct {
	Name   string `json:"name"`
	Length int    `json:"length"`
}

// A Content is a file of a request, its name joined with its bytes.
type Content struct {
	Name string
	Data []byte
}

// A Handler answers one operation: a header that will be written as JSON, and
// raw bytes to follow it. What is wrong with the user's files belongs into the
// header. An error means that the request itself was malformed.
type Handler func(operation string, header []byte, body *Body) (answer any, raw []byte, err error)

// A Body gives out the raw bytes of a request in the order of its files.
type Body struct{ rest []byte }

// Take joins each file of a list with its bytes and moves past them.
func (b *Body) Take(files []File) ([]Content, error) {
	contents := make([]Content, 0, len(files))
	for _, f := range files {
		if f.Length < 0 || f.Length > len(b.rest) {
			return nil, fmt.Errorf("file %q claims %d bytes, %d are left", f.Name, f.Length, len(b.rest))
		}
		contents = append(contents, Content{Name: f.Name, Data: b.rest[:f.Length:f.Length]})
		b.rest = b.rest[f.Length:]
	}
	return contents, nil
}

// settle is an operation of every engine: it drops what earlier calls have left
// in memory, before the build takes a picture of it.
const settle = "settle"

// settleMemory collects what is not used any more, and overwrites it with
// zeros, which take no room in the picture.
func settleMemory() {
	const page = 8192 // of Go's heap
	runtime.GC()
	runtime.GC() // what the first run finalized
	var stats runtime.MemStats
	var pages [][]byte
	for runtime.ReadMemStats(&stats); stats.HeapIdle > 64*page; runtime.ReadMemStats(&stats) {
		for range stats.HeapIdle / page / 2 {
			pages = append(pages, make([]byte, page))
		}
	}
	runtime.KeepAlive(pages)
	pages = nil
	runtime.GC()
}

// failure is the header of a request that could not be handled at all. It never
// describes the user's files; the host reports it as a defect of the engine.
type failure struct {
	Failure string `json:"failure"`
}

// Handle decodes one request, runs the handler and encodes what it answers. A
// panic of the handler becomes an answer too, so that one bad chart leaves the
// instance usable.
func Handle(request []byte, handler Handler) (response []byte) {
	defer func() {
		if r := recover(); r != nil {
			response = encode(failure{fmt.Sprint("panic: ", r)}, nil)
		}
	}()
	header, body, err := split(request)
	if err != nil {
		return encode(failure{err.Error()}, nil)
	}
	var operation struct {
		Op string `json:"op"`
	}
	if err := json.Unmarshal(header, &operation); err != nil {
		return encode(failure{err.Error()}, nil)
	}
	if operation.Op == settle {
		settleMemory()
		return encode(struct{}{}, nil)
	}
	answer, raw, err := handler(operation.Op, header, &Body{body})
	if err != nil {
		return encode(failure{err.Error()}, nil)
	}
	return encode(answer, raw)
}

func split(request []byte) (header, body []byte, err error) {
	if len(request) < 4 {
		return nil, nil, errors.New("a request has at least four bytes")
	}
	length := binary.LittleEndian.Uint32(request)
	if uint64(length) > uint64(len(request)-4) {
		return nil, nil, errors.New("the header is longer than the request")
	}
	return request[4 : 4+length], request[4+length:], nil
}

func encode(answer any, raw []byte) []byte {
	response := bytes.NewBuffer(make([]byte, 4, 4096))
	encoder := json.NewEncoder(response)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		return encode(failure{err.Error()}, nil)
	}
	binary.LittleEndian.PutUint32(response.Bytes(), uint32(response.Len()-4))
	response.Write(raw)
	return response.Bytes()
}
