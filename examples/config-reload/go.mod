module example.com/config-reload

go 1.19
