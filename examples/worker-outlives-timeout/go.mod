module example.com/worker-outlives-timeout

go 1.19
