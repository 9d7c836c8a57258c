module example.com/embedded-struct

go 1.19
