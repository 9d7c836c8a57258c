import { describe, expect, it } from "vitest";
import { Asked } from "./ask.js";

const startsOf = async (body: string): Promise<string[]> =>
  (await Asked.program(body)).starts().filter((start) => start !== "-> main main");

describe("starts by the language", () => {
  it("go with literals, functions, methods, method values and variables", async () => {
    expect(
      await startsOf(`
type T struct{}
func (t *T) run()  {}
func (t *T) stop() {}
func work()        {}
func main() {
	t := &T{}
	go func() {}()
	go work()
	go t.run()
	f := t.stop
	go f()
	for i := 0; i < 3; i++ {
		go t.run()
	}
}`),
    ).toEqual([
      "main -> main.func1 go",
      "main -> work go",
      "main -> (*T).run go",
      "main -> (*T).stop go",
      "main -> (*T).run go many",
    ]);
  });

  it("many when the starter runs more than once", async () => {
    expect(
      await startsOf(`
func spawn() { go func() {}() }
func once()  { go func() {}() }
func main() {
	spawn()
	spawn()
	once()
}`),
    ).toEqual(["spawn -> spawn.func1 go many", "once -> once.func1 go"]);
  });

  it("main, init, values of package variables, tests", async () => {
    const asked = await Asked.files({
      "main.go": `package main
var size = compute()
func compute() int { return 1 }
func init() {}
func main() {}`,
      "main_test.go": `package main
import "testing"
func TestMain(m *testing.M) { m.Run() }
func TestX(t *testing.T) {}
func TestY(t *testing.T) { t.Parallel() }
func Testimony(t *testing.T) {}
func BenchmarkZ(b *testing.B) {}
func FuzzF(f *testing.F) {}
func ExampleE() {}`,
    });
    expect(asked.starts().toSorted()).toEqual([
      "-> BenchmarkZ test",
      "-> ExampleE test",
      "-> FuzzF test",
      "-> TestMain test",
      "-> TestX test",
      "-> TestY parallel-test",
      "-> init init",
      "-> init.0 init",
      "-> main main",
    ]);
    expect(asked.calls()).toContain("init -> compute");
  });
});

describe("starts by wrappers", () => {
  it("a function that starts what it is given", async () => {
    const asked = await Asked.program(`
func safeGo(f func()) {
	go func() {
		defer func() { recover() }()
		f()
	}()
}
func one() {}
func main() {
	safeGo(one)
	for i := 0; i < 2; i++ {
		safeGo(func() {})
	}
}`);
    expect(asked.starts()).toContain("main -> one go");
    expect(asked.starts()).toContain("main -> main.func1 go many");
    const through = asked.facts.calls.filter(({ startedBy }) => startedBy !== null);
    expect(through.length).toBe(2);
    const statements = asked.facts.starts
      .map(({ statement }) => statement?.line)
      .filter((line) => line !== undefined);
    expect(statements.length).toBe(2);
  });

  it("pools that take functions through a channel or a queue", async () => {
    const asked = await Asked.program(`
type Pool struct {
	tasks chan func()
	queue []func()
	mu    sync.Mutex
}
func NewPool(n int) *Pool {
	p := &Pool{tasks: make(chan func())}
	for i := 0; i < n; i++ {
		go p.worker()
	}
	go p.drain()
	return p
}
func (p *Pool) worker() {
	for task := range p.tasks {
		task()
	}
}
func (p *Pool) drain() {
	for {
		p.mu.Lock()
		task := p.queue[0]
		p.queue = p.queue[1:]
		p.mu.Unlock()
		task()
	}
}
func (p *Pool) Submit(task func()) { p.tasks <- task }
func (p *Pool) Later(task func())  { p.queue = append(p.queue, task) }
func first()  {}
func second() {}
func main() {
	p := NewPool(3)
	p.Submit(first)
	p.Later(second)
}`);
    expect(asked.calls()).toContain("(*Pool).worker -> first dynamic");
    expect(asked.calls()).toContain("(*Pool).drain -> second dynamic");
    expect(asked.starts()).toContain("NewPool -> (*Pool).worker go many");
  });

  it("jobs that are values of an interface", async () => {
    const asked = await Asked.program(`
type Job interface{ Run() }
type mail struct{ to string }
func (m *mail) Run() {}
type idle struct{}
func (idle) Run() {}
func worker(jobs <-chan Job) {
	for job := range jobs {
		job.Run()
	}
}
func main() {
	jobs := make(chan Job)
	go worker(jobs)
	jobs <- &mail{}
	idle{}.Run()
}`);
    expect(asked.calls()).toContain("worker -> (*mail).Run dynamic");
    expect(asked.calls()).not.toContain("worker -> idle.Run dynamic");
  });
});

