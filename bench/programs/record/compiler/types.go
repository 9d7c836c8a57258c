package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"hash/fnv"
	"os"
	"path/filepath"

	"example.com/record/turns"
)

// checkedPackages are checked with all that they import.
var checkedPackages = []string{"text/template", "compress/gzip", "go/printer", "encoding/json"}

// checkTypes parses and type-checks a package and all that it imports. An operation is a package. Reading the files does
// not count, for they are read beforehand.
func checkTypes(t *turns.Timer, goroot, path string) (uint64, error) {
	c := newChecker(goroot)
	if err := c.load(path); err != nil {
		return 0, err
	}
	t.Settle()
	t.Start()
	checked, err := c.Import(path)
	if err != nil {
		return 0, err
	}
	t.Stop(len(c.loaded))
	sum := uint64(len(checked.Scope().Names()))
	for _, info := range c.found {
		sum += factsOf(info)
	}
	return sum, nil
}

type sourceFile struct {
	name string
	text []byte
}

type checker struct {
	context build.Context
	loaded  map[string][]sourceFile
	checked map[string]*types.Package
	files   *token.FileSet
	found   []*types.Info
}

func newChecker(goroot string) *checker {
	context := build.Default
	context.GOROOT = goroot
	context.CgoEnabled = false
	return &checker{
		context: context,
		loaded:  map[string][]sourceFile{},
		checked: map[string]*types.Package{},
		files:   token.NewFileSet(),
	}
}

// load reads the files of a package and of all that it imports.
func (c *checker) load(path string) error {
	if path == "unsafe" || c.loaded[path] != nil {
		return nil
	}
	folder := filepath.Join(c.context.GOROOT, "src", path)
	if _, err := os.Stat(folder); err != nil {
		folder = filepath.Join(c.context.GOROOT, "src/vendor", path)
	}
	found, err := c.context.ImportDir(folder, 0)
	if err != nil {
		return err
	}
	for _, name := range found.GoFiles {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		c.loaded[path] = append(c.loaded[path], sourceFile{filepath.Join(folder, name), text})
	}
	for _, imported := range found.Imports {
		if err := c.load(imported); err != nil {
			return err
		}
	}
	return nil
}

// Import is for the type checker: it parses and checks a package that was loaded.
func (c *checker) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if checked := c.checked[path]; checked != nil {
		return checked, nil
	}
	var parsed []*ast.File
	for _, file := range c.loaded[path] {
		one, err := parser.ParseFile(c.files, file.name, file.text, 0)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, one)
	}
	info := &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes:     map[ast.Node]*types.Scope{},
	}
	sizes := types.SizesFor("gc", "amd64")
	config := types.Config{Importer: c, FakeImportC: true, Sizes: sizes, Error: func(error) {}}
	checked, err := config.Check(path, c.files, parsed, info)
	if checked == nil {
		return nil, fmt.Errorf("%s: %v", path, err)
	}
	c.checked[path] = checked
	c.found = append(c.found, info)
	return checked, nil
}

// factsOf is a sum of what the checker found, that does not depend on the order in which a map is walked through.
func factsOf(info *types.Info) uint64 {
	sum := uint64(len(info.Types) + len(info.Implicits) + len(info.Scopes) + len(info.Selections))
	for name, object := range info.Uses {
		hash := fnv.New64a()
		fmt.Fprint(hash, name.Name, name.Pos()-object.Pos())
		sum += hash.Sum64()
	}
	return sum
}
