module example.com/http-handlers

go 1.19