describe("starts by libraries", () => {
  it("timers, groups, finalizers", async () => {
    expect(
      await startsOf(`
func main() {
	time.AfterFunc(1, func() {})
	var g errgroup.Group
	g.Go(func() error { return nil })
	var wg sync.WaitGroup
	wg.Go(func() {})
	context.AfterFunc(context.Background(), func() {})
	x := new(int)
	runtime.SetFinalizer(x, func(*int) {})
}`),
    ).toEqual([
      "main -> main.func1 timer",
      "main -> main.func2 errgroup",
      "main -> main.func3 go",
      "main -> main.func4 callback",
      "main -> main.func5 finalizer",
    ]);
  });

  it("HTTP handlers in all their shapes", async () => {
    expect(
      await startsOf(`
type api struct{}
func (a *api) list(w http.ResponseWriter, r *http.Request) {}
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
type root struct{}
func (root) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
type other struct{}
func (other) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
}
func plain(w http.ResponseWriter, r *http.Request) {}
func main() {
	a := &api{}
	mux := http.NewServeMux()
	mux.HandleFunc("/list", a.list)
	mux.Handle("/api", logged(a))
	http.HandleFunc("/f", func(w http.ResponseWriter, r *http.Request) {})
	mux.Handle("/plain", http.HandlerFunc(plain))
	server := &http.Server{Handler: root{}}
	go server.ListenAndServe()
	http.ListenAndServe(":80", mux)
}`),
    ).toEqual(
      expect.arrayContaining([
        "main -> (*api).list http-handler many",
        "logged -> logged.func1 http-handler many",
        "main -> main.func1 http-handler many",
        "main -> plain http-handler many",
        "main -> root.ServeHTTP http-handler many",
        "-> other.ServeHTTP http-handler many",
      ]),
    );
  });

  it("routers and schedulers of which nothing is known", async () => {
    const asked = await Asked.files({
      "main.go": `package main
import (
	"example.org/router"
	"example.org/cron"
	"example.org/pool"
)
type service struct{}
func (s *service) get(c *router.Context) {}
func tick()    {}
func task()    {}
func compare() {}
func main() {
	s := &service{}
	r := router.New()
	r.GET("/x", s.get)
	group := r.Group("/v1")
	group.POST("/y", func(c *router.Context) {})
	cron.New().AddFunc("@hourly", tick)
	p := pool.New()
	p.Submit(task)
	p.Compare(compare)
}`,
    });
    expect(asked.starts()).toEqual([
      "-> main main",
      "main -> (*service).get http-handler many",
      "main -> main.func1 http-handler many",
      "main -> tick timer many",
      "main -> task go",
    ]);
    expect(asked.calls()).toContain("main -> compare");
  });

  it("rpc services", async () => {
    expect(
      await startsOf(`
type Arith struct{}
func (a *Arith) Add(x int, y *int) error { return nil }
func (a *Arith) hidden()                 {}
func RegisterArithServer(s any, a *Arith) {}
func main() {
	rpcRegister(&Arith{})
}
func rpcRegister(a *Arith) {}`),
    ).toEqual([]);
    const asked = await Asked.files({
      "main.go": `package main
import "net/rpc"
type Arith struct{}
func (a *Arith) Add(x int, y *int) error { return nil }
func (a *Arith) hidden() {}
func main() { rpc.Register(new(Arith)) }`,
    });
    expect(asked.starts()).toContain("main -> (*Arith).Add callback many");
    expect(asked.starts()).not.toContain("main -> (*Arith).hidden callback many");
  });
});

