module example.com/clear-each-minute

go 1.21
