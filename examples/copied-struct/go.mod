module example.com/copied-struct

go 1.19
