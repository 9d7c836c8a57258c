// The oracle: what go/types says about the map accesses of packages. It prints one JSON object a line.
//
//	go run . -root DIR DIR...
//	go run . -tags
//
// Only the standard library is used. Packages are read from folders below the root; what they import is type-checked from
// source. An access is printed with the place that the runtime would name for it, its operation, and the key of the
// variable that holds the map.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
)

// record is one line of output.
type record struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Operation string `json:"operation"`
	Variable  string `json:"variable"`
	Text      string `json:"text"`
}

func main() {
	root := flag.String("root", "", "the folder that files are named relative to")
	tags := flag.Bool("tags", false, "print the build tags that are set, and nothing else")
	flag.Parse()
	if *tags {
		for _, tag := range build.Default.ToolTags {
			fmt.Println(tag)
		}
		if build.Default.CgoEnabled {
			fmt.Println("cgo")
		}
		return
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	fset := token.NewFileSet()
	source := importer.ForCompiler(fset, "source", nil)
	from, ok := source.(types.ImporterFrom)
	if !ok {
		fatal("the source importer does not resolve vendored packages")
	}
	for _, folder := range flag.Args() {
		if err := check(fset, from, *root, folder, encoder); err != nil {
			fmt.Fprintf(os.Stderr, "oracle: %s: %v\n", folder, err)
		}
	}
}

func fatal(message string) {
	fmt.Fprintln(os.Stderr, "oracle:", message)
	os.Exit(1)
}

// check prints the accesses of the package in a folder.
func check(fset *token.FileSet, source types.ImporterFrom, root, folder string, encoder *json.Encoder) error {
	description, err := build.ImportDir(folder, 0)
	if err != nil {
		return err
	}
	var files []*ast.File
	for _, name := range append(description.GoFiles, description.CgoFiles...) {
		file, err := parser.ParseFile(fset, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	info := &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Implicits:  map[ast.Node]types.Object{},
	}
	config := types.Config{
		Importer:    folderImporter{source, folder},
		FakeImportC: true,
		Error:       func(error) {},
		Sizes:       types.SizesFor("gc", "amd64"),
	}
	path, err := filepath.Rel(root, folder)
	if err != nil {
		return err
	}
	// Errors are left to the records: what has no type gives no access.
	_, _ = config.Check(filepath.ToSlash(path), fset, files, info)
	finder := &finder{fset: fset, info: info, root: root, folder: folder, path: filepath.ToSlash(path), encoder: encoder}
	for _, file := range files {
		finder.source, err = os.ReadFile(fset.Position(file.Pos()).Filename)
		if err != nil {
			return err
		}
		finder.file(file)
		ast.Inspect(file, finder.visit)
	}
	return nil
}

// folderImporter resolves imports as seen from one folder, so that vendored packages are found.
type folderImporter struct {
	source types.ImporterFrom
	folder string
}

func (i folderImporter) Import(path string) (*types.Package, error) {
	return i.source.ImportFrom(path, i.folder, 0)
}

// finder finds the accesses in the files of one package.
type finder struct {
	fset    *token.FileSet
	info    *types.Info
	root    string
	folder  string
	path    string
	source  []byte
	encoder *json.Encoder
	// written holds the index expressions on the left side of assignments.
	written map[*ast.IndexExpr]bool
	// skipped holds the reads in m[k] = append(m[k], …), which is one write.
	skipped map[*ast.IndexExpr]bool
}

// file prints that a file was looked at.
func (f *finder) file(file *ast.File) {
	name, err := filepath.Rel(f.root, f.fset.Position(file.Pos()).Filename)
	if err != nil {
		fatal(err.Error())
	}
	if err := f.encoder.Encode(record{File: filepath.ToSlash(name), Operation: "file"}); err != nil {
		fatal(err.Error())
	}
}

func (f *finder) visit(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.AssignStmt:
		if node.Tok != token.DEFINE {
			for _, left := range node.Lhs {
				f.write(left)
			}
		}
		f.append(node)
	case *ast.IncDecStmt:
		f.write(node.X)
	case *ast.RangeStmt:
		if node.Tok == token.ASSIGN {
			f.write(node.Key)
			f.write(node.Value)
		}
		if f.isMap(node.X) {
			f.emit("iterate", node.X, node.X.Pos(), token.NoPos)
		}
	case *ast.IndexExpr:
		f.index(node)
	case *ast.CallExpr:
		f.call(node)
	}
	return true
}

func (f *finder) write(expr ast.Expr) {
	if index, ok := ast.Unparen(orNil(expr)).(*ast.IndexExpr); ok {
		if f.written == nil {
			f.written = map[*ast.IndexExpr]bool{}
		}
		f.written[index] = true
	}
}

func orNil(expr ast.Expr) ast.Expr {
	if expr == nil {
		return &ast.BadExpr{}
	}
	return expr
}

func (f *finder) append(node *ast.AssignStmt) {
	if len(node.Lhs) != 1 || len(node.Rhs) != 1 {
		return
	}
	left, ok := node.Lhs[0].(*ast.IndexExpr)
	if !ok || !f.isMap(left.X) {
		return
	}
	call, ok := node.Rhs[0].(*ast.CallExpr)
	if !ok || f.builtin(call) != "append" {
		return
	}
	right, ok := call.Args[0].(*ast.IndexExpr)
	if ok && sameName(left.X, right.X) && sameName(left.Index, right.Index) {
		if f.skipped == nil {
			f.skipped = map[*ast.IndexExpr]bool{}
		}
		f.skipped[right] = true
	}
}

func sameName(a, b ast.Expr) bool {
	switch a := a.(type) {
	case *ast.Ident:
		b, ok := b.(*ast.Ident)
		return ok && a.Name == b.Name
	case *ast.SelectorExpr:
		b, ok := b.(*ast.SelectorExpr)
		return ok && a.Sel.Name == b.Sel.Name && sameName(a.X, b.X)
	case *ast.StarExpr:
		b, ok := b.(*ast.StarExpr)
		return ok && sameName(a.X, b.X)
	case *ast.ParenExpr:
		b, ok := b.(*ast.ParenExpr)
		return ok && sameName(a.X, b.X)
	}
	return false
}

func (f *finder) index(node *ast.IndexExpr) {
	if f.skipped[node] || !f.isMap(node.X) {
		return
	}
	operation := "read"
	if f.written[node] {
		operation = "write"
	}
	f.emit(operation, node.X, node.X.Pos(), node.Lbrack)
}

func (f *finder) call(node *ast.CallExpr) {
	name := f.builtin(node)
	if (name == "delete" || name == "clear") && len(node.Args) > 0 && f.isMap(node.Args[0]) {
		f.emit(name, node.Args[0], node.Pos(), node.Lparen)
	}
}

func (f *finder) builtin(call *ast.CallExpr) string {
	ident, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return ""
	}
	if builtin, ok := f.info.Uses[ident].(*types.Builtin); ok {
		return builtin.Name()
	}
	return ""
}

