module example.com/table-test-cleanup

go 1.19
