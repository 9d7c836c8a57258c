/** The part of the standard library's table that is about networks, logging, templates and tests. */

/** Declarations by import path. */
export const standardServices: Readonly<Record<string, string>> = {
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
};
