module example.com/reflect-set

go 1.19
