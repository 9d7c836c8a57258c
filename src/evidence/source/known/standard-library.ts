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
