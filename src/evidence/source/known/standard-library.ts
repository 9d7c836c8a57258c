/**
 * What matters of the standard library where its source is not at hand.
 *
 * Facts about its interface, written as Go declarations and read by the same parser as everything else: types that are maps
 * or hold some, functions that give or take maps, generic helpers, and what starts goroutines or locks. What is not here is
 * simply not known.
 */

/** Declarations by import path. */
export const standardLibrary: Readonly<Record<string, string>> = {
  bytes: `package bytes
type Buffer struct {}
func (b *Buffer) String() string
func (b *Buffer) Bytes() []byte
func NewBuffer(buf []byte) *Buffer
func NewBufferString(s string) *Buffer
func NewReader(b []byte) *Reader
type Reader struct {}
func Split(s, sep []byte) [][]byte
func TrimSpace(s []byte) []byte`,

  context: `package context
import "time"
type Context interface {
	Deadline() (deadline time.Time, ok bool)
	Done() <-chan struct{}
	Err() error
	Value(key any) any
}
type CancelFunc func()
type CancelCauseFunc func(cause error)
func Background() Context
func TODO() Context
func WithCancel(parent Context) (ctx Context, cancel CancelFunc)
func WithCancelCause(parent Context) (ctx Context, cancel CancelCauseFunc)
func WithTimeout(parent Context, timeout time.Duration) (Context, CancelFunc)
func WithDeadline(parent Context, d time.Time) (Context, CancelFunc)
func WithValue(parent Context, key, val any) Context
func WithoutCancel(parent Context) Context
func AfterFunc(ctx Context, f func()) (stop func() bool)
func Cause(c Context) error`,

  "database/sql": `package sql
type DB struct {}
type Tx struct {}
type Rows struct {}
type Row struct {}
func (db *DB) Query(query string, args ...any) (*Rows, error)
func (db *DB) QueryRow(query string, args ...any) *Row
func (db *DB) Begin() (*Tx, error)
func (rs *Rows) Next() bool
func (rs *Rows) Scan(dest ...any) error
func (rs *Rows) Columns() ([]string, error)
func (r *Row) Scan(dest ...any) error`,

  "encoding/gob": `package gob
import "io"
type Encoder struct {}
type Decoder struct {}
func NewEncoder(w io.Writer) *Encoder
func NewDecoder(r io.Reader) *Decoder
func (enc *Encoder) Encode(e any) error
func (dec *Decoder) Decode(e any) error
func Register(value any)`,

  "encoding/json": `package json
import ("io"; "bytes")
type Encoder struct {}
type Decoder struct {}
type RawMessage []byte
type Number string
type Marshaler interface { MarshalJSON() ([]byte, error) }
type Unmarshaler interface { UnmarshalJSON([]byte) error }
func Marshal(v any) ([]byte, error)
func MarshalIndent(v any, prefix, indent string) ([]byte, error)
func Unmarshal(data []byte, v any) error
func Valid(data []byte) bool
func Indent(dst *bytes.Buffer, src []byte, prefix, indent string) error
func NewEncoder(w io.Writer) *Encoder
func NewDecoder(r io.Reader) *Decoder
func (enc *Encoder) Encode(v any) error
func (enc *Encoder) SetIndent(prefix, indent string)
func (dec *Decoder) Decode(v any) error
func (dec *Decoder) UseNumber()`,

  "encoding/xml": `package xml
import "io"
type Encoder struct {}
type Decoder struct {}
func Marshal(v any) ([]byte, error)
func MarshalIndent(v any, prefix, indent string) ([]byte, error)
func Unmarshal(data []byte, v any) error
func NewEncoder(w io.Writer) *Encoder
func NewDecoder(r io.Reader) *Decoder
func (enc *Encoder) Encode(v any) error
func (d *Decoder) Decode(v any) error`,

  errors: `package errors
func New(text string) error
func Is(err, target error) bool
func As(err error, target any) bool
func Join(errs ...error) error
func Unwrap(err error) error`,

  expvar: `package expvar
type Var interface { String() string }
type Int struct {}
type Map struct {}
type KeyValue struct { Key string; Value Var }
func (v *Map) Set(key string, av Var)
func (v *Map) Get(key string) Var
func (v *Map) Add(key string, delta int64)
func (v *Map) Do(f func(KeyValue))
type Func func() any
func Publish(name string, v Var)
func NewMap(name string) *Map`,

  flag: `package flag
type FlagSet struct {}
func (f *FlagSet) String(name string, value string, usage string) *string
func (f *FlagSet) Int(name string, value int, usage string) *int
func String(name string, value string, usage string) *string
func Int(name string, value int, usage string) *int
func Bool(name string, value bool, usage string) *bool
func Parse()
func Args() []string`,

  fmt: `package fmt
import "io"
type Stringer interface { String() string }
type GoStringer interface { GoString() string }
type State interface { Write(b []byte) (n int, err error) }
type Formatter interface { Format(f State, verb rune) }
func Print(a ...any) (n int, err error)
func Printf(format string, a ...any) (n int, err error)
func Println(a ...any) (n int, err error)
func Sprint(a ...any) string
func Sprintf(format string, a ...any) string
func Sprintln(a ...any) string
func Fprint(w io.Writer, a ...any) (n int, err error)
func Fprintf(w io.Writer, format string, a ...any) (n int, err error)
func Fprintln(w io.Writer, a ...any) (n int, err error)
func Append(b []byte, a ...any) []byte
func Appendf(b []byte, format string, a ...any) []byte
func Appendln(b []byte, a ...any) []byte
func Errorf(format string, a ...any) error
func Sscan(str string, a ...any) (n int, err error)
func Sscanf(str string, format string, a ...any) (n int, err error)`,

  "html/template": `package template
import ("io"; "text/template")
type FuncMap = template.FuncMap
type HTML string
type Template struct {}
func New(name string) *Template
func Must(t *Template, err error) *Template
func (t *Template) Parse(text string) (*Template, error)
func (t *Template) Funcs(funcMap FuncMap) *Template
func (t *Template) Lookup(name string) *Template
func (t *Template) Execute(wr io.Writer, data any) error
func (t *Template) ExecuteTemplate(wr io.Writer, name string, data any) error`,

  io: `package io
type Reader interface { Read(p []byte) (n int, err error) }
type Writer interface { Write(p []byte) (n int, err error) }
type Closer interface { Close() error }
type ReadCloser interface { Reader; Closer }
type WriteCloser interface { Writer; Closer }
type ReadWriter interface { Reader; Writer }
type ReadWriteCloser interface { Reader; Writer; Closer }
var EOF error
var Discard Writer
func ReadAll(r Reader) ([]byte, error)
func Copy(dst Writer, src Reader) (written int64, err error)
func WriteString(w Writer, s string) (n int, err error)`,

  iter: `package iter
type Seq[V any] func(yield func(V) bool)
type Seq2[K, V any] func(yield func(K, V) bool)
func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func())`,

  log: `package log
import "io"
type Logger struct {}
func New(out io.Writer, prefix string, flag int) *Logger
func Default() *Logger
func Print(v ...any)
func Printf(format string, v ...any)
func Println(v ...any)
func Fatal(v ...any)
func Fatalf(format string, v ...any)
func Fatalln(v ...any)
func Panic(v ...any)
func Panicf(format string, v ...any)
func Panicln(v ...any)
func (l *Logger) Print(v ...any)
func (l *Logger) Printf(format string, v ...any)
func (l *Logger) Println(v ...any)
func (l *Logger) Fatal(v ...any)
func (l *Logger) Fatalf(format string, v ...any)
func (l *Logger) Fatalln(v ...any)
func (l *Logger) Panic(v ...any)
func (l *Logger) Panicf(format string, v ...any)
func (l *Logger) Panicln(v ...any)`,

  "log/slog": `package slog
import "context"
type Logger struct {}
type Attr struct { Key string; Value Value }
type Value struct {}
type Level int
func Any(key string, value any) Attr
func AnyValue(v any) Value
func String(key, value string) Attr
func Int(key string, value int) Attr
func Group(key string, args ...any) Attr
func Default() *Logger
func With(args ...any) *Logger
func Debug(msg string, args ...any)
func Info(msg string, args ...any)
func Warn(msg string, args ...any)
func Error(msg string, args ...any)
func DebugContext(ctx context.Context, msg string, args ...any)
func InfoContext(ctx context.Context, msg string, args ...any)
func WarnContext(ctx context.Context, msg string, args ...any)
func ErrorContext(ctx context.Context, msg string, args ...any)
func Log(ctx context.Context, level Level, msg string, args ...any)
func (l *Logger) With(args ...any) *Logger
func (l *Logger) WithGroup(name string) *Logger
func (l *Logger) Debug(msg string, args ...any)
func (l *Logger) Info(msg string, args ...any)
func (l *Logger) Warn(msg string, args ...any)
func (l *Logger) Error(msg string, args ...any)
func (l *Logger) DebugContext(ctx context.Context, msg string, args ...any)
func (l *Logger) InfoContext(ctx context.Context, msg string, args ...any)
func (l *Logger) WarnContext(ctx context.Context, msg string, args ...any)
func (l *Logger) ErrorContext(ctx context.Context, msg string, args ...any)
func (l *Logger) Log(ctx context.Context, level Level, msg string, args ...any)`,

  maps: `package maps
import "iter"
func Keys[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[K]
func Values[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[V]
func All[Map ~map[K]V, K comparable, V any](m Map) iter.Seq2[K, V]
func Insert[Map ~map[K]V, K comparable, V any](m Map, seq iter.Seq2[K, V])
func Collect[K comparable, V any](seq iter.Seq2[K, V]) map[K]V
func Clone[M ~map[K]V, K comparable, V any](m M) M
func Copy[M1 ~map[K]V, M2 ~map[K]V, K comparable, V any](dst M1, src M2)
func DeleteFunc[M ~map[K]V, K comparable, V any](m M, del func(K, V) bool)
func Equal[M1, M2 ~map[K]V, K, V comparable](m1 M1, m2 M2) bool
func EqualFunc[M1 ~map[K]V1, M2 ~map[K]V2, K comparable, V1, V2 any](m1 M1, m2 M2, eq func(V1, V2) bool) bool`,

  "mime/multipart": `package multipart
import "net/textproto"
type Form struct { Value map[string][]string; File map[string][]*FileHeader }
type FileHeader struct { Filename string; Header textproto.MIMEHeader; Size int64 }
type Part struct { Header textproto.MIMEHeader }`,

  net: `package net
type Addr interface { Network() string; String() string }
type Conn interface {
	Read(b []byte) (n int, err error)
	Write(b []byte) (n int, err error)
	Close() error
	LocalAddr() Addr
	RemoteAddr() Addr
}
type Listener interface { Accept() (Conn, error); Close() error; Addr() Addr }
type IP []byte
func (ip IP) String() string
func Dial(network, address string) (Conn, error)
func Listen(network, address string) (Listener, error)`,

  "net/http": `package http
import ("io"; "time"; "context"; "net/url"; "mime/multipart"; "net"; "log"; "bufio")
type Header map[string][]string
func (h Header) Add(key, value string)
func (h Header) Set(key, value string)
func (h Header) Get(key string) string
func (h Header) Values(key string) []string
func (h Header) Del(key string)
func (h Header) Clone() Header
func (h Header) Write(w io.Writer) error
type Cookie struct { Name, Value string }
type Request struct {
	Method string
	URL *url.URL
	Proto string
	Header Header
	Body io.ReadCloser
	GetBody func() (io.ReadCloser, error)
	ContentLength int64
	Host string
	Form url.Values
	PostForm url.Values
	MultipartForm *multipart.Form
	Trailer Header
	RemoteAddr string
	RequestURI string
	Response *Response
}
func (r *Request) Context() context.Context
func (r *Request) WithContext(ctx context.Context) *Request
func (r *Request) Clone(ctx context.Context) *Request
func (r *Request) Cookies() []*Cookie
func (r *Request) ParseForm() error
func (r *Request) FormValue(key string) string
func (r *Request) PathValue(name string) string
type Response struct {
	Status string
	StatusCode int
	Header Header
	Body io.ReadCloser
	Trailer Header
	Request *Request
}
type ResponseWriter interface {
	Header() Header
	Write([]byte) (int, error)
	WriteHeader(statusCode int)
}
type Flusher interface { Flush() }
type Handler interface { ServeHTTP(ResponseWriter, *Request) }
type HandlerFunc func(ResponseWriter, *Request)
func (f HandlerFunc) ServeHTTP(w ResponseWriter, r *Request)
type ServeMux struct {}
func NewServeMux() *ServeMux
func (mux *ServeMux) Handle(pattern string, handler Handler)
func (mux *ServeMux) HandleFunc(pattern string, handler func(ResponseWriter, *Request))
func (mux *ServeMux) ServeHTTP(w ResponseWriter, r *Request)
var DefaultServeMux *ServeMux
var DefaultClient *Client
var DefaultTransport RoundTripper
func Handle(pattern string, handler Handler)
func HandleFunc(pattern string, handler func(ResponseWriter, *Request))
func ListenAndServe(addr string, handler Handler) error
func ListenAndServeTLS(addr, certFile, keyFile string, handler Handler) error
func Serve(l net.Listener, handler Handler) error
func Error(w ResponseWriter, error string, code int)
func Redirect(w ResponseWriter, r *Request, url string, code int)
func NotFound(w ResponseWriter, r *Request)
func StripPrefix(prefix string, h Handler) Handler
func TimeoutHandler(h Handler, dt time.Duration, msg string) Handler
func NewRequest(method, url string, body io.Reader) (*Request, error)
func NewRequestWithContext(ctx context.Context, method, url string, body io.Reader) (*Request, error)
func Get(url string) (resp *Response, err error)
func Post(url, contentType string, body io.Reader) (resp *Response, err error)
type RoundTripper interface { RoundTrip(*Request) (*Response, error) }
type Transport struct { Proxy func(*Request) (*url.URL, error); ProxyConnectHeader Header }
func (t *Transport) RoundTrip(req *Request) (*Response, error)
type Client struct { Transport RoundTripper; Timeout time.Duration; CheckRedirect func(req *Request, via []*Request) error }
func (c *Client) Do(req *Request) (*Response, error)
func (c *Client) Get(url string) (resp *Response, err error)
type Server struct {
	Addr string
	Handler Handler
	ErrorLog *log.Logger
	BaseContext func(net.Listener) context.Context
	ConnState func(net.Conn, ConnState)
}
type ConnState int
func (srv *Server) ListenAndServe() error
func (srv *Server) Serve(l net.Listener) error
func (srv *Server) Shutdown(ctx context.Context) error
func (srv *Server) RegisterOnShutdown(f func())`,

  "net/http/httptest": `package httptest
import ("net/http"; "io"; "bytes")
type Server struct { URL string }
func NewServer(handler http.Handler) *Server
func NewTLSServer(handler http.Handler) *Server
func (s *Server) Close()
func (s *Server) Client() *http.Client
type ResponseRecorder struct { Code int; HeaderMap http.Header; Body *bytes.Buffer }
func NewRecorder() *ResponseRecorder
func (rw *ResponseRecorder) Header() http.Header
func (rw *ResponseRecorder) Result() *http.Response
func NewRequest(method, target string, body io.Reader) *http.Request`,

  "net/mail": `package mail
type Header map[string][]string
func (h Header) Get(key string) string
type Message struct { Header Header }`,

  "net/textproto": `package textproto
type MIMEHeader map[string][]string
func (h MIMEHeader) Add(key, value string)
func (h MIMEHeader) Set(key, value string)
func (h MIMEHeader) Get(key string) string
func (h MIMEHeader) Values(key string) []string
func (h MIMEHeader) Del(key string)`,

  "net/url": `package url
type Values map[string][]string
func (v Values) Get(key string) string
func (v Values) Set(key, value string)
func (v Values) Add(key, value string)
func (v Values) Del(key string)
func (v Values) Has(key string) bool
func (v Values) Encode() string
type Userinfo struct {}
type URL struct { Scheme, Opaque string; User *Userinfo; Host, Path, RawPath, RawQuery, Fragment string }
func (u *URL) Query() Values
func (u *URL) String() string
func Parse(rawURL string) (*URL, error)
func ParseQuery(query string) (Values, error)`,

  os: `package os
type File struct {}
type Signal interface { String() string; Signal() }
type FileMode uint32
var Args []string
var Stdin, Stdout, Stderr *File
func (f *File) Close() error
func (f *File) Read(b []byte) (n int, err error)
func (f *File) Write(b []byte) (n int, err error)
func Open(name string) (*File, error)
func Create(name string) (*File, error)
func ReadFile(name string) ([]byte, error)
func WriteFile(name string, data []byte, perm FileMode) error
func Environ() []string
func Getenv(key string) string
func LookupEnv(key string) (string, bool)
func Exit(code int)`,

  "os/signal": `package signal
import ("os"; "context")
func Notify(c chan<- os.Signal, sig ...os.Signal)
func NotifyContext(parent context.Context, signals ...os.Signal) (ctx context.Context, stop context.CancelFunc)`,

  reflect: `package reflect
import "iter"
type Kind uint
type Type interface {
	Elem() Type
	Key() Type
	Kind() Kind
	Name() string
	NumField() int
	String() string
}
type Method struct { Name string }
type Value struct {}
type MapIter struct {}
func ValueOf(i any) Value
func TypeOf(i any) Type
func Indirect(v Value) Value
func MakeMap(typ Type) Value
func DeepEqual(x, y any) bool
func (v Value) Elem() Value
func (v Value) Field(i int) Value
func (v Value) FieldByName(name string) Value
func (v Value) Index(i int) Value
func (v Value) Interface() any
func (v Value) Kind() Kind
func (v Value) Len() int
func (v Value) Clear()
func (v Value) MapIndex(key Value) Value
func (v Value) MapKeys() []Value
func (v Value) MapRange() *MapIter
func (v Value) SetMapIndex(key, elem Value)
func (v Value) Seq() iter.Seq[Value]
func (v Value) Seq2() iter.Seq2[Value, Value]
func (v Value) Set(x Value)
func (v Value) Type() Type
func (iter *MapIter) Key() Value
func (iter *MapIter) Value() Value
func (iter *MapIter) Next() bool
func (iter *MapIter) Reset(v Value)`,

  runtime: `package runtime
func GC()
func Gosched()
func Goexit()
func GOMAXPROCS(n int) int
func NumCPU() int
func NumGoroutine() int
func KeepAlive(x any)
func SetFinalizer(obj any, finalizer any)
type Cleanup struct {}
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup`,

  slices: `package slices
import ("iter"; "cmp")
func Collect[E any](seq iter.Seq[E]) []E
func Sorted[E cmp.Ordered](seq iter.Seq[E]) []E
func SortedFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E
func SortedStableFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E
func AppendSeq[Slice ~[]E, E any](s Slice, seq iter.Seq[E]) Slice
func Values[Slice ~[]E, E any](s Slice) iter.Seq[E]
func All[Slice ~[]E, E any](s Slice) iter.Seq2[int, E]
func Backward[Slice ~[]E, E any](s Slice) iter.Seq2[int, E]
func Chunk[Slice ~[]E, E any](s Slice, n int) iter.Seq[Slice]
func Clone[S ~[]E, E any](s S) S
func Compact[S ~[]E, E comparable](s S) S
func Concat[S ~[]E, E any](slices ...S) S
func Contains[S ~[]E, E comparable](s S, v E) bool
func ContainsFunc[S ~[]E, E any](s S, f func(E) bool) bool
func Delete[S ~[]E, E any](s S, i, j int) S
func DeleteFunc[S ~[]E, E any](s S, del func(E) bool) S
func Equal[S ~[]E, E comparable](s1, s2 S) bool
func Index[S ~[]E, E comparable](s S, v E) int
func IndexFunc[S ~[]E, E any](s S, f func(E) bool) int
func Insert[S ~[]E, E any](s S, i int, v ...E) S
func Max[S ~[]E, E cmp.Ordered](x S) E
func MaxFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E
func Min[S ~[]E, E cmp.Ordered](x S) E
func MinFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E
func Reverse[S ~[]E, E any](s S)
func Sort[S ~[]E, E cmp.Ordered](x S)
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int)
func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int)`,

  cmp: `package cmp
type Ordered interface { ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64 | ~string }
func Compare[T Ordered](x, y T) int
func Or[T comparable](vals ...T) T`,

  sort: `package sort
type Interface interface { Len() int; Less(i, j int) bool; Swap(i, j int) }
type StringSlice []string
type IntSlice []int
func Sort(data Interface)
func Strings(x []string)
func Ints(x []int)
func Slice(x any, less func(i, j int) bool)
func SliceStable(x any, less func(i, j int) bool)`,

  strconv: `package strconv
func Itoa(i int) string
func Atoi(s string) (int, error)
func FormatInt(i int64, base int) string
func ParseInt(s string, base int, bitSize int) (i int64, err error)
func ParseFloat(s string, bitSize int) (float64, error)
func ParseBool(str string) (bool, error)
func Quote(s string) string`,

  strings: `package strings
type Builder struct {}
func (b *Builder) String() string
func (b *Builder) Len() int
func (b *Builder) WriteString(s string) (int, error)
type Reader struct {}
func NewReader(s string) *Reader
type Replacer struct {}
func NewReplacer(oldnew ...string) *Replacer
func (r *Replacer) Replace(s string) string
func Contains(s, substr string) bool
func Cut(s, sep string) (before, after string, found bool)
func Fields(s string) []string
func HasPrefix(s, prefix string) bool
func HasSuffix(s, suffix string) bool
func Index(s, substr string) int
func Join(elems []string, sep string) string
func Repeat(s string, count int) string
func Replace(s, old, new string, n int) string
func ReplaceAll(s, old, new string) string
func Split(s, sep string) []string
func SplitN(s, sep string, n int) []string
func Title(s string) string
func ToLower(s string) string
func ToUpper(s string) string
func Trim(s, cutset string) string
func TrimPrefix(s, prefix string) string
func TrimSpace(s string) string
func TrimSuffix(s, suffix string) string`,

  sync: `package sync
type Locker interface { Lock(); Unlock() }
type Mutex struct {}
func (m *Mutex) Lock()
func (m *Mutex) TryLock() bool
func (m *Mutex) Unlock()
type RWMutex struct {}
func (rw *RWMutex) Lock()
func (rw *RWMutex) TryLock() bool
func (rw *RWMutex) Unlock()
func (rw *RWMutex) RLock()
func (rw *RWMutex) TryRLock() bool
func (rw *RWMutex) RUnlock()
func (rw *RWMutex) RLocker() Locker
type Once struct {}
func (o *Once) Do(f func())
func OnceFunc(f func()) func()
func OnceValue[T any](f func() T) func() T
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2)
type WaitGroup struct {}
func (wg *WaitGroup) Add(delta int)
func (wg *WaitGroup) Done()
func (wg *WaitGroup) Wait()
func (wg *WaitGroup) Go(f func())
type Cond struct { L Locker }
func NewCond(l Locker) *Cond
func (c *Cond) Wait()
func (c *Cond) Signal()
func (c *Cond) Broadcast()
type Pool struct { New func() any }
func (p *Pool) Get() any
func (p *Pool) Put(x any)
type Map struct {}
func (m *Map) Load(key any) (value any, ok bool)
func (m *Map) Store(key, value any)
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool)
func (m *Map) LoadAndDelete(key any) (value any, loaded bool)
func (m *Map) Delete(key any)
func (m *Map) Swap(key, value any) (previous any, loaded bool)
func (m *Map) CompareAndSwap(key, old, new any) (swapped bool)
func (m *Map) Range(f func(key, value any) bool)
func (m *Map) Clear()`,

  "sync/atomic": `package atomic
type Value struct {}
func (v *Value) Load() (val any)
func (v *Value) Store(val any)
func (v *Value) Swap(new any) (old any)
func (v *Value) CompareAndSwap(old, new any) (swapped bool)
type Pointer[T any] struct {}
func (x *Pointer[T]) Load() *T
func (x *Pointer[T]) Store(val *T)
func (x *Pointer[T]) Swap(new *T) (old *T)
func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool)
type Int32 struct {}
func (x *Int32) Load() int32
func (x *Int32) Store(val int32)
func (x *Int32) Add(delta int32) (new int32)
type Int64 struct {}
func (x *Int64) Load() int64
func (x *Int64) Store(val int64)
func (x *Int64) Add(delta int64) (new int64)
type Uint64 struct {}
func (x *Uint64) Load() uint64
func (x *Uint64) Store(val uint64)
func (x *Uint64) Add(delta uint64) (new uint64)
type Bool struct {}
func (x *Bool) Load() bool
func (x *Bool) Store(val bool)
func AddInt32(addr *int32, delta int32) (new int32)
func AddInt64(addr *int64, delta int64) (new int64)
func LoadInt32(addr *int32) (val int32)
func LoadInt64(addr *int64) (val int64)
func StoreInt32(addr *int32, val int32)
func StoreInt64(addr *int64, val int64)`,

  testing: `package testing
import ("time"; "context")
type TB interface {
	Cleanup(func())
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Helper()
	Log(args ...any)
	Logf(format string, args ...any)
	Name() string
	TempDir() string
}
type T struct {}
func (t *T) Run(name string, f func(t *T)) bool
func (t *T) Parallel()
func (t *T) Cleanup(f func())
func (t *T) Context() context.Context
func (t *T) Deadline() (deadline time.Time, ok bool)
func (t *T) Error(args ...any)
func (t *T) Errorf(format string, args ...any)
func (t *T) Fail()
func (t *T) FailNow()
func (t *T) Fatal(args ...any)
func (t *T) Fatalf(format string, args ...any)
func (t *T) Helper()
func (t *T) Log(args ...any)
func (t *T) Logf(format string, args ...any)
func (t *T) Name() string
func (t *T) Skip(args ...any)
func (t *T) TempDir() string
type PB struct {}
func (pb *PB) Next() bool
type B struct { N int }
func (b *B) Run(name string, f func(b *B)) bool
func (b *B) RunParallel(body func(*PB))
func (b *B) Loop() bool
func (b *B) Cleanup(f func())
func (b *B) Error(args ...any)
func (b *B) Errorf(format string, args ...any)
func (b *B) Fatal(args ...any)
func (b *B) Fatalf(format string, args ...any)
func (b *B) Helper()
func (b *B) Log(args ...any)
func (b *B) Logf(format string, args ...any)
func (b *B) ResetTimer()
func (b *B) ReportAllocs()
type F struct {}
func (f *F) Add(args ...any)
func (f *F) Fuzz(ff any)
type M struct {}
func (m *M) Run() (code int)`,

  "testing/synctest": `package synctest
import "testing"
func Run(f func())
func Test(t *testing.T, f func(*testing.T))
func Wait()`,

  "text/template": `package template
import "io"
type FuncMap map[string]any
type Template struct {}
func New(name string) *Template
func Must(t *Template, err error) *Template
func (t *Template) Parse(text string) (*Template, error)
func (t *Template) Funcs(funcMap FuncMap) *Template
func (t *Template) Lookup(name string) *Template
func (t *Template) Execute(wr io.Writer, data any) error
func (t *Template) ExecuteTemplate(wr io.Writer, name string, data any) error`,

  time: `package time
type Duration int64
type Month int
type Weekday int
type Location struct {}
type Time struct {}
const (
	Nanosecond Duration = 1
	Microsecond Duration = 1000
	Millisecond Duration = 1000000
	Second Duration = 1000000000
	Minute Duration = 60000000000
	Hour Duration = 3600000000000
)
func (d Duration) String() string
func (d Duration) Seconds() float64
func (d Duration) Milliseconds() int64
func (t Time) Add(d Duration) Time
func (t Time) Sub(u Time) Duration
func (t Time) After(u Time) bool
func (t Time) Before(u Time) bool
func (t Time) Equal(u Time) bool
func (t Time) Format(layout string) string
func (t Time) IsZero() bool
func (t Time) String() string
func (t Time) Unix() int64
func (t Time) UnixNano() int64
func Now() Time
func Since(t Time) Duration
func Until(t Time) Duration
func Sleep(d Duration)
func After(d Duration) <-chan Time
func Tick(d Duration) <-chan Time
type Timer struct { C <-chan Time }
func NewTimer(d Duration) *Timer
func AfterFunc(d Duration, f func()) *Timer
func (t *Timer) Stop() bool
func (t *Timer) Reset(d Duration) bool
type Ticker struct { C <-chan Time }
func NewTicker(d Duration) *Ticker
func (t *Ticker) Stop()
func (t *Ticker) Reset(d Duration)
func Unix(sec int64, nsec int64) Time
func Parse(layout, value string) (Time, error)
func ParseDuration(s string) (Duration, error)`,

  unsafe: `package unsafe`,
};
