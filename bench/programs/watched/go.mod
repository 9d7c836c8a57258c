module example.com/watched

go 1.19
