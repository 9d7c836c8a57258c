module example.com/nested-map

go 1.19