// isMap says whether an expression is a map value, also one whose type is a type parameter that allows maps only.
func (f *finder) isMap(expr ast.Expr) bool {
	tv, ok := f.info.Types[expr]
	return ok && tv.IsValue() && coreMap(tv.Type)
}

func coreMap(typ types.Type) bool {
	if param, ok := typ.(*types.TypeParam); ok {
		constraint, ok := param.Constraint().Underlying().(*types.Interface)
		return ok && allMaps(constraint)
	}
	_, ok := typ.Underlying().(*types.Map)
	return ok
}

func allMaps(constraint *types.Interface) bool {
	found := false
	for i := 0; i < constraint.NumEmbeddeds(); i++ {
		switch embedded := constraint.EmbeddedType(i).(type) {
		case *types.Union:
			for j := 0; j < embedded.Len(); j++ {
				if !coreMap(embedded.Term(j).Type()) {
					return false
				}
				found = true
			}
		default:
			if inner, ok := embedded.Underlying().(*types.Interface); ok {
				found = found || allMaps(inner)
			} else {
				found = found || coreMap(embedded)
			}
		}
	}
	return found
}

// emit prints an access. The line is that of the bracket or parenthesis; the column is that of the start, when that is on
// the same line.
func (f *finder) emit(operation string, m ast.Expr, start, mark token.Pos) {
	at := f.fset.Position(start)
	if mark.IsValid() {
		if exact := f.fset.Position(mark); exact.Line != at.Line {
			at = exact
		}
	}
	file, err := filepath.Rel(f.root, at.Filename)
	if err != nil {
		file = at.Filename
	}
	from, to := f.fset.Position(m.Pos()).Offset, f.fset.Position(m.End()).Offset
	text := string(f.source[from:to])
	err = f.encoder.Encode(record{filepath.ToSlash(file), at.Line, at.Column, operation, f.variable(m, 0), text})
	if err != nil {
		fatal(err.Error())
	}
}

// variable is the key of what an expression denotes.
func (f *finder) variable(expr ast.Expr, depth int) string {
	if depth > 30 {
		return f.other(expr)
	}
	switch x := ast.Unparen(expr).(type) {
	case *ast.Ident:
		return f.object(f.info.ObjectOf(x), x)
	case *ast.SelectorExpr:
		if selection, ok := f.info.Selections[x]; ok {
			return f.object(selection.Obj(), x)
		}
		return f.object(f.info.Uses[x.Sel], x)
	case *ast.IndexExpr:
		if f.info.Types[x.X].IsType() {
			return f.other(x)
		}
		if _, ok := f.info.TypeOf(x.X).Underlying().(*types.Signature); ok {
			return f.other(x)
		}
		return "element of " + f.variable(x.X, depth+1)
	case *ast.StarExpr:
		return f.variable(x.X, depth+1)
	case *ast.SliceExpr:
		return f.variable(x.X, depth+1)
	case *ast.TypeAssertExpr:
		return f.variable(x.X, depth+1)
	case *ast.UnaryExpr:
		switch x.Op {
		case token.AND:
			return f.variable(x.X, depth+1)
		case token.ARROW:
			return "element of " + f.variable(x.X, depth+1)
		}
	case *ast.CallExpr:
		if f.info.Types[x.Fun].IsType() && len(x.Args) == 1 {
			return f.variable(x.Args[0], depth+1)
		}
		return f.result(x)
	}
	return f.other(expr)
}

