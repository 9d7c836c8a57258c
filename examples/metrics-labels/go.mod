module example.com/metrics-labels

go 1.19
