module example.com/shared-default-map

go 1.19
