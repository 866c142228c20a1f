package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// describer writes the exported declarations of one library, one a line.
//
// An unexported type that an exported declaration mentions is described like an
// exported one, since its exported fields and methods reach the importer.
type describer struct {
	pkg     *types.Package
	objects map[*ast.Ident]types.Object
	specs   map[string]*ast.TypeSpec
	methods map[string][]*ast.FuncDecl
	wanted  []string // types still to be described
	seen    map[string]bool
	lines   []string
}

// declarations gives a library's exported declarations, unsorted.
func declarations(l library) []string {
	d := &describer{
		objects: map[*ast.Ident]types.Object{},
		specs:   map[string]*ast.TypeSpec{},
		methods: map[string][]*ast.FuncDecl{},
		seen:    map[string]bool{},
	}
	d.resolve(l)
	for _, file := range l.Files {
		for _, decl := range file.Decls {
			d.sort(decl)
		}
	}
	for _, file := range l.Files {
		for _, decl := range file.Decls {
			d.describe(decl)
		}
	}
	for len(d.wanted) > 0 {
		name := d.wanted[0]
		d.wanted = d.wanted[1:]
		d.describeType(d.specs[name])
	}
	return d.lines
}

// resolve asks go/types for what the source does not spell out: the values of
// constants and the types of variables. Imports are not followed; what hangs on
// them is described from the source instead.
func (d *describer) resolve(l library) {
	conf := types.Config{Importer: noImports{}, Error: func(error) {}, IgnoreFuncBodies: true}
	// The errors are those of the missing imports; the compiler checks the rest.
	d.pkg, _ = conf.Check(l.Name, l.Fset, l.Files, &types.Info{Defs: d.objects})
}

// noImports follows no import.
type noImports struct{}

// Import always fails.
func (noImports) Import(path string) (*types.Package, error) {
	return nil, errors.New("not followed: " + path)
}

// sort files types and methods under the type's name.
func (d *describer) sort(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv != nil {
			name := baseName(decl.Recv.List[0].Type)
			d.methods[name] = append(d.methods[name], decl)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok {
				d.specs[spec.Name.Name] = spec
			}
		}
	}
}

// describe writes an exported constant, variable or function, and queues an
// exported type.
func (d *describer) describe(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil && decl.Name.IsExported() {
			d.line("func %s%s%s", decl.Name.Name, d.parameters(decl.Type.TypeParams), d.signature(decl.Type))
		}
	case *ast.GenDecl:
		switch decl.Tok {
		case token.CONST:
			d.describeConsts(decl)
		case token.VAR:
			d.describeVars(decl)
		case token.TYPE:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.IsExported() {
					d.want(spec.Name.Name)
				}
			}
		default: // imports declare nothing
		}
	}
}

// describeConsts writes the exported constants of a declaration with type and
// value. A constant without its own value repeats the one above it.
func (d *describer) describeConsts(decl *ast.GenDecl) {
	var last *ast.ValueSpec
	for at, spec := range decl.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if len(spec.Values) > 0 || last == nil {
			last = spec
		}
		for i, name := range spec.Names {
			if name.IsExported() {
				d.line("const %s%s%s", name.Name, d.constType(name, last), d.constValue(name, last, i, at))
			}
		}
	}
}

// constType gives a constant's type with a space before it, or nothing.
func (d *describer) constType(name *ast.Ident, spec *ast.ValueSpec) string {
	if spec.Type != nil {
		return " " + d.expr(spec.Type)
	}
	if object, ok := d.objects[name]; ok && object != nil {
		if _, named := object.Type().(*types.Named); named {
			return " " + d.typeString(object.Type())
		}
	}
	return ""
}

// constValue gives a constant's value, or where that hangs on an import the
// expression and the constant's place in its group.
func (d *describer) constValue(name *ast.Ident, spec *ast.ValueSpec, i, at int) string {
	if object, ok := d.objects[name].(*types.Const); ok && object.Val().Kind() != constant.Unknown {
		return " = " + object.Val().ExactString()
	}
	if i >= len(spec.Values) {
		return ""
	}
	value := " = " + types.ExprString(spec.Values[i])
	if mentions(spec.Values[i], "iota") {
		value += " at " + strconv.Itoa(at)
	}
	return value
}

// describeVars writes the exported variables of a declaration.
func (d *describer) describeVars(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for i, name := range spec.Names {
			if name.IsExported() {
				d.line("var %s%s", name.Name, d.varType(name, spec, i))
			}
		}
	}
}

// varType gives a variable's type, or the function whose result it is.
func (d *describer) varType(name *ast.Ident, spec *ast.ValueSpec, i int) string {
	if spec.Type != nil {
		return " " + d.expr(spec.Type)
	}
	if object, ok := d.objects[name]; ok && object != nil && !unknown(object.Type()) {
		return " " + d.typeString(object.Type())
	}
	if len(spec.Values) == 0 {
		return ""
	}
	if len(spec.Values) != len(spec.Names) {
		return d.valueType(spec.Values[0])
	}
	return d.valueType(spec.Values[i])
}

