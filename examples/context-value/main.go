// The fields for the log line travel with the request in its context. Whoever has
// the context may add one, and a context is handed to every goroutine there is.
package main

import (
	"context"
	"fmt"
	"sync"
)

type fieldsKey struct{}

func withFields(ctx context.Context) context.Context {
	return context.WithValue(ctx, fieldsKey{}, make(map[string]string))
}

func addField(ctx context.Context, name, value string) {
	fields := ctx.Value(fieldsKey{}).(map[string]string)
	fields[name] = value // site: A
}

func logLine(ctx context.Context) string {
	return fmt.Sprint(ctx.Value(fieldsKey{}))
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