describe("calls", () => {
  it("static, of literals, deferred, generic, promoted", async () => {
    const asked = await Asked.program(`
type Base struct{}
func (b *Base) touch() {}
type Outer struct{ *Base }
func each[T any](list []T, f func(T)) {
	for _, x := range list {
		f(x)
	}
}
func visit(int) {}
func (o *Outer) all() {
	o.touch()
	defer o.touch()
	func() {}()
	each([]int{1}, visit)
	each[int](nil, func(int) {})
	(*Base).touch(o.Base)
}
func main() { (&Outer{}).all() }`);
    expect(asked.calls()).toEqual(
      expect.arrayContaining([
        "(*Outer).all -> (*Base).touch",
        "(*Outer).all -> (*Base).touch defer",
        "(*Outer).all -> (*Outer).all.func1",
        "(*Outer).all -> each[...]",
        "each[...] -> visit dynamic",
        "each[...] -> (*Outer).all.func2 dynamic",
        "main -> (*Outer).all",
      ]),
    );
  });

  it("through fields, maps, slices and results", async () => {
    const asked = await Asked.program(`
type Hooks struct{ before func() }
var table = map[string]func(){"a": first}
var list []func()
func first()  {}
func second() {}
func third()  {}
func fourth() {}
func pick() func() { return fourth }
func main() {
	h := &Hooks{before: second}
	h.before()
	table["a"]()
	list = append(list, third)
	for _, f := range list {
		f()
	}
	pick()()
}`);
    expect(asked.calls()).toEqual([
      "main -> second dynamic",
      "main -> first dynamic",
      "main -> third dynamic",
      "main -> pick",
      "main -> fourth dynamic",
    ]);
  });

  it("through interfaces: by what gets there, else by what fits", async () => {
    const asked = await Asked.program(`
type Store interface{ Get() }
type mem struct{}
func (m *mem) Get() {}
type disk struct{}
func (d disk) Get() {}
type wrapped struct{ *mem }
func use(s Store)   { s.Get() }
func useAny(s Store) { s.Get() }
func main() {
	use(&mem{})
	use(wrapped{})
}`);
    expect(asked.calls().filter((call) => call.startsWith("use"))).toEqual([
      "use -> (*mem).Get dynamic",
      "useAny -> (*mem).Get dynamic",
      "useAny -> disk.Get dynamic",
    ]);
  });

  it("of what libraries call before they return", async () => {
    const asked = await Asked.program(`
type byName []string
func (b byName) Len() int           { return len(b) }
func (b byName) Less(i, j int) bool { return b[i] < b[j] }
func (b byName) Swap(i, j int)      {}
type Temp int
func (t Temp) String() string { return "" }
func (t Temp) MarshalJSON() ([]byte, error) { return nil, nil }
func main() {
	sort.Slice(nil, func(i, j int) bool { return false })
	sort.Sort(byName(nil))
	var once sync.Once
	once.Do(func() {})
	var m sync.Map
	m.Range(func(k, v any) bool { return true })
	fmt.Println(Temp(3))
	json.Marshal(Temp(3))
}`);
    expect(asked.calls()).toEqual([
      "main -> main.func1",
      "main -> byName.Len",
      "main -> byName.Less",
      "main -> byName.Swap",
      "main -> main.func2",
      "main -> main.func3",
      "main -> Temp.String",
      "main -> Temp.MarshalJSON",
    ]);
  });
});
