module example.com/maps-clone

go 1.21
