module example.com/json-marshal

go 1.19