// valueType reads a type off the expression that makes the value.
func (d *describer) valueType(value ast.Expr) string {
	switch value := value.(type) {
	case *ast.CompositeLit:
		return " " + d.expr(value.Type)
	case *ast.UnaryExpr:
		if literal, ok := value.X.(*ast.CompositeLit); ok && value.Op == token.AND {
			return " *" + d.expr(literal.Type)
		}
	case *ast.FuncLit:
		return " func" + d.signature(value.Type)
	case *ast.CallExpr:
		made := types.ExprString(value.Fun)
		if made == "errors.New" || made == "fmt.Errorf" {
			return " error"
		}
		return " = " + made + "(…)"
	}
	return " = " + types.ExprString(value)
}

// describeType writes a type, what it shows of its inside, and its exported
// methods.
func (d *describer) describeType(spec *ast.TypeSpec) {
	head := "type " + spec.Name.Name + d.parameters(spec.TypeParams)
	inside, isStruct := spec.Type.(*ast.StructType)
	contract, isInterface := spec.Type.(*ast.InterfaceType)
	switch {
	case spec.Assign.IsValid():
		d.line("%s = %s", head, d.expr(spec.Type))
	case isStruct:
		d.describeStruct(head, inside)
	case isInterface:
		d.describeInterface(head, contract)
	default:
		d.line("%s %s", head, d.expr(spec.Type))
	}
	for _, method := range d.methods[spec.Name.Name] {
		if method.Name.IsExported() {
			receiver := types.ExprString(method.Recv.List[0].Type)
			d.line("method (%s) %s%s", receiver, method.Name.Name, d.signature(method.Type))
		}
	}
}

// describeStruct writes a struct and a line for each exported field, with its
// tag.
func (d *describer) describeStruct(head string, inside *ast.StructType) {
	hidden := false
	d.line("%s struct", head)
	for _, field := range inside.Fields.List {
		tag := ""
		if field.Tag != nil {
			tag = " " + field.Tag.Value
		}
		if len(field.Names) == 0 {
			d.line("%s struct, embedded %s%s", head, d.expr(field.Type), tag)
		}
		for _, name := range field.Names {
			if !name.IsExported() {
				hidden = true
				continue
			}
			d.line("%s struct, %s %s%s", head, name.Name, d.expr(field.Type), tag)
		}
	}
	if hidden {
		d.line("%s struct, unexported fields", head)
	}
}

// describeInterface writes an interface with the names of all it asks for, and
// a line for each exported method.
func (d *describer) describeInterface(head string, contract *ast.InterfaceType) {
	var asks, lines []string
	hidden := false
	for _, method := range contract.Methods.List {
		if len(method.Names) == 0 {
			asks = append(asks, d.expr(method.Type))
		}
		for _, name := range method.Names {
			if !name.IsExported() {
				hidden = true
				continue
			}
			asks = append(asks, name.Name)
			if signature, ok := method.Type.(*ast.FuncType); ok {
				lines = append(lines, fmt.Sprintf("%s interface, %s%s", head, name.Name, d.signature(signature)))
			}
		}
	}
	slices.Sort(asks)
	if hidden {
		asks = append(asks, "unexported methods")
	}
	if len(asks) == 0 {
		d.line("%s interface {}", head)
		return
	}
	d.line("%s interface { %s }", head, strings.Join(asks, ", "))
	d.lines = append(d.lines, lines...)
}

// line writes one declaration.
func (d *describer) line(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

// signature writes parameters and results.
func (d *describer) signature(t *ast.FuncType) string {
	plain := &ast.FuncType{Params: t.Params, Results: t.Results}
	return strings.TrimPrefix(d.expr(plain), "func")
}

// parameters writes a list of type parameters, or nothing.
func (d *describer) parameters(list *ast.FieldList) string {
	if list == nil {
		return ""
	}
	text := d.expr(&ast.FuncType{Params: list})
	return "[" + strings.TrimSuffix(strings.TrimPrefix(text, "func("), ")") + "]"
}

// expr writes a type as the source has it, on one line, and queues the types of
// this library that it mentions.
func (d *describer) expr(e ast.Expr) string {
	ast.Inspect(e, d.wantNode)
	return types.ExprString(e)
}

// wantNode queues the types that a type expression mentions, not the names of
// its parameters and fields, nor what other packages declare.
func (d *describer) wantNode(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		return false
	case *ast.Field:
		ast.Inspect(n.Type, d.wantNode)
		return false
	case *ast.Ident:
		d.want(n.Name)
	}
	return true
}

// typeString writes a resolved type as the source would.
func (d *describer) typeString(t types.Type) string {
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() == d.pkg {
		d.want(named.Obj().Name())
	}
	return types.TypeString(t, func(p *types.Package) string {
		if p == d.pkg {
			return ""
		}
		return p.Name()
	})
}

// want queues a type of this library once.
func (d *describer) want(name string) {
	if d.specs[name] == nil || d.seen[name] {
		return
	}
	d.seen[name] = true
	d.wanted = append(d.wanted, name)
}

// unknown tells whether a type, or what a pointer points at, hangs on an import.
func unknown(t types.Type) bool {
	return t == nil || strings.Contains(t.String(), "invalid type")
}

// mentions tells whether an expression has an identifier of this name.
func mentions(e ast.Expr, name string) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// baseName gives the name of a receiver's type without pointer and parameters.
func baseName(e ast.Expr) string {
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}
