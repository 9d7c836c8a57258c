module example.com/map-from-locked-getter

go 1.19
