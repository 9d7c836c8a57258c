module example.com/closure-in-a-loop

go 1.19
