module example.com/template-range

go 1.19
