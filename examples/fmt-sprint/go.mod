module example.com/fmt-sprint

go 1.19
