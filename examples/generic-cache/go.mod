module example.com/generic-cache

go 1.19
