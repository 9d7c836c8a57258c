module example.com/shared-http-header

go 1.19
