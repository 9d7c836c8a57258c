package main

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"

	"example.com/record/turns"
)

const partBytes = 1_000_000

// sourceParts gives all Go files of GOROOT/src in parts of about a megabyte.
func sourceParts(goroot string) ([][]string, error) {
	root, err := filepath.EvalSymlinks(filepath.Join(goroot, "src"))
	if err != nil {
		return nil, err
	}
	var parts [][]string
	size := int64(partBytes)
	err = filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		if info.IsDir() && info.Name() == "testdata" {
			return filepath.SkipDir
		}
		if info.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		if size >= partBytes {
			parts = append(parts, nil)
			size = 0
		}
		size += info.Size()
		parts[len(parts)-1] = append(parts[len(parts)-1], path)
		return nil
	})
	return parts, err
}

// formatPart parses and formats files. An operation is a byte of source. Reading the files does not count.
func formatPart(t *turns.Timer, files []string) (uint64, error) {
	texts := make([][]byte, len(files))
	bytesRead := 0
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		texts[i] = text
		bytesRead += len(text)
	}
	sum := uint64(0)
	t.Settle()
	t.Start()
	all := token.NewFileSet()
	for i, file := range files {
		parsed, err := parser.ParseFile(all, file, texts[i], parser.ParseComments)
		if err != nil {
			return 0, err
		}
		var out bytes.Buffer
		if err := format.Node(&out, all, parsed); err != nil {
			return 0, err
		}
		hash := fnv.New64a()
		hash.Write(out.Bytes())
		sum += hash.Sum64()
	}
	t.Stop(bytesRead)
	return sum, nil
}