// result is the key of what a call returns: where it is a declared function, that of its first result.
func (f *finder) result(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = ast.Unparen(index.X)
	}
	if index, ok := fun.(*ast.IndexListExpr); ok {
		fun = ast.Unparen(index.X)
	}
	var object types.Object
	switch fun := fun.(type) {
	case *ast.Ident:
		object = f.info.Uses[fun]
	case *ast.SelectorExpr:
		object = f.info.Uses[fun.Sel]
	}
	function, ok := object.(*types.Func)
	if !ok {
		return f.other(call)
	}
	function = function.Origin()
	signature := function.Type().(*types.Signature)
	if signature.Results().Len() > 0 {
		result := signature.Results().At(0)
		if result.Name() != "" && result.Name() != "_" {
			return f.object(result, call)
		}
	}
	name := function.Name()
	interfaceMethod := ""
	if receiver := signature.Recv(); receiver != nil {
		if types.IsInterface(receiver.Type()) {
			interfaceMethod = " (interface)"
		} else {
			name = namedOf(receiver.Type()) + "." + name
		}
	}
	return "result " + f.packagePath(function.Pkg()) + "." + name + interfaceMethod + " 0"
}

func namedOf(typ types.Type) string {
	if pointer, ok := typ.(*types.Pointer); ok {
		typ = pointer.Elem()
	}
	if named, ok := typ.(*types.Named); ok {
		return named.Obj().Name()
	}
	return "?"
}

func (f *finder) object(object types.Object, expr ast.Expr) string {
	variable, ok := object.(*types.Var)
	if !ok {
		return f.other(expr)
	}
	variable = variable.Origin()
	if variable.IsField() {
		if owner := f.owner(variable); owner != "" {
			return "field " + f.packagePath(variable.Pkg()) + "." + owner + "." + variable.Name()
		}
		return "field " + f.place(variable)
	}
	if variable.Pkg() != nil && variable.Parent() == variable.Pkg().Scope() {
		return "global " + f.packagePath(variable.Pkg()) + "." + variable.Name()
	}
	return "local " + f.place(variable)
}

func (f *finder) packagePath(pkg *types.Package) string {
	if pkg == nil {
		return ""
	}
	// go/types is not told that a vendored package's path begins with vendor/ when it is checked as a folder.
	return pkg.Path()
}

func (f *finder) place(variable *types.Var) string {
	at := f.fset.Position(variable.Pos())
	file, err := filepath.Rel(f.root, at.Filename)
	if err != nil {
		file = at.Filename
	}
	return fmt.Sprintf("%s:%d:%d %s", filepath.ToSlash(file), at.Line, at.Column, variable.Name())
}

// other is the key of what has no name.
func (f *finder) other(expr ast.Expr) string {
	at := f.fset.Position(expr.Pos())
	file, _ := filepath.Rel(f.root, at.Filename)
	return fmt.Sprintf("expression %s:%d:%d", filepath.ToSlash(file), at.Line, at.Column)
}

// owners holds, for each package that was asked for, the names of the types that declare fields.
var owners = map[*types.Package]map[*types.Var]string{}

// owner is the name of the declared type, at the top of its package, whose struct declares a field: `T`, or `T.f` for a
// struct without a name inside it.
func (f *finder) owner(field *types.Var) string {
	pkg := field.Pkg()
	known, ok := owners[pkg]
	if !ok {
		known = map[*types.Var]string{}
		owners[pkg] = known
		names := pkg.Scope().Names()
		sort.Strings(names)
		for _, name := range names {
			typeName, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok {
				continue
			}
			if typeName.IsAlias() {
				if _, ok := types.Unalias(typeName.Type()).(*types.Named); ok {
					continue
				}
			}
			ownFields(known, typeName.Type().Underlying(), name, typeName, 0)
		}
	}
	return known[field]
}

func ownFields(known map[*types.Var]string, typ types.Type, name string, declared *types.TypeName, depth int) {
	if depth > 8 {
		return
	}
	switch typ := typ.(type) {
	case *types.Struct:
		for i := 0; i < typ.NumFields(); i++ {
			field := typ.Field(i)
			if _, ok := known[field]; !ok {
				known[field] = name
				ownFields(known, field.Type(), name+"."+field.Name(), declared, depth+1)
			}
		}
	case *types.Pointer:
		ownFields(known, typ.Elem(), name, declared, depth+1)
	case *types.Slice:
		ownFields(known, typ.Elem(), name, declared, depth+1)
	case *types.Array:
		ownFields(known, typ.Elem(), name, declared, depth+1)
	case *types.Map:
		ownFields(known, typ.Elem(), name, declared, depth+1)
	case *types.Chan:
		ownFields(known, typ.Elem(), name, declared, depth+1)
	}
}
