module example.com/missed-lock

go 1.19
