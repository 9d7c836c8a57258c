module example.com/deferred-delete

go 1.19
