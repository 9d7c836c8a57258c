// The context carries the fields together with a lock.
package main

import (
	"context"
	"fmt"
	"sync"
)

type fieldsKey struct{}

type fields struct {
	mu     sync.Mutex
	values map[string]string
}

func withFields(ctx context.Context) context.Context {
	return context.WithValue(ctx, fieldsKey{}, &fields{values: make(map[string]string)})
}

func addField(ctx context.Context, name, value string) {
	f := ctx.Value(fieldsKey{}).(*fields)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.values[name] = value
}

func logLine(ctx context.Context) string {
	f := ctx.Value(fieldsKey{}).(*fields)
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprint(f.values)
}

func query(ctx context.Context, backend string) {
	for row := 1; row <= 20; row++ {
		addField(ctx, backend, fmt.Sprintf("%d rows", row))
	}
}

func main() {
	ctx := withFields(context.Background())
	var wg sync.WaitGroup
	for _, backend := range []string{"users", "orders", "stock"} {
		wg.Add(1)
		go func(backend string) {
			defer wg.Done()
			query(ctx, backend)
		}(backend)
	}
	wg.Wait()
	fmt.Println(logLine(ctx))
}
