module example.com/constructor-starts-goroutine

go 1.19
