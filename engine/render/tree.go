package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// kind is what the host says a path of its tree is.
type kind int

const (
	isNothing kind = iota
	isFile
	isDirectory
)

// A tree is the repository, asked path by path. Paths have no leading slash;
// the tree itself is "".
type tree interface {
	stat(path string) kind
	// list gives the names in a directory, in any order.
	list(path string) []string
	read(path string) ([]byte, bool)
}

var errReadOnly = errors.New("the file system is read-only")

// A diskError has the words of Linux: WebAssembly's system interface has others.
type diskError string

const (
	noSuchFile    diskError = "no such file or directory"
	notADirectory diskError = "not a directory"
	isADirectory  diskError = "is a directory"
	inputOutput   diskError = "input/output error"
)

func (e diskError) Error() string { return string(e) }

// Is makes errors.Is(err, fs.ErrNotExist) hold, as for an errno.
func (e diskError) Is(target error) bool { return e == noSuchFile && target == fs.ErrNotExist }

// mount is where the tree lies on the disk that kustomize sees: a name that no
// message holds by chance, so that it can be taken out of them again.
const mount = "/.ringfence"

// treeFiles shows a tree to kustomize as a read-only disk that holds nothing
// else, and remembers what was read. Errors are worded as the operating system's, since
// kustomize's messages quote them.
type treeFiles struct {
	from tree
	// replaced holds files with another content than the tree's; change, where
	// there is one, is applied to all others.
	replaced map[string][]byte
	change   func([]byte) []byte
	read     map[string]bool
	order    []string
	// contents saves the way to the host for the second build.
	contents map[string][]byte
}

var _ filesys.FileSystem = (*treeFiles)(nil)

func newTreeFiles(from tree) *treeFiles {
	return &treeFiles{from: from, read: map[string]bool{}, contents: map[string][]byte{}}
}

// with gives the same files with one exchanged and the others changed, and a
// record of its own.
func (t *treeFiles) with(name string, content []byte, change func([]byte) []byte) *treeFiles {
	return &treeFiles{
		from: t.from, replaced: map[string][]byte{name: content}, change: change,
		read: map[string]bool{}, contents: t.contents,
	}
}

func (t *treeFiles) filesRead() []string { return slices.Sorted(maps.Keys(t.read)) }

// kustomization finds the one kustomization file of a directory.
func (t *treeFiles) kustomization(directory string) (name string, content []byte, ok bool) {
	for _, base := range konfig.RecognizedKustomizationFileNames() {
		candidate := path.Join(directory, base)
		if t.from.stat(candidate) == isFile {
			content, ok = t.load(candidate)
			return candidate, content, ok
		}
	}
	return "", nil, false
}

// inTree turns the path of kustomize's disk into a path of the tree.
func inTree(name string) (inside string, ok bool) {
	clean := path.Clean("/" + name)
	if clean == mount {
		return "", true
	}
	return strings.CutPrefix(clean, mount+"/")
}

func (t *treeFiles) stat(name string) kind {
	if inside, ok := inTree(name); ok {
		return t.from.stat(inside)
	}
	if path.Clean("/"+name) == "/" {
		return isDirectory
	}
	return isNothing
}

func (t *treeFiles) load(name string) ([]byte, bool) {
	if content, exchanged := t.replaced[name]; exchanged {
		return content, true
	}
	if content, known := t.contents[name]; known {
		return content, true
	}
	content, ok := t.from.read(name)
	if ok {
		t.contents[name] = content
	}
	return content, ok
}

func (t *treeFiles) ReadFile(name string) ([]byte, error) {
	inside, _ := inTree(name)
	switch t.stat(name) {
	case isDirectory:
		return nil, &fs.PathError{Op: "read", Path: name, Err: isADirectory}
	case isNothing:
		return nil, &fs.PathError{Op: "open", Path: name, Err: noSuchFile}
	}
	content, ok := t.load(inside)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: inputOutput}
	}
	if !t.read[inside] {
		t.read[inside] = true
		t.order = append(t.order, inside)
	}
	if _, exchanged := t.replaced[inside]; !exchanged && t.change != nil {
		return t.change(content), nil
	}
	return slices.Clone(content), nil
}

