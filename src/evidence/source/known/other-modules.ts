/**
 * Well-known types of other people's modules that are maps, and helpers that start goroutines or take maps. Facts about
 * their interfaces, written as Go declarations; used where the module's source is not below the root.
 */

const expMaps = `package maps
func Keys[M ~map[K]V, K comparable, V any](m M) []K
func Values[M ~map[K]V, K comparable, V any](m M) []V
func Clear[M ~map[K]V, K comparable, V any](m M)
func Clone[M ~map[K]V, K comparable, V any](m M) M
func Copy[M1 ~map[K]V, M2 ~map[K]V, K comparable, V any](dst M1, src M2)
func DeleteFunc[M ~map[K]V, K comparable, V any](m M, del func(K, V) bool)
func Equal[M1, M2 ~map[K]V, K, V comparable](m1 M1, m2 M2) bool
func EqualFunc[M1 ~map[K]V1, M2 ~map[K]V2, K comparable, V1, V2 any](m1 M1, m2 M2, eq func(V1, V2) bool) bool`;

const logrus = `package logrus
type Fields map[string]any
type Logger struct {}
type Entry struct { Data Fields }
func New() *Logger
func WithFields(fields Fields) *Entry
func WithField(key string, value any) *Entry
func (e *Entry) WithFields(fields Fields) *Entry
func (e *Entry) WithField(key string, value any) *Entry
func (l *Logger) WithFields(fields Fields) *Entry
func (l *Logger) WithField(key string, value any) *Entry`;

/** Declarations by import path. */
export const otherModules: Readonly<Record<string, string>> = {
  "github.com/gin-gonic/gin": `package gin
import ("net/http"; "sync")
type H map[string]any
type HandlerFunc func(*Context)
type Context struct { Request *http.Request; Keys map[string]any; mu sync.RWMutex }
func (c *Context) JSON(code int, obj any)
func (c *Context) Set(key string, value any)
func (c *Context) Get(key string) (value any, exists bool)`,
  "github.com/golang-jwt/jwt/v5": `package jwt
type MapClaims map[string]any`,
  "github.com/golang-jwt/jwt/v4": `package jwt
type MapClaims map[string]any`,
  "github.com/labstack/echo/v4": `package echo
type Map map[string]any`,
  "github.com/gofiber/fiber/v2": `package fiber
type Map map[string]any`,
  "github.com/prometheus/client_golang/prometheus": `package prometheus
type Labels map[string]string`,
  "github.com/sirupsen/logrus": logrus,
  "go.mongodb.org/mongo-driver/bson": `package bson
type M map[string]any`,
  "golang.org/x/exp/maps": expMaps,
  "golang.org/x/net/context": `package context
import "context"
type Context = context.Context
type CancelFunc = context.CancelFunc
func Background() Context
func WithCancel(parent Context) (ctx Context, cancel CancelFunc)`,
  "golang.org/x/sync/errgroup": `package errgroup
import "context"
type Group struct {}
func WithContext(ctx context.Context) (*Group, context.Context)
func (g *Group) Go(f func() error)
func (g *Group) TryGo(f func() error) bool
func (g *Group) SetLimit(n int)
func (g *Group) Wait() error`,
  "golang.org/x/sync/singleflight": `package singleflight
type Group struct {}
type Result struct { Val any; Err error; Shared bool }
func (g *Group) Do(key string, fn func() (any, error)) (v any, err error, shared bool)
func (g *Group) DoChan(key string, fn func() (any, error)) <-chan Result`,
  "google.golang.org/grpc/metadata": `package metadata
import "context"
type MD map[string][]string
func New(m map[string]string) MD
func Pairs(kv ...string) MD
func (md MD) Get(k string) []string
func (md MD) Set(k string, vals ...string)
func (md MD) Append(k string, vals ...string)
func (md MD) Copy() MD
func FromIncomingContext(ctx context.Context) (MD, bool)
func FromOutgoingContext(ctx context.Context) (MD, bool)
func NewOutgoingContext(ctx context.Context, md MD) context.Context`,
  "k8s.io/apimachinery/pkg/labels": `package labels
type Set map[string]string`,
};
