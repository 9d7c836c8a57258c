module example.com/delete-while-ranging

go 1.19
