module example.com/map-inside-sync-map

go 1.19