// CleanedAbs is fsOnDisk's, on a disk without symbolic links.
func (t *treeFiles) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	clean := path.Clean("/" + name)
	if missing, err := t.firstMissing(clean); err != nil {
		return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", name, &fs.PathError{Op: "lstat", Path: missing, Err: err})
	}
	if t.stat(clean) == isDirectory {
		return filesys.ConfirmedDir(clean), "", nil
	}
	return filesys.ConfirmedDir(path.Dir(clean)), path.Base(clean), nil
}

// firstMissing walks down a path and stops where the disk would.
func (t *treeFiles) firstMissing(clean string) (string, error) {
	parts := strings.Split(strings.TrimPrefix(clean, "/"), "/")
	for i := range parts {
		here := "/" + path.Join(parts[:i+1]...)
		switch t.stat(here) {
		case isNothing:
			return here, noSuchFile
		case isFile:
			if i < len(parts)-1 {
				return clean, notADirectory
			}
		}
	}
	return "", nil
}

func (t *treeFiles) Exists(name string) bool { return t.stat(name) != isNothing }
func (t *treeFiles) IsDir(name string) bool  { return t.stat(name) == isDirectory }

func (t *treeFiles) ReadDir(name string) ([]string, error) {
	inside, ok := inTree(name)
	if !ok || t.stat(name) != isDirectory {
		return nil, &fs.PathError{Op: "open", Path: name, Err: noSuchFile}
	}
	names := t.from.list(inside)
	slices.Sort(names)
	return names, nil
}

func (t *treeFiles) Open(name string) (filesys.File, error) {
	content, err := t.ReadFile(name)
	if err != nil {
		return nil, err
	}
	// Kustomize's own file in memory reads what it was given.
	memory := filesys.MakeFsInMemory()
	if err := memory.WriteFile(name, content); err != nil {
		return nil, err
	}
	return memory.Open(name)
}

func (t *treeFiles) Glob(pattern string) ([]string, error) {
	var found []string
	directory := path.Dir(pattern)
	for strings.ContainsAny(directory, `*?[\`) {
		directory = path.Dir(directory)
	}
	err := t.Walk(directory, func(name string, info fs.FileInfo, err error) error {
		if err != nil {
			return err
		}
		matched, err := filepath.Match(pattern, name)
		if matched && !info.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if errors.Is(err, noSuchFile) {
		err = nil
	}
	return found, err
}

func (t *treeFiles) Walk(root string, visit filepath.WalkFunc) error {
	err := t.walk(root, visit)
	if errors.Is(err, filepath.SkipDir) || errors.Is(err, filepath.SkipAll) {
		return nil
	}
	return err
}

func (t *treeFiles) walk(name string, visit filepath.WalkFunc) error {
	what := t.stat(name)
	if what == isNothing {
		return visit(name, nil, &fs.PathError{Op: "lstat", Path: name, Err: noSuchFile})
	}
	info := treeEntry{path.Base(name), what == isDirectory}
	if err := visit(name, info, nil); err != nil || what == isFile {
		return err
	}
	names, err := t.ReadDir(name)
	if err != nil {
		return visit(name, info, err)
	}
	for _, child := range names {
		if err := t.walk(path.Join(name, child), visit); err != nil && !errors.Is(err, filepath.SkipDir) {
			return err
		}
	}
	return nil
}

func (*treeFiles) Create(string) (filesys.File, error) { return nil, errReadOnly }
func (*treeFiles) Mkdir(string) error                  { return errReadOnly }
func (*treeFiles) MkdirAll(string) error               { return errReadOnly }
func (*treeFiles) RemoveAll(string) error              { return errReadOnly }
func (*treeFiles) WriteFile(string, []byte) error      { return errReadOnly }

type treeEntry struct {
	name      string
	directory bool
}

func (e treeEntry) Name() string     { return e.name }
func (treeEntry) Size() int64        { return 0 }
func (treeEntry) ModTime() time.Time { return time.Time{} }
func (e treeEntry) IsDir() bool      { return e.directory }
func (treeEntry) Sys() any           { return nil }
func (e treeEntry) Mode() os.FileMode {
	if e.directory {
		return os.ModeDir | 0o555
	}
	return 0o444
}

// splitNames takes apart a list of names as the host sends it.
func splitNames(joined string) []string { return strings.Split(joined, "\x00") }
