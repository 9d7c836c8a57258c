module example.com/test-helper-map

go 1.19
