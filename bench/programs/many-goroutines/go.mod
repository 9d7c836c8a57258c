module example.com/many-goroutines

go 1.19
