module example.com/parallel-subtests

go 1.19
