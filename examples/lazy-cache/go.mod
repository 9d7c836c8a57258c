module example.com/lazy-cache

go 1.19
