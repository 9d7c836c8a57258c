module example.com/rlock-around-write

go 1.19
